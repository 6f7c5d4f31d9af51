package revontuli.bpe;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// What the split patterns and flags ask about a character, as bits of one byte. The data are Unicode 16, which Java 25
/// and the reference's two pattern engines (Oniguruma, Rust's regex) share; a test pins them.
final class CodePoints {
    /// `\p{L}`
    static final int LETTER = 1;
    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
    static final int UPPER = 2;
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
    static final int LOWER = 4;
    /// `\p{N}`
    static final int NUMBER = 8;
    /// `\s`
    static final int SPACE = 16;
    /// `\p{M}`
    static final int MARK = 32;
    /// may change under NFC, alone or after other characters
    static final int UNSETTLED = 64;
    /// `\w`
    static final int WORD = 128;

    private static final byte[] ASCII = new byte[128];
    private static final short[] BLOCK = new short[0x1100];
    private static final byte[] CLASSES = classes();

    private CodePoints() {}

    static int of(int codePoint) {
        return CLASSES[(BLOCK[codePoint >>> 8] << 8) + (codePoint & 0xFF)] & 0xFF;
    }

    static int ofAscii(int b) {
        return ASCII[b] & 0xFF;
    }

    /// Class of the character that starts at a position of valid UTF-8.
    static int at(byte[] utf8, int at) {
        int b = utf8[at];
        return b >= 0 ? ASCII[b] & 0xFF : of(codePoint(utf8, at));
    }

    static int codePoint(byte[] utf8, int at) {
        int b = utf8[at];
        if (b >= 0) {
            return b;
        }
        if (b < (byte) 0xE0) {
            return (b & 0x1F) << 6 | (utf8[at + 1] & 0x3F);
        }
        if (b < (byte) 0xF0) {
            return (b & 0x0F) << 12 | (utf8[at + 1] & 0x3F) << 6 | (utf8[at + 2] & 0x3F);
        }
        return (b & 0x07) << 18 | (utf8[at + 1] & 0x3F) << 12 | (utf8[at + 2] & 0x3F) << 6 | (utf8[at + 3] & 0x3F);
    }

    /// Bytes of the character that starts with this byte.
    static int length(int lead) {
        return lead >= 0 ? 1 : lead < (byte) 0xE0 ? 2 : lead < (byte) 0xF0 ? 3 : 4;
    }

    /// Start of the character before a position.
    static int before(byte[] utf8, int at) {
        int p = at - 1;
        while ((utf8[p] & 0xC0) == 0x80) {
            p--;
        }
        return p;
    }

    /// First position from here on whose character has none of these bits.
    static int skip(byte[] utf8, int from, int limit, int bits) {
        int p = from;
        while (p < limit) {
            int b = utf8[p];
            if (b >= 0) {
                if ((ASCII[b] & bits) == 0) {
                    return p;
                }
                p++;
            } else {
                if ((of(codePoint(utf8, p)) & bits) == 0) {
                    return p;
                }
                p += length(b);
            }
        }
        return p;
    }

    /// First position from here on whose character has any of these bits.
    static int skipOthers(byte[] utf8, int from, int limit, int bits) {
        int p = from;
        while (p < limit) {
            int b = utf8[p];
            if (b >= 0) {
                if ((ASCII[b] & bits) != 0) {
                    return p;
                }
                p++;
            } else {
                if ((of(codePoint(utf8, p)) & bits) != 0) {
                    return p;
                }
                p += length(b);
            }
        }
        return p;
    }

    private static byte[] classes() {
        byte[] flat = new byte[0x110000];
        for (int c = 0; c < flat.length; c++) {
            flat[c] = (byte) (general(c) | (space(c) ? SPACE : 0) | (word(c) ? WORD : 0));
        }
        NfcData.unsettled((from, to) -> {
            for (int c = from; c <= to; c++) {
                flat[c] |= (byte) UNSETTLED;
            }
        });
        System.arraycopy(flat, 0, ASCII, 0, ASCII.length);
        return folded(flat);
    }

    /// Equal blocks of 256 are kept once.
    private static byte[] folded(byte[] flat) {
        Map<ByteBuffer, Short> known = new HashMap<>();
        for (int block = 0; block < BLOCK.length; block++) {
            ByteBuffer piece = ByteBuffer.wrap(flat, block << 8, 256).slice();
            Short number = known.putIfAbsent(piece, (short) known.size());
            BLOCK[block] = number == null ? (short) (known.size() - 1) : number;
        }
        byte[] folded = new byte[known.size() << 8];
        for (int block = 0; block < BLOCK.length; block++) {
            System.arraycopy(flat, block << 8, folded, BLOCK[block] << 8, 256);
        }
        return folded;
    }

    private static int general(int c) {
        return switch (Character.getType(c)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> LETTER | UPPER;
            case Character.LOWERCASE_LETTER -> LETTER | LOWER;
            case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> LETTER | UPPER | LOWER;
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
                MARK | UPPER | LOWER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            default -> 0;
        };
    }

    private static boolean space(int c) {
        return (c >= 0x09 && c <= 0x0D)
                || c == 0x20
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    private static boolean word(int c) {
        int type = Character.getType(c);
        return Character.isAlphabetic(c)
                || (general(c) & MARK) != 0
                || type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.CONNECTOR_PUNCTUATION
                || c == 0x200C
                || c == 0x200D;
    }
}
