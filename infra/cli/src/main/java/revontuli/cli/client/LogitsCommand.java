package revontuli.cli.client;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.causallm.Compute;
import revontuli.cli.CliException;
import revontuli.cli.JsonOption;
import revontuli.cli.offline.BulkLogits;

/// `revontuli logits`: what a model says of given ids, without any running service.
@Command(
        name = "logits",
        mixinStandardHelpOptions = true,
        description =
                "Turn {\"id\",\"ids\"} lines into {\"id\",\"logits\":[[...]]} lines: one row a position, one number an id.")
public final class LogitsCommand implements Callable<Integer> {
    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "Model folder in Hugging Face layout.")
    private Path model = Path.of("");

    @Option(
            names = "--in",
            required = true,
            paramLabel = "F",
            description = "Lines of {\"id\",\"ids\"}; - for standard input.")
    private Path in = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "G", description = "Result; - for standard output.")
    private Path output = Path.of("");

    @Option(
            names = "--precision",
            defaultValue = "f32",
            paramLabel = "FORM",
            description = "Form of the weights: f32, bf16 or int8 (default: ${DEFAULT-VALUE}).")
    private String precision = "f32";

    @Override
    public Integer call() {
        Compute compute = Compute.named(precision)
                .orElseThrow(() -> CliException.usage("--precision must be f32, bf16, int8 or int4"));
        return BulkLogits.run(model, compute, in, output, json.out());
    }
}
