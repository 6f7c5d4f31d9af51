package revontuli.safety.ledger;

import java.io.IOException;
import java.nio.file.Path;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.SignedNote;

/// Signs what the log has grown to, under the log's name.
public final class LogKey {
    private final String origin;
    private final SigningKey key;

    public LogKey(String origin, SigningKey key) {
        this.origin = origin;
        this.key = key;
        checkpoint(new Head(0, java.util.List.of())); // an origin that no note can carry stops the service here
    }

    public static LogKey read(String origin, Path file) {
        try {
            return new LogKey(origin, SigningKey.readPem(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "revontuli.safety.ledger.log-key-file and .origin: cannot sign as '" + origin + "' with " + file
                            + ": " + e.getMessage(),
                    e);
        }
    }

    public SignedNote checkpoint(Head head) {
        return new Checkpoint(origin, head.size(), head.root()).sign(key);
    }

    public String origin() {
        return origin;
    }

    public VerifyingKey verifyingKey() {
        return key.verifyingKey();
    }
}
