package revontuli.cli.safety;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import revontuli.cli.CliException;
import revontuli.safety.policy.Category;

/// Reads the shared development data: its folders, file forms and labels. A file that is not there gives nothing.
final class DevelopmentData {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// One in five questions of a source that trains is kept for measuring.
    private static final int KEPT_ONE_IN = 5;

    private final Path folder;

    DevelopmentData(Path folder) {
        this.folder = folder;
    }

    /// In the folder that was named, else where it lies beside the project.
    static DevelopmentData beside(Path root, @Nullable Path named) {
        return new DevelopmentData(
                named == null ? root.resolve("../shared/data").normalize() : named);
    }

    boolean here() {
        return Files.isDirectory(folder);
    }

    /// A harmful question, its kind of harm, and its topic.
    record Question(String text, Category category, String topic, boolean kept) {}

    /// CatQA in English (`english`) or Vietnamese (`vietnamese`), but for its two topics that no policy of ours
    /// forbids: advice about money and campaigning.
    List<Question> catQa(String language) {
        List<Question> questions = new ArrayList<>();
        json("catqa-harmfulqa/catqa_" + language + ".json").ifPresent(file -> file.properties()
                .forEach(topic -> topic.getValue().properties().forEach(part -> category(topic.getKey(), part.getKey())
                        .ifPresent(category -> {
                            int number = 0;
                            for (JsonNode text : part.getValue()) {
                                questions.add(new Question(
                                        text.asText(),
                                        category,
                                        "catqa/" + topic.getKey() + '/' + part.getKey(),
                                        number++ % KEPT_ONE_IN == 0));
                            }
                        }))));
        return questions;
    }

    private static Optional<Category> category(String topic, String part) {
        return Optional.ofNullable(
                switch (topic) {
                    case "Illegal Activity" ->
                        part.startsWith("Cybercrime") ? Category.CYBER_ATTACKS : Category.ILLEGAL_ACTS;
                    case "Child Abuse" -> Category.CHILD_SAFETY;
                    case "Hate/Harass/Violence" ->
                        part.startsWith("Terrorism") ? Category.HARM_TO_SELF_OR_OTHERS : Category.HATE_AND_HARASSMENT;
                    case "Malware Viruses" -> Category.CYBER_ATTACKS;
                    case "Physical Harm" -> Category.HARM_TO_SELF_OR_OTHERS;
                    case "Economic Harm", "Fraud/Deception" -> Category.ILLEGAL_ACTS;
                    case "Adult Content" -> Category.SEXUAL_CONTENT;
                    case "Privacy Violation Activity" -> Category.PRIVACY_INFRINGEMENT;
                    default -> null;
                });
    }

    /// HarmfulQA: each topic with its questions.
    void harmfulQa(BiConsumer<String, List<String>> topics) {
        json("catqa-harmfulqa/harmfulqa.json")
                .ifPresent(file -> file.properties().forEach(field -> field.getValue()
                        .properties()
                        .forEach(topic -> topics.accept(topic.getKey(), texts(topic.getValue())))));
    }

    /// DangerousQA and the harmful instructions beside it.
    List<String> dangerous() {
        List<String> found = new ArrayList<>();
        for (String name : List.of("dangerousqa.json", "adversarialqa.json")) {
            json("catqa-harmfulqa/" + name).ifPresent(file -> found.addAll(texts(file)));
        }
        return found;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /// Sentences of the personal-data set, none of them harmful.
    List<String> presidio() {
        List<String> found = new ArrayList<>();
        json("pii-presidio-research/first_half.json")
                .ifPresent(file ->
                        file.forEach(item -> found.add(item.path("full_text").asText())));
        return found;
    }

    /// Records of a CSV or TSV file, the first line included; none where the file is not there.
    List<List<String>> table(String file, char separator) {
        Path path = folder.resolve(file);
        if (!Files.exists(path)) {
            return List.of();
        }
        return DelimitedText.read(text(path), separator);
    }

    List<String> lines(String file) {
        Path path = folder.resolve(file);
        return Files.exists(path)
                ? text(path).lines().filter(line -> !line.isBlank()).toList()
                : List.of();
    }

    List<String> files(String directory) {
        Path path = folder.resolve(directory);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (var found = Files.list(path)) {
            return found.map(file -> directory + "/" + file.getFileName())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw CliException.refused("cannot list " + path + ": " + e.getMessage());
        }
    }

    Optional<JsonNode> json(String file) {
        Path path = folder.resolve(file);
        try {
            return Files.exists(path) ? Optional.of(JSON.readTree(Files.readAllBytes(path))) : Optional.empty();
        } catch (IOException e) {
            throw CliException.refused("cannot read " + path + ": " + e.getMessage());
        }
    }

    private static String text(Path path) {
        try {
            String text = Files.readString(path, StandardCharsets.UTF_8);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (IOException e) {
            throw CliException.refused("cannot read " + path + ": " + e.getMessage());
        }
    }
}
