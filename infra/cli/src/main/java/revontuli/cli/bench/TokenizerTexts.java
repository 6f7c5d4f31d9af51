package revontuli.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import revontuli.cli.CliException;

/// At least a megabyte of each language and of code, in documents of a few thousand characters: sentences of the
/// development data where it lies beside the project, the shipped sample where not, told again until it is enough.
final class TokenizerTexts {
    private static final int BYTES_MIN = 1_000_000;
    private static final int DOCUMENT_CHARS = 4_000;
    private static final Map<String, String> FLORES =
            Map.of("en", "eng_Latn", "fi", "fin_Latn", "hi", "hin_Deva", "ja", "jpn_Jpan", "vi", "vie_Latn");
    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenizerTexts() {}

    static Map<String, List<String>> read(Path root, Path data) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String name : List.of("en", "fi", "hi", "ja", "vi", "code")) {
            try {
                all.put(name, documents(lines(root, data, name)));
            } catch (IOException e) {
                throw CliException.refused("cannot read the text of " + name + ": " + e.getMessage());
            }
        }
        return all;
    }

    static long bytes(List<String> documents) {
        return documents.stream()
                .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    }

    private static List<String> lines(Path root, Path data, String name) throws IOException {
        List<String> lines = new ArrayList<>();
        Path flores = data.resolve("flores200/dev/" + FLORES.getOrDefault(name, "none") + ".dev");
        if (Files.exists(flores)) {
            lines.addAll(Files.readAllLines(flores));
        }
        for (String line : Files.readAllLines(root.resolve("infra/cli/src/main/dist/sample/" + name + ".jsonl"))) {
            JsonNode text = JSON.readTree(line).path("text");
            lines.add(text.asText());
        }
        return lines;
    }

    private static List<String> documents(List<String> lines) {
        List<String> documents = new ArrayList<>();
        StringBuilder document = new StringBuilder();
        long bytes = 0;
        while (bytes < BYTES_MIN) {
            for (String line : lines) {
                document.append(line).append('\n');
                if (document.length() >= DOCUMENT_CHARS) {
                    String whole = document.toString();
                    documents.add(whole);
                    bytes += whole.getBytes(StandardCharsets.UTF_8).length;
                    document.setLength(0);
                }
            }
        }
        return documents;
    }
}
