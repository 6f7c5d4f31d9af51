package revontuli.safety.policy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import revontuli.safety.personal.Kind;
import revontuli.safety.yaml.YamlMap;

/// Reads a policy from the exact bytes of its YAML file; what is unclear is refused with its path and the way out.
public final class PolicyFile {
    public static final String SCHEMA = "revontuli.policy.v1";
    public static final String SHIPPED = "/revontuli/policy/default-v1.yaml";

    private static final String REASON = "MALFORMED_POLICY";
    private static final Set<String> LANGUAGES = Set.of("en", "fi", "hi", "ja", "vi", "code", "und");
    private static final Set<String> TAXONOMIES = Set.of("aurora-m", "mlcommons", "alert", "nist-ai-600-1");
    private static final Set<String> KINDS =
            Arrays.stream(Kind.values()).map(Kind::id).collect(Collectors.toUnmodifiableSet());

    private PolicyFile() {}

    public static Policy parse(byte[] yaml) {
        YamlMap file = YamlMap.parse(REASON, yaml);
        String schema = file.text("schema");
        if (!schema.equals(SCHEMA)) {
            throw file.refusal("schema", "is " + schema, "write " + SCHEMA);
        }
        String name = file.text("name");
        if (!simple(name)) {
            throw file.refusal("name", "is `" + name + "`", "use 1 to 63 of a-z, 0-9 and -, beginning with a letter");
        }
        int version = file.number("version", 1, Integer.MAX_VALUE);
        file.text("description");
        Map<Category, CategoryRule> rules = categories(file.map("categories"));
        file.done();
        return new Policy(new PolicyName(name, version, digest(yaml)), rules);
    }

    /// The policy that comes with the suite.
    public static Policy shipped() {
        return parse(shippedBytes());
    }

    /// Its exact bytes.
    public static byte[] shippedBytes() {
        try (InputStream in = PolicyFile.class.getResourceAsStream(SHIPPED)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + SHIPPED);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<Category, CategoryRule> categories(YamlMap categories) {
        Map<Category, CategoryRule> rules = new EnumMap<>(Category.class);
        for (Category category : Category.values()) {
            if (!categories.has(category.id())) {
                throw categories.refusal(
                        category.id(), "is missing", "add it; a policy must say something about every category");
            }
            YamlMap map = categories.map(category.id());
            if (category != Category.PERSONAL_DATA && map.has("kinds")) {
                throw map.refusal("kinds", "belongs to personal-data only", "remove it");
            }
            rules.put(category, rule(map));
        }
        categories.done();
        return rules;
    }

    private static CategoryRule rule(YamlMap map) {
        String description = map.text("description");
        for (Direction direction : Direction.values()) {
            map.map(direction.id());
        }
        Map<String, List<String>> taxonomies = new LinkedHashMap<>();
        map.findMap("taxonomies").ifPresent(found -> {
            for (String taxonomy : found.keys()) {
                if (!TAXONOMIES.contains(taxonomy)) {
                    throw found.refusal(
                            taxonomy, "is not known here", "use one of " + String.join(", ", sorted(TAXONOMIES)));
                }
                taxonomies.put(taxonomy, found.texts(taxonomy));
            }
            found.done();
        });
        CategoryRule rule = thresholds(map, description, taxonomies);
        map.done();
        return rule;
    }

    /// The thresholds of one category: everywhere, by language, by kind.
    static CategoryRule thresholds(YamlMap map, String description, Map<String, List<String>> taxonomies) {
        return new CategoryRule(
                description,
                directions(map),
                named(map, "languages", LANGUAGES),
                named(map, "kinds", KINDS),
                taxonomies);
    }

    private static Map<String, Map<Direction, Thresholds>> named(YamlMap map, String key, Set<String> allowed) {
        Map<String, Map<Direction, Thresholds>> named = new LinkedHashMap<>();
        map.findMap(key).ifPresent(found -> {
            for (String name : found.keys()) {
                if (!allowed.contains(name)) {
                    throw found.refusal(name, "is not known here", "use one of " + String.join(", ", sorted(allowed)));
                }
                YamlMap entry = found.map(name);
                named.put(name, directions(entry));
                entry.done();
            }
        });
        return named;
    }

    private static Map<Direction, Thresholds> directions(YamlMap map) {
        Map<Direction, Thresholds> thresholds = new EnumMap<>(Direction.class);
        for (Direction direction : Direction.values()) {
            map.findMap(direction.id())
                    .ifPresent(found -> thresholds.put(direction, thresholds(map, direction, found)));
        }
        return thresholds;
    }

    private static Thresholds thresholds(YamlMap parent, Direction direction, YamlMap map) {
        double redact = threshold(map, Action.REDACT);
        double review = threshold(map, Action.REVIEW);
        double block = threshold(map, Action.BLOCK);
        map.done();
        double milder = redact == Thresholds.NEVER ? 0 : redact;
        double middle = review == Thresholds.NEVER ? milder : review;
        if (middle < milder || block < middle) {
            throw parent.refusal(
                    direction.id(), "contradicts itself", "let the thresholds rise from redact over review to block");
        }
        return new Thresholds(redact, review, block);
    }

    private static double threshold(YamlMap map, Action action) {
        boolean present = map.has(action.id());
        if (!present) {
            map.findText(action.id());
            return Thresholds.NEVER;
        }
        return map.share(action.id());
    }

    private static boolean simple(String name) {
        boolean characters = name.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
        return characters && !name.isEmpty() && name.length() <= 63 && Character.isLetter(name.charAt(0));
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
