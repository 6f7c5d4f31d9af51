package revontuli.cli.safety;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.cli.ExitCode;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.bench.Machine;
import revontuli.safety.screen.Screener;

/// `revontuli bench safety`: how well and how fast the shipped policy judges.
@Command(
        name = "safety",
        mixinStandardHelpOptions = true,
        description = {
            "Measure moderation on texts that nothing was learned from.",
            "On the project's own texts and, where it is there, the development data. Exit code 1 when any unit of a refused"
                    + " stretch was released by a stream."
        })
public final class SafetyCommand implements Callable<Integer> {
    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The development data (default: ../shared/data of the project, where it is there).")
    private @Nullable Path data;

    @Override
    public Integer call() {
        Path root = Path.of(System.getProperty("revontuli.root", ""));
        DevelopmentData development = DevelopmentData.beside(root, data);
        Out out = json.out();
        if (!development.here()) {
            out.note("no development data beside the project: the project's own texts only");
        }
        ObjectNode result = new SafetyBench(Screener.shipped(), new SafetyTexts(root, development), out).run();
        result.set("machine", Machine.here(root).json());
        print(out, result);
        out.json(result);
        return result.path("unmoderated_released").asLong() == 0 ? ExitCode.OK : ExitCode.REFUSED;
    }

    private static void print(Out out, ObjectNode result) {
        out.line("%-4s %9s %9s %9s %9s %9s %9s %9s %9s"
                .formatted("", "precision", "recall", "f1", "auc in", "auc out", "fpr text", "fpr ask", "overblock"));
        result.path("languages")
                .properties()
                .forEach(language -> out.line("%-4s %9s %9s %9s %9s %9s %9s %9s %9s"
                        .formatted(
                                language.getKey(),
                                text(language.getValue(), "/precision"),
                                text(language.getValue(), "/recall"),
                                text(language.getValue(), "/f1"),
                                text(language.getValue(), "/auc/prompts"),
                                text(language.getValue(), "/auc/outputs"),
                                text(language.getValue(), "/false_positive_rate"),
                                text(language.getValue(), "/false_positive_rate_instructions"),
                                text(language.getValue(), "/over_block_rate"))));
        result.path("languages")
                .properties()
                .forEach(language -> out.line("recall lost in " + language.getKey() + ": "
                        + language.getValue().path("recall_loss")));
        out.line("personal data, F1: " + result.path("pii_f1"));
        out.line("refused of the harmful texts of each kind:");
        result.path("languages")
                .properties()
                .forEach(language -> out.line("  " + language.getKey() + ": " + kinds(language.getValue())));
        out.line("512 characters: p50 " + result.path("p50_ms") + " ms, p99 " + result.path("p99_ms") + " ms, "
                + result.path("texts_per_s_core") + " texts/s on one core");
        out.line("units released of refused stretches: " + result.path("unmoderated_released"));
        out.line(out.dim(result.path("machine").toString()));
    }

    private static String kinds(JsonNode language) {
        return language.path("by_category").properties().stream()
                .map(kind -> kind.getKey() + " " + kind.getValue().path("refused") + "/"
                        + kind.getValue().path("harmful"))
                .collect(java.util.stream.Collectors.joining(", "));
    }

    private static String text(JsonNode node, String pointer) {
        return node.at(pointer).isNumber() ? "%.3f".formatted(node.at(pointer).asDouble()) : "-";
    }
}
