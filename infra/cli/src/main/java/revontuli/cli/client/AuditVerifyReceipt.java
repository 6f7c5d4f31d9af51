package revontuli.cli.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.HomeOption;
import revontuli.cli.JsonOption;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.receipt.ReceiptVerification;
import revontuli.transparency.receipt.ReceiptVerifier;

/// `revontuli audit verify-receipt`: with the file and the log's public key, nothing else.
@Command(
        name = "verify-receipt",
        mixinStandardHelpOptions = true,
        description = {
            "Verify a receipt offline: no network, no database, no running service.",
            "Exit code 0 whole, 1 something is wrong (the first bad thing is named), 2 it cannot be judged."
        })
final class AuditVerifyReceipt implements Callable<Integer> {
    @Mixin
    private final HomeOption home = new HomeOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Parameters(paramLabel = "FILE", description = "What `audit receipt` wrote.")
    private Path file = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "PUB",
            description = "Public key of the log: base64 of its 32 bytes, or a file with it"
                    + " (default: the log of --home).")
    private @Nullable String key;

    @Override
    public Integer call() {
        try {
            ReceiptVerification found =
                    ReceiptVerifier.verify(ReceiptFiles.read(file), AuditCommand.logKey(key, home.home()));
            ReceiptFiles.print(json.out(), found);
            return found.ok() ? ExitCode.OK : ExitCode.REFUSED;
        } catch (IOException | MalformedException e) {
            throw CliException.usage("cannot judge " + file + ": " + e.getMessage());
        }
    }
}
