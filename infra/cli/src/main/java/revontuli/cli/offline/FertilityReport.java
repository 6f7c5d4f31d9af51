package revontuli.cli.offline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.platform.fault.FaultException;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.fertility.Fertility;

/// Measures what each language costs in tokens, and relates it to one of them.
///
/// A language is a file `<language>.jsonl` of {"text"} lines, or `<language>.txt` with a text a line.
public final class FertilityReport {
    private static final String LINES = ".jsonl";
    private static final String PLAIN = ".txt";

    private final String tokenizer;
    private final Codec codec;
    private final Map<String, Fertility.Counts> languages = new TreeMap<>();

    /// A report without any language yet.
    ///
    /// @param tokenizer digest of the tokenizer, for the report
    public FertilityReport(String tokenizer, Codec codec) {
        this.tokenizer = tokenizer;
        this.codec = codec;
    }

    /// Reads files, and all such files of folders.
    public void read(List<Path> paths) {
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.list(path)) {
                    files.filter(file -> isText(file.getFileName().toString()))
                            .sorted()
                            .forEach(this::readFile);
                } catch (IOException e) {
                    throw CliException.usage("cannot read " + path + ": " + IoReason.of(e));
                }
            } else if (isText(String.valueOf(path.getFileName()))) {
                readFile(path);
            } else {
                throw CliException.usage(path + " must be a folder, or named <language>.jsonl or <language>.txt");
            }
        }
        if (languages.isEmpty()) {
            throw CliException.usage("no <language>.jsonl or <language>.txt in " + paths);
        }
    }

    private static boolean isText(String name) {
        return name.endsWith(LINES) || name.endsWith(PLAIN);
    }

    private void readFile(Path file) {
        String name = String.valueOf(file.getFileName());
        String language = name.substring(0, name.lastIndexOf('.'));
        if (languages.containsKey(language)) {
            throw CliException.usage(file + ": there are two files for " + language);
        }
        Fertility fertility = new Fertility(codec, language);
        long number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    fertility.add(name.endsWith(LINES) ? text(line) : line);
                }
            }
        } catch (CharacterCodingException _) {
            throw CliException.usage(file + " is not UTF-8, at line " + (number + 1) + " or after");
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + IoReason.of(e));
        } catch (IllegalArgumentException | FaultException e) {
            throw CliException.usage(file + ", line " + number + ": " + e.getMessage());
        }
        languages.put(language, fertility.counts());
    }

    private static String text(String line) {
        try {
            JsonNode text = LineFiles.JSON.readTree(line).path("text");
            if (!text.isTextual()) {
                throw new IllegalArgumentException("field 'text' must be a string");
            }
            return text.asText();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    public Map<String, Fertility.Counts> languages() {
        return languages;
    }

    /// Counts of the language that others are related to.
    public Fertility.Counts baseline(String language) {
        Fertility.Counts counts = languages.get(language);
        if (counts == null) {
            throw CliException.usage("there is no text in " + language + " to relate the others to; there are "
                    + String.join(", ", languages.keySet()) + ": choose one with --baseline");
        }
        return counts;
    }

    /// The whole report.
    public ObjectNode json(String baseline) {
        Fertility.Counts base = baseline(baseline);
        ObjectNode report = LineFiles.JSON.createObjectNode();
        report.put("tokenizer", tokenizer);
        report.put("serving_path", codec.path().name());
        report.put("baseline", baseline);
        report.put(
                "words",
                "java.text.BreakIterator; ja: cut where the kind of characters changes; vi: syllables between spaces");
        ArrayNode rows = report.putArray("languages");
        languages.forEach((language, counts) -> {
            ObjectNode row = rows.addObject();
            row.put("language", language);
            row.put("texts", counts.texts());
            row.put("words", counts.words());
            row.put("characters", counts.characters());
            row.put("bytes", counts.bytes());
            row.put("tokens", counts.tokens());
            row.put("tokens_per_word", rounded(counts.perWord()));
            row.put("tokens_per_character", rounded(counts.perCharacter()));
            row.put("tokens_per_byte", rounded(counts.perByte()));
            row.put("tokens_per_text", rounded(counts.perText()));
            ObjectNode relative = row.putObject("relative");
            relative.put("tokens_per_word", rounded(counts.perWord() / base.perWord()));
            relative.put("tokens_per_character", rounded(counts.perCharacter() / base.perCharacter()));
            relative.put("tokens_per_byte", rounded(counts.perByte() / base.perByte()));
            relative.put("tokens_per_text", rounded(counts.perText() / base.perText()));
        });
        return report;
    }

    /// The same as SVG.
    public String picture(String baseline) {
        baseline(baseline);
        return FertilityPicture.of(languages, baseline, tokenizer);
    }

    private static double rounded(double ratio) {
        return Double.isFinite(ratio) ? Math.round(ratio * 10_000) / 10_000.0 : 0;
    }
}
