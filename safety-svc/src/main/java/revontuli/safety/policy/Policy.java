package revontuli.safety.policy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One version of the rules, immutable and complete: every category has an entry. With a tenant's override, if it has
/// one.
public final class Policy {
    private final PolicyName name;
    private final Map<Category, CategoryRule> rules;
    private final @Nullable TenantOverride override;

    Policy(PolicyName name, Map<Category, CategoryRule> rules) {
        this(name, rules, null);
    }

    private Policy(PolicyName name, Map<Category, CategoryRule> rules, @Nullable TenantOverride override) {
        this.name = name;
        this.rules = new EnumMap<>(rules);
        this.override = override;
    }

    /// This version as the override has it.
    public Policy with(TenantOverride tenants) {
        return new Policy(name, rules, tenants);
    }

    public PolicyName name() {
        return name;
    }

    public Optional<OverrideName> override() {
        return Optional.ofNullable(override).map(TenantOverride::name);
    }

    /// What to do with a finding of this kind and score.
    public Action action(Category category, Direction direction, String language, String kind, double score) {
        Action action = rule(category).thresholds(direction, language, kind).actionFor(score);
        return override == null
                ? action
                : override.action(action, category, direction, new TenantOverride.Spot(language, kind, score));
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
