package revontuli.transparency.receipt;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.json.MalformedException;

/// What a record says of the tokens that were drawn, so that a replay can name the first one that differs and nobody
/// without the salt learns any of them.
///
/// A chain of HMACs under a key derived from the salt of the prompt's commitment: `h(n) = HMAC(key, h(n-1) || id(n))`,
/// the id in four bytes, big end first, `h(0)` being 32 zero bytes. The record holds the first two bytes of every
/// `h(n)` and the last one whole. Destroying the salt destroys what the trail could show.
public final class TokenTrail {
    private static final byte[] PURPOSE = "revontuli token trail v1".getBytes(StandardCharsets.US_ASCII);
    private static final int STEP_BYTES = 2;

    private final Mac mac;
    private final ByteArrayOutputStream steps = new ByteArrayOutputStream();
    private byte[] state = new byte[32];

    /// A trail of nothing yet.
    ///
    /// @param salt of the commitment to the prompt
    public TokenTrail(byte[] salt) {
        this.mac = hmac(hmac(salt).doFinal(PURPOSE));
    }

    /// The next token.
    public void add(int id) {
        mac.update(state);
        state = mac.doFinal(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
        steps.write(state, 0, STEP_BYTES);
    }

    public int count() {
        return steps.size() / STEP_BYTES;
    }

    /// Two bytes a token, in base64.
    public String steps() {
        return StrictBase64.encode(steps.toByteArray());
    }

    /// Commitment to all tokens.
    public Commitment end() {
        return new Commitment(HexFormat.of().formatHex(state));
    }

    /// A trail as it was recorded, to hold another one against.
    public static final class Recorded {
        private final byte[] steps;
        private final Commitment end;

        public Recorded(String steps, Commitment end) {
            this.steps = StrictBase64.decode("field 'token_trail'", steps);
            this.end = end;
            if (this.steps.length % STEP_BYTES != 0) {
                throw new MalformedException("field 'token_trail' must have " + STEP_BYTES + " bytes a token");
            }
        }

        public int count() {
            return steps.length / STEP_BYTES;
        }

        /// Whether the last token of the other trail is the one that was recorded at its place; asked after every
        /// token, the first `false` names the token that differs.
        public boolean agreesSoFar(TokenTrail other) {
            int count = other.count();
            if (count > count()) {
                return false;
            }
            int at = (count - 1) * STEP_BYTES;
            boolean same = count == 0 || Arrays.equals(steps, at, at + STEP_BYTES, other.state, 0, STEP_BYTES);
            return same && (count < count() || end.equals(other.end()));
        }
    }

    private static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
