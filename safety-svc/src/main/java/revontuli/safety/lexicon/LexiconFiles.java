package revontuli.safety.lexicon;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import revontuli.safety.policy.Category;
import revontuli.safety.text.Words;
import revontuli.safety.yaml.YamlMap;

/// Reads the rules and the word lists. A comma parts phrases; `*` at either end leaves that end of a word open; `^`
/// before a phrase takes it only where a sentence begins.
final class LexiconFiles {
    static final List<String> LANGUAGES = List.of("en", "fi", "hi", "ja", "vi");

    private static final String FOLDER = "/revontuli/lexicon/";
    private static final String REASON = "MALFORMED_LEXICON";
    private static final int PHRASE_MAX = 48;

    /// What a phrase is: a member of a group, a finding by itself, or a harmless use that hides what stands inside it.
    record Phrase(String pattern, String language, String group, double score, boolean opening) {
        static final String MASK = "mask";
    }

    private final List<Topic> topics = new ArrayList<>();
    private final List<Phrase> phrases = new ArrayList<>();
    private final Set<String> groups = new LinkedHashSet<>(List.of("request", "hidden", "careful"));

    static LexiconFiles shipped() {
        LexiconFiles files = new LexiconFiles();
        files.rules(resource("rules.yaml"));
        for (String language : LANGUAGES) {
            files.language(resource(language + ".yaml"), language);
        }
        return files;
    }

    List<Topic> topics() {
        return topics;
    }

    List<Phrase> phrases() {
        return phrases;
    }

    void rules(byte[] yaml) {
        YamlMap file = YamlMap.parse(REASON, yaml);
        schema(file, "revontuli.lexicon.rules.v1");
        YamlMap found = file.map("topics");
        for (String name : found.keys()) {
            topics.add(topic(name, found.map(name)));
        }
        file.done();
    }

    private Topic topic(String name, YamlMap map) {
        Category category = Category.find(map.text("category"))
                .orElseThrow(() -> map.refusal("category", "is unknown", "use one of the policy's categories"));
        int reach = map.has("reach") ? map.number("reach", 1, Lexicon.SPAN_MAX) : Lexicon.SPAN_MAX;
        Topic topic =
                new Topic(name, category, map.texts("objects"), map.texts("acts"), reach, scores(map.map("scores")));
        map.done();
        groups.addAll(topic.objects());
        groups.addAll(topic.acts());
        return topic;
    }

    private static Topic.Scores scores(YamlMap map) {
        Topic.Scores scores = new Topic.Scores(
                map.share("object"), map.share("act"), map.share("request"), map.share("whole"), map.share("hidden"));
        map.done();
        return scores;
    }

    void language(byte[] yaml, String language) {
        YamlMap file = YamlMap.parse(REASON, yaml);
        schema(file, "revontuli.lexicon.v1");
        if (!file.text("language").equals(language)) {
            throw file.refusal("language", "is not " + language, "name the file after its language");
        }
        YamlMap found = file.map("groups");
        for (String group : found.keys()) {
            if (!groups.contains(group)) {
                throw found.refusal(group, "is used by no rule", "remove it or use it in rules.yaml");
            }
            split(found, group, language, group, 0);
        }
        found.done();
        YamlMap direct = file.map("phrases");
        for (String category : direct.keys()) {
            direct(direct.map(category), language, category);
        }
        split(file, Phrase.MASK, language, Phrase.MASK, 0);
        file.done();
    }

    private void direct(YamlMap map, String language, String category) {
        if (Category.find(category).isEmpty()) {
            throw map.refusal(category, "is not a category", "use one of the policy's categories");
        }
        for (String score : map.keys()) {
            double value = score.matches("0\\.[0-9]{1,3}") ? Double.parseDouble(score) : 0;
            if (value == 0) {
                throw map.refusal(score, "is not a score", "use a number over 0 and under 1, such as \"0.8\"");
            }
            split(map, score, language, category, value);
        }
        map.done();
    }

    private void split(YamlMap map, String key, String language, String group, double score) {
        for (String entry : map.text(key).split(",", -1)) {
            String raw = entry.strip();
            String pattern = pattern(raw.replace("^", ""));
            if (pattern.isBlank() || pattern.length() > PHRASE_MAX) {
                throw map.refusal(key, "holds the phrase `" + raw + "`", "write 1 to " + PHRASE_MAX + " characters");
            }
            phrases.add(new Phrase(pattern, language, group, score, raw.startsWith("^")));
        }
    }

    /// The phrase as it stands in [Words]: a space where a word must begin or end.
    static String pattern(String raw) {
        boolean openStart = raw.startsWith("*");
        boolean openEnd = raw.endsWith("*");
        String core = Words.normal(raw.replace("*", ""));
        if (core.isEmpty()) {
            return "";
        }
        boolean start = !openStart && !Words.unspaced(core.codePointAt(0));
        boolean end = !openEnd && !Words.unspaced(core.codePointBefore(core.length()));
        return (start ? " " : "") + core + (end ? " " : "");
    }

    private static void schema(YamlMap file, String schema) {
        if (!file.text("schema").equals(schema)) {
            throw file.refusal("schema", "is not " + schema, "write " + schema);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream in = LexiconFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + FOLDER + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Phrases by pattern, for an index that holds each pattern once.
    Map<String, List<Phrase>> byPattern() {
        Map<String, List<Phrase>> patterns = new LinkedHashMap<>();
        for (Phrase phrase : phrases) {
            patterns.computeIfAbsent(phrase.pattern(), _ -> new ArrayList<>()).add(phrase);
        }
        return patterns;
    }
}
