package revontuli.cli.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.cli.Channels;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.transparency.receipt.Receipt;

/// `revontuli audit receipt`: all evidence of a generation in one file.
@Command(
        name = "receipt",
        mixinStandardHelpOptions = true,
        description = {
            "Write all evidence of a generation into one file that `audit verify-receipt` verifies offline.",
            "Called by its owner, the file also holds the salts that open the commitments; add the texts to prove them."
        })
final class AuditReceipt implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "NAME", description = "generations/{id}")
    private String name = "";

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File that does not exist yet.")
    private Path file = Path.of("");

    @Option(names = "--prompt", paramLabel = "TEXT", description = "The exact prompt, to be kept in the file.")
    private String prompt = "";

    @Option(names = "--prompt-file", paramLabel = "F", description = "The same, out of a file.")
    private @Nullable Path promptFile;

    @Option(names = "--output", paramLabel = "TEXT", description = "The exact released output, to be kept in the file.")
    private String output = "";

    @Option(names = "--output-file", paramLabel = "F", description = "The same, out of a file.")
    private @Nullable Path outputFile;

    @Override
    public Integer call() {
        ReceiptFiles.requireNew(file);
        List<String> texts = new ArrayList<>();
        ReceiptFiles.text("--prompt", prompt, promptFile).ifPresent(texts::add);
        ReceiptFiles.text("--output", output, outputFile).ifPresent(texts::add);
        try (Channels channels = options.channels("caller")) {
            Receipt receipt = ReceiptFiles.with(ReceiptFiles.fetch(channels, name, options.out()), texts);
            ReceiptFiles.write(receipt, file);
            options.out()
                    .line(receipt.records().size() + " records and "
                            + receipt.openings().size() + " salts in " + file);
            options.out()
                    .jsonText("{\"records\":" + receipt.records().size() + ",\"log_size\":"
                            + receipt.about().size() + "}");
            return ExitCode.OK;
        }
    }
}
