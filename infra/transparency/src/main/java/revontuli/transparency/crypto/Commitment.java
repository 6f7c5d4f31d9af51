package revontuli.transparency.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import revontuli.transparency.json.MalformedException;

/// A promise of a value that shows nothing of it: HMAC-SHA-256 keyed with a random salt, printed `hmac-sha256:<hex>`.
/// Whoever holds value and salt can prove what was meant; once the salt is destroyed, nobody can, nor guess it.
public record Commitment(String hex) {
    public static final int SALT_BYTES = 32;
    private static final String PREFIX = "hmac-sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    public Commitment {
        if (!HEX.matcher(hex).matches()) {
            throw malformed();
        }
    }

    /// A fresh salt. One salt serves one value: a shared salt would show which values are equal.
    public static byte[] newSalt() {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return salt;
    }

    public static Commitment to(byte[] salt, byte[] value) {
        return new Commitment(HexFormat.of().formatHex(hmac(salt, value)));
    }

    public static Commitment parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw malformed();
        }
        return new Commitment(text.substring(PREFIX.length()));
    }

    /// Whether this commitment was made to exactly this value with this salt.
    public boolean opensWith(byte[] salt, byte[] value) {
        return MessageDigest.isEqual(HexFormat.of().parseHex(hex), hmac(salt, value));
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }

    private static byte[] hmac(byte[] salt, byte[] value) {
        if (salt.length != SALT_BYTES) {
            throw new MalformedException("the salt of a commitment has 32 bytes, not " + salt.length);
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(salt, "HmacSHA256"));
            return mac.doFinal(value);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    private static MalformedException malformed() {
        return new MalformedException("a commitment must be 'hmac-sha256:' and 64 lower-case hexadecimal digits");
    }
}
