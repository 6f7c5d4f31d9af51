package revontuli.safety.moderate;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import revontuli.transparency.crypto.Commitment;

/// A commitment to a text that still grows, without keeping the text; the same as to the whole at once.
final class GrowingCommitment {
    private final byte[] salt = Commitment.newSalt();
    private final Mac mac;

    GrowingCommitment() {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    void add(String text) {
        mac.update(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Ends the text.
    Opening close() {
        return new Opening(new Commitment(HexFormat.of().formatHex(mac.doFinal())), salt);
    }
}
