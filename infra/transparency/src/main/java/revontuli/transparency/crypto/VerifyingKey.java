package revontuli.transparency.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import revontuli.transparency.json.MalformedException;

/// An Ed25519 public key (RFC 8032). Points of small order and encodings that are not of the curve's main group are
/// refused when the key is read, because such keys "verify" messages that nobody signed.
public final class VerifyingKey {
    public static final int BYTES = 32;
    public static final int SIGNATURE_BYTES = 64;

    private final byte[] raw;
    private final Ed25519PublicKeyParameters key;

    private VerifyingKey(byte[] raw) {
        this.raw = raw;
        this.key = new Ed25519PublicKeyParameters(raw);
    }

    public static VerifyingKey ofRaw(byte[] raw) {
        if (raw.length != BYTES || !Ed25519.validatePublicKeyFull(raw, 0)) {
            throw new MalformedException(
                    "an Ed25519 public key must be 32 bytes that encode a point of the main group");
        }
        return new VerifyingKey(raw.clone());
    }

    /// Reads the base64 of the 32 raw bytes.
    public static VerifyingKey parse(String base64) {
        return ofRaw(StrictBase64.decode("an Ed25519 public key", base64));
    }

    /// The 32 bytes of RFC 8032; a copy.
    public byte[] raw() {
        return raw.clone();
    }

    public String base64() {
        return StrictBase64.encode(raw);
    }

    /// The name under which the key is looked up: the first 8 bytes of SHA-256 of the raw key, in hexadecimal.
    public String kid() {
        return HexFormat.of().formatHex(Digest.of(raw).value(), 0, 8);
    }

    /// Whether the holder of the private key signed exactly these bytes.
    public boolean verifies(byte[] message, byte[] signature) {
        return signature.length == SIGNATURE_BYTES
                && key.verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerifyingKey that && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return "ed25519:" + kid();
    }
}
