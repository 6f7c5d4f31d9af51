package revontuli.transparency.record;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.VerifyingKey;

/// Checks signatures of one key and remembers the last good one, so that a signature over a batch is computed once and
/// not for each of its records. Not thread-safe.
public final class LastSignature {
    private final Check check;
    private byte @Nullable [] message;
    private byte @Nullable [] signature;

    /// How a signature is checked; answers whether it is good.
    @FunctionalInterface
    public interface Check {
        boolean verifies(byte[] message, byte[] signature);
    }

    public LastSignature(VerifyingKey key) {
        this(key::verifies);
    }

    public LastSignature(Check check) {
        this.check = check;
    }

    /// Whether the key's holder signed exactly these bytes.
    public boolean verifies(byte[] message, byte[] signature) {
        if (Arrays.equals(message, this.message) && Arrays.equals(signature, this.signature)) {
            return true;
        }
        if (!check.verifies(message, signature)) {
            return false;
        }
        this.message = message.clone();
        this.signature = signature.clone();
        return true;
    }
}
