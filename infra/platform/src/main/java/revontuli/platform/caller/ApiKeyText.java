package revontuli.platform.caller;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.Digest;

/// The text of an API key: `rvk_` and 43 base64url characters, 256 bits of chance. Stored only as its hash.
public record ApiKeyText(String text) {
    private static final Pattern FORM = Pattern.compile("rvk_[A-Za-z0-9_-]{43}");
    private static final int RANDOM_BYTES = 32;

    public ApiKeyText {
        if (!isWellFormed(text)) {
            throw new IllegalArgumentException("an API key must be rvk_ and 43 base64url characters");
        }
    }

    public static boolean isWellFormed(String text) {
        return FORM.matcher(text).matches();
    }

    public static ApiKeyText draw(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new ApiKeyText("rvk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /// SHA-256 of the text, hex. A key has 256 bits of chance, so a plain hash cannot be guessed back.
    public String hash() {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /// Never the key.
    @Override
    public String toString() {
        return "rvk_(hidden)";
    }
}
