package revontuli.safety.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Undoes base64, hex and URL encoding where it finds it and where text comes out; the rest stays as it is.
final class Decoded {
    private static final int BASE64_MIN = 16;
    private static final int HEX_MIN = 16;

    private Decoded() {}

    static MappedText base64(MappedText source) {
        String text = source.text();
        MappedText.Builder out = new MappedText.Builder(source);
        for (int at = 0; at < text.length(); ) {
            int end = runEnd(text, at, Decoded::base64Unit);
            int to = Math.max(end, at + 1);
            if (end - at >= BASE64_MIN && appendBase64(text, at, end, out)) {
                to = paddingEnd(text, to);
            } else {
                copy(text, at, to, out);
            }
            at = to;
        }
        return out.build();
    }

    private static int paddingEnd(String text, int from) {
        int at = from;
        while (at < text.length() && at - from < 2 && text.charAt(at) == '=') {
            at++;
        }
        return at;
    }

    private static boolean appendBase64(String text, int from, int to, MappedText.Builder out) {
        int phases = from == 0 ? 4 : 1; // a stream's window may begin inside a run
        for (int phase = 0; phase < phases; phase++) {
            int length = (to - from - phase) % 4 == 1 ? to - 1 - from - phase : to - from - phase;
            if (length < BASE64_MIN) {
                return false;
            }
            String run = text.substring(from + phase, from + phase + length)
                    .replace('-', '+')
                    .replace('_', '/');
            byte[] bytes = Base64.getDecoder().decode(run);
            @Nullable String decoded = readable(bytes);
            if (decoded != null) {
                spread(decoded, from + phase, length, out);
                return true;
            }
        }
        return false;
    }

    static MappedText hex(MappedText source) {
        String text = source.text();
        MappedText.Builder out = new MappedText.Builder(source);
        for (int at = 0; at < text.length(); ) {
            int end = runEnd(text, at, unit -> Character.digit(unit, 16) >= 0 && unit < 0x80);
            int length = (end - at) & ~1;
            @Nullable String decoded = length < HEX_MIN ? null : readable(hexBytes(text, at, length, 2, 0));
            int to = Math.max(end, at + 1);
            if (decoded == null) {
                copy(text, at, to, out);
            } else {
                spread(decoded, at, length, out);
                copy(text, at + length, to, out);
            }
            at = to;
        }
        return out.build();
    }

    static MappedText url(MappedText source) {
        String text = source.text();
        MappedText.Builder out = new MappedText.Builder(source);
        for (int at = 0; at < text.length(); ) {
            int end = at;
            while (end + 2 < text.length()
                    && text.charAt(end) == '%'
                    && Character.digit(text.charAt(end + 1), 16) >= 0
                    && Character.digit(text.charAt(end + 2), 16) >= 0) {
                end += 3;
            }
            @Nullable String decoded = end == at ? null : readable(hexBytes(text, at, end - at, 3, 1));
            if (decoded == null) {
                copy(text, at, Math.max(end, at + 1), out);
            } else {
                spread(decoded, at, end - at, out);
            }
            at = Math.max(end, at + 1);
        }
        return out.build();
    }

    private static byte[] hexBytes(String text, int from, int length, int stride, int skip) {
        byte[] bytes = new byte[length / stride];
        for (int i = 0; i < bytes.length; i++) {
            int at = from + i * stride + skip;
            bytes[i] = (byte) (Character.digit(text.charAt(at), 16) << 4 | Character.digit(text.charAt(at + 1), 16));
        }
        return bytes;
    }

    /// The bytes as text, or null where they are not UTF-8 or hold what nobody writes: control characters, private and
    /// unassigned ones.
    private static @Nullable String readable(byte[] bytes) {
        String text = utf8(bytes);
        if (text == null && bytes.length > 8) {
            text = utf8(Arrays.copyOf(bytes, bytes.length - 1)); // a cut run may end inside a character
        }
        return text == null || text.codePoints().anyMatch(Decoded::unwritten) ? null : text;
    }

    private static boolean unwritten(int point) {
        int type = Character.getType(point);
        return type == Character.UNASSIGNED
                || type == Character.PRIVATE_USE
                || (type == Character.CONTROL && point != '\n' && point != '\t' && point != '\r');
    }

    private static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    /// Each decoded unit points to its share of the encoded run, widened to be sure to cover it.
    private static void spread(String decoded, int from, int length, MappedText.Builder out) {
        for (int i = 0; i < decoded.length(); i++) {
            int start = (int) ((long) i * length / decoded.length());
            int end = (int) (((long) (i + 1) * length + decoded.length() - 1) / decoded.length());
            out.append(decoded.charAt(i), from + Math.max(0, start - 4), from + Math.min(length, end + 4));
        }
    }

    private static void copy(String text, int from, int to, MappedText.Builder out) {
        for (int i = from; i < to; i++) {
            out.append(text.charAt(i), i, i + 1);
        }
    }

    private static boolean base64Unit(int unit) {
        return (unit >= 'a' && unit <= 'z')
                || (unit >= 'A' && unit <= 'Z')
                || (unit >= '0' && unit <= '9')
                || unit == '+'
                || unit == '/'
                || unit == '-'
                || unit == '_';
    }

    private static int runEnd(String text, int from, IntPredicate unit) {
        int at = from;
        while (at < text.length() && unit.test(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
