package revontuli.safety.policy;

import java.util.EnumMap;
import java.util.Map;
import revontuli.safety.yaml.YamlMap;

/// Reads a tenant's override from the exact bytes of its YAML file, as [PolicyFile] reads policies: thresholds for as
/// many categories, directions, languages and kinds as it wants otherwise.
public final class OverrideFile {
    public static final String SCHEMA = "revontuli.policy-override.v1";

    private static final String REASON = "MALFORMED_OVERRIDE";

    private OverrideFile() {}

    public static TenantOverride parse(byte[] yaml) {
        YamlMap file = YamlMap.parse(REASON, yaml);
        String schema = file.text("schema");
        if (!schema.equals(SCHEMA)) {
            throw file.refusal("schema", "is " + schema, "write " + SCHEMA);
        }
        OverrideName name = new OverrideName(
                file.text("policy"),
                file.text("tenant"),
                file.number("version", 1, Integer.MAX_VALUE),
                PolicyFile.digest(yaml),
                false);
        file.text("description");
        Map<Category, CategoryRule> rules = rules(file.map("categories"));
        file.done();
        return new TenantOverride(name, rules);
    }

    private static Map<Category, CategoryRule> rules(YamlMap categories) {
        Map<Category, CategoryRule> rules = new EnumMap<>(Category.class);
        for (Category category : Category.values()) {
            categories.findMap(category.id()).ifPresent(map -> rules.put(category, rule(category, map)));
        }
        categories.done();
        return rules;
    }

    private static CategoryRule rule(Category category, YamlMap map) {
        if (category != Category.PERSONAL_DATA && map.has("kinds")) {
            throw map.refusal("kinds", "belongs to personal-data only", "remove it");
        }
        CategoryRule rule = PolicyFile.thresholds(map, "", Map.of());
        map.done();
        return rule;
    }
}
