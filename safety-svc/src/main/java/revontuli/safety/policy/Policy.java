package revontuli.safety.policy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// One version of the rules, immutable and complete: every category has an entry.
public final class Policy {
    private final PolicyName name;
    private final Map<Category, CategoryRule> rules;

    Policy(PolicyName name, Map<Category, CategoryRule> rules) {
        this.name = name;
        this.rules = new EnumMap<>(rules);
    }

    public PolicyName name() {
        return name;
    }

    /// What to do with a finding of this kind and score.
    public Action action(Category category, Direction direction, String language, String kind, double score) {
        return rule(category).thresholds(direction, language, kind).actionFor(score);
    }

    /// The category's names in another taxonomy (`mlcommons`, `alert`, `nist`); empty where it has none.
    public List<String> taxonomy(Category category, String taxonomy) {
        return rule(category).taxonomies().getOrDefault(taxonomy, List.of());
    }

    public CategoryRule rule(Category category) {
        CategoryRule rule = rules.get(category);
        if (rule == null) {
            throw new IllegalStateException("a policy without " + category.id());
        }
        return rule;
    }
}
