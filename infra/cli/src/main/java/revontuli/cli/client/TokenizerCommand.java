package revontuli.cli.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.IoReason;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.offline.FertilityReport;
import revontuli.cli.offline.TokenizerFolder;
import revontuli.cli.offline.TrainCommand;
import revontuli.tokenizer.fertility.Fertility;

/// `revontuli tokenizer`: work on a tokenizer's file, without any service.
@Command(
        name = "tokenizer",
        mixinStandardHelpOptions = true,
        description = "Work on a tokenizer.json without any service. (`revontuli tokenizers` speaks to the service.)",
        subcommands = {TokenizerCommand.Measure.class, TrainCommand.class})
public final class TokenizerCommand extends Group {

    @Command(
            name = "fertility",
            mixinStandardHelpOptions = true,
            description = {
                "Measure how many tokens each language costs: per word, character and byte, and relative to one of them.",
                "A word is what java.text.BreakIterator finds in that language, if it holds a letter or digit. Where words have no"
                        + " spaces between them that is a convention: Japanese is cut where the kind of characters changes, Vietnamese at"
                        + " its spaces, that is into syllables."
            })
    static final class Measure implements Callable<Integer> {
        @Mixin
        private final JsonOption json = new JsonOption();

        @Option(
                names = "--tokenizer",
                paramLabel = "DIR",
                description = "A tokenizer.json or its folder (default: the shipped one).")
        private @Nullable Path tokenizer;

        @Option(
                names = "--texts",
                arity = "1..*",
                paramLabel = "PATH",
                description =
                        "Files <language>.jsonl of {\"text\"} lines or <language>.txt with a text a line, or folders of them"
                                + " (default: the shipped held-out sample).")
        private final List<Path> texts = new ArrayList<>();

        @Option(
                names = "--baseline",
                defaultValue = "en",
                paramLabel = "L",
                description = "Language that the others are related to (default: ${DEFAULT-VALUE}).")
        private String baseline = "";

        @Option(names = "--svg", paramLabel = "F", description = "Write a picture to this file.")
        private @Nullable Path svg;

        @Override
        public Integer call() {
            Out out = json.out();
            Path folder = tokenizer == null ? ShippedModel.folder() : tokenizer;
            List<Path> paths = texts.isEmpty()
                    ? List.of(ShippedModel.folder().resolveSibling("sample").resolve("heldout"))
                    : texts;
            try (TokenizerFolder opened = TokenizerFolder.open(folder)) {
                FertilityReport report = new FertilityReport(opened.digest().toString(), opened.codec());
                report.read(paths);
                ObjectNode whole = report.json(baseline);
                print(report, out);
                out.json(whole);
                if (svg != null) {
                    Files.writeString(svg, report.picture(baseline), StandardCharsets.UTF_8);
                    out.note("picture: " + svg);
                }
                return ExitCode.OK;
            } catch (IOException e) {
                throw CliException.usage("cannot write " + svg + ": " + IoReason.of(e));
            }
        }

        private void print(FertilityReport report, Out out) {
            Fertility.Counts base = report.baseline(baseline);
            Table table = new Table(
                    "language",
                    "texts",
                    "tokens",
                    "per word",
                    "per character",
                    "per byte",
                    "per text, " + baseline + " = 1");
            for (Map.Entry<String, Fertility.Counts> row : report.languages().entrySet()) {
                Fertility.Counts counts = row.getValue();
                table.row(
                        row.getKey(),
                        Long.toString(counts.texts()),
                        Long.toString(counts.tokens()),
                        shown(counts.perWord()),
                        shown(counts.perCharacter()),
                        shown(counts.perByte()),
                        shown(counts.perText() / base.perText()));
            }
            table.print(out);
        }

        private static String shown(double ratio) {
            return String.format(Locale.ROOT, "%.3f", ratio);
        }
    }
}
