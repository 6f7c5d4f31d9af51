package revontuli.safety.policy;

import java.util.EnumMap;
import java.util.Map;

/// What a tenant wants otherwise than the policy. Where it says nothing the policy stands.
public final class TenantOverride {
    private final OverrideName name;
    private final Map<Category, CategoryRule> rules;

    TenantOverride(OverrideName name, Map<Category, CategoryRule> rules) {
        this.name = name;
        this.rules = new EnumMap<>(Category.class);
        this.rules.putAll(rules);
    }

    public OverrideName name() {
        return name;
    }

    /// The same, allowed to be milder than the policy.
    public TenantOverride loosening() {
        return new TenantOverride(
                new OverrideName(name.policy(), name.tenant(), name.version(), name.digest(), true), rules);
    }

    Map<Category, CategoryRule> rules() {
        return rules;
    }

    /// Of what the policy does and what this says, the stricter; what this says, if it may be milder.
    Action action(Action byPolicy, Category category, Direction direction, Spot spot) {
        CategoryRule rule = rules.get(category);
        if (rule == null) {
            return byPolicy;
        }
        return rule.said(direction, spot.language(), spot.kind())
                .map(thresholds -> thresholds.actionFor(spot.score()))
                .filter(said -> name.loosens() || said.stricterThan(byPolicy))
                .orElse(byPolicy);
    }

    /// Where a finding stands among the rules of a category.
    record Spot(String language, String kind, double score) {}
}
