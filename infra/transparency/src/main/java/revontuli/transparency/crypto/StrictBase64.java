package revontuli.transparency.crypto;

import java.util.Base64;
import revontuli.transparency.json.MalformedException;

/// Base64 where every value has one spelling: right padding, no stray bits, no line breaks.
public final class StrictBase64 {
    private StrictBase64() {}

    public static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// Decodes RFC 4648 section 4 text; `what` names the field in the message.
    public static byte[] decode(String what, String text) {
        return decode(what, text, Base64.getDecoder(), Base64.getEncoder());
    }

    static String encodeUrl(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] decodeUrl(String what, String text) {
        return decode(what, text, Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding());
    }

    // the platform's decoders accept several spellings of one value: only the one that encodes back is taken
    private static byte[] decode(String what, String text, Base64.Decoder decoder, Base64.Encoder encoder) {
        try {
            byte[] bytes = decoder.decode(text);
            if (encoder.encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new MalformedException(what + " must be base64 in its one exact spelling");
    }
}
