package revontuli.cli.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.inference.v1.Replay;
import revontuli.api.inference.v1.ReplayGenerationRequest;
import revontuli.api.inference.v1.TokenIds;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.receipt.Receipt;
import revontuli.transparency.receipt.ReceiptVerification;
import revontuli.transparency.receipt.ReceiptVerifier;

/// `revontuli audit replay`: the generation of a receipt, run again.
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = {
            "Verify a receipt, then run its generation again with the recorded model, seed and engine.",
            "Exit code 0 bit-equal, 1 diverged, not replayable or a bad receipt, 2 it cannot be judged."
        })
final class AuditReplay implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "FILE", description = "What `audit receipt` wrote.")
    private Path file = Path.of("");

    @Option(names = "--key", paramLabel = "PUB", description = "Public key of the log (default: the log of --home).")
    private @Nullable String key;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "The exact prompt, if the receipt does not hold it.")
    private String prompt = "";

    @Option(names = "--prompt-file", paramLabel = "F", description = "The same, out of a file.")
    private @Nullable Path promptFile;

    @Option(
            names = "--prompt-tokens",
            paramLabel = "ID",
            split = ",",
            description = "Ids of the prompt, if it was given as ids, as a text with a gap or as a dialogue.")
    private List<Integer> promptTokens = List.of();

    @Option(
            names = "--logit-bias",
            paramLabel = "ID=BIAS",
            split = ",",
            description = "The bias, if the generation had one.")
    private Map<Integer, Float> logitBias = Map.of();

    @Override
    public Integer call() {
        byte[] bytes = ReceiptFiles.read(file);
        ReceiptVerification found;
        try {
            found = ReceiptVerifier.verify(bytes, AuditCommand.logKey(key, options.home()));
        } catch (IOException | MalformedException e) {
            throw CliException.usage("cannot judge " + file + ": " + e.getMessage());
        }
        if (!found.ok()) {
            ReceiptFiles.print(options.out(), found);
            return ExitCode.REFUSED;
        }
        Optional<String> given = ReceiptFiles.text("--prompt", prompt, promptFile);
        try (Channels channels = options.channels("caller")) {
            ReplayGenerationRequest besides = ReplayGenerationRequest.newBuilder()
                    .setPromptTokens(TokenIds.newBuilder().addAllIds(promptTokens))
                    .putAllLogitBias(logitBias)
                    .build();
            Replay replay = ReceiptFiles.replay(channels, Receipt.parse(bytes), given, besides);
            return ReceiptFiles.print(options.out(), replay) ? ExitCode.OK : ExitCode.REFUSED;
        }
    }
}
