package revontuli.safety.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.KeyRotation;
import revontuli.transparency.json.Json;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.receipt.Receipt;

/// Signs what the log has grown to, under the log's name. After a change of keys the one before goes on signing until
/// the record of the change is in the log: whoever trusts it can follow from then on.
public final class LogKey {
    private final String origin;
    private final SigningKey key;
    private final Optional<SigningKey> before;
    private final Predicate<VerifyingKey> announced;
    private volatile boolean changed;

    public LogKey(String origin, SigningKey key) {
        this(origin, key, Optional.empty(), _ -> true);
    }

    /// A key that follows another one.
    ///
    /// @param before the key that signed until now, where it is another one
    /// @param announced whether the log holds the record that announces a key
    public LogKey(String origin, SigningKey key, Optional<SigningKey> before, Predicate<VerifyingKey> announced) {
        this.origin = origin;
        this.key = key;
        this.before = before.filter(old -> !old.verifyingKey().equals(key.verifyingKey()));
        this.announced = announced;
        this.changed = this.before.isEmpty();
        new Checkpoint(origin, 0, new Head(0, List.of()).root()).sign(key); // a name that no note can carry stops here
    }

    public static LogKey read(
            String origin, Path file, Optional<Path> previousFile, Predicate<VerifyingKey> announced) {
        SigningKey key = readPem(origin, "log-key-file", file);
        Optional<SigningKey> before = previousFile.map(previous -> readPem(origin, "previous-log-key-file", previous));
        try {
            return new LogKey(origin, key, before, announced);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "revontuli.safety.ledger.origin: cannot sign as '" + origin + "': " + e.getMessage(), e);
        }
    }

    private static SigningKey readPem(String origin, String setting, Path file) {
        try {
            return SigningKey.readPem(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "revontuli.safety.ledger." + setting + ": cannot sign as '" + origin + "' with " + file + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /// Inside a unit of work that sees the leaves under this head.
    public SignedNote checkpoint(Head head) {
        return new Checkpoint(origin, head.size(), head.root()).sign(current());
    }

    /// Whether the key that signs now has signed this checkpoint. Inside a unit of work, as [#checkpoint].
    boolean hasSigned(SignedNote checkpoint) {
        return checkpoint.isSignedBy(origin, current().verifyingKey());
    }

    /// Seals a receipt of this log, with the key that signed its checkpoint: one key is enough to verify it.
    public Receipt seal(Receipt.Body body) {
        boolean byTheOneBefore = before.filter(old -> body.checkpoint().isSignedBy(origin, old.verifyingKey()))
                .isPresent();
        return body.seal(byTheOneBefore ? before.orElseThrow() : key);
    }

    public String origin() {
        return origin;
    }

    /// The key that signs now.
    public VerifyingKey verifyingKey() {
        return current().verifyingKey();
    }

    /// The key that signs once its announcement is in the log.
    VerifyingKey newest() {
        return key.verifyingKey();
    }

    Optional<VerifyingKey> before() {
        return before.map(SigningKey::verifyingKey);
    }

    /// What announces the change, signed by both keys.
    Json.Fields rotation() {
        return KeyRotation.facts(origin, before.orElseThrow(), key);
    }

    private SigningKey current() {
        if (!changed && announced.test(key.verifyingKey())) {
            changed = true;
        }
        return changed ? key : before.orElse(key);
    }
}
