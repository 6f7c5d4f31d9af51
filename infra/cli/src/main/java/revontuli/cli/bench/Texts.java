package revontuli.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import revontuli.cli.CliException;

/// Texts of the shipped sample, cut to one length: five languages and code by turns.
public final class Texts {
    private static final List<String> LANGUAGES = List.of("en", "fi", "hi", "ja", "vi", "code");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Texts() {}

    /// So many texts of the sample.
    ///
    /// @param root the project's folder
    /// @param characters UTF-16 units of each text; one fewer where that would cut a character in two
    public static List<String> read(Path root, int count, int characters) {
        List<StringBuilder> sources = new ArrayList<>();
        for (String language : LANGUAGES) {
            sources.add(source(root.resolve("infra/cli/src/main/dist/sample").resolve(language + ".jsonl")));
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder source = sources.get(i % sources.size());
            int begin = i / sources.size() * characters % Math.max(1, source.length() - characters);
            texts.add(cut(source, begin, characters));
        }
        return texts;
    }

    private static String cut(StringBuilder source, int begin, int characters) {
        int from = Character.isLowSurrogate(source.charAt(begin)) ? begin + 1 : begin;
        int to = Math.min(source.length(), begin + characters);
        return source.substring(from, Character.isHighSurrogate(source.charAt(to - 1)) ? to - 1 : to);
    }

    private static StringBuilder source(Path file) {
        StringBuilder whole = new StringBuilder();
        try {
            for (String line : Files.readAllLines(file)) {
                whole.append(JSON.readTree(line).path("text").asText()).append('\n');
            }
        } catch (IOException e) {
            throw CliException.refused("cannot read the sample " + file + ": " + e.getMessage());
        }
        return whole;
    }
}
