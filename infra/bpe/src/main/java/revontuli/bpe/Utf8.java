package revontuli.bpe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// UTF-8 as it has to be: shortest forms, no surrogates, nothing above U+10FFFF.
public final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final long NOT_ASCII = 0x8080808080808080L;

    private Utf8() {}

    /// First byte of a character that is malformed or cut off, or -1.
    public static int firstMalformed(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to) {
            if (bytes[p] >= 0) {
                p += p + Long.BYTES <= to && ((long) LONG.get(bytes, p) & NOT_ASCII) == 0 ? Long.BYTES : 1;
                continue;
            }
            int length = length(bytes, p, to);
            if (length <= 0) {
                return p;
            }
            p += length;
        }
        return -1;
    }

    /// Bytes of the character that starts here; 0 if it is malformed, less than 0 if what is there is a good beginning.
    static int length(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        if (lead < 0x80) {
            return 1;
        }
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (at + 1 >= to) {
            return -1;
        }
        int second = bytes[at + 1] & 0xFF;
        int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if (at + i >= to) {
                return -1;
            }
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    /// Text of bytes that may be no UTF-8: U+FFFD for each maximal part of a character that cannot go on, as
    /// the Unicode standard (section 3.9) recommends and the reference does. So bytes cut at a whole character
    /// or after such a part have the same text in pieces; not so by the JDK's decoder: a surrogate is one to it.
    static String text(byte[] bytes, int from, int to) {
        int bad = firstMalformed(bytes, from, to);
        if (bad < 0) {
            return new String(bytes, from, to - from, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder(to - from);
        int done = from;
        while (bad >= 0) {
            text.append(new String(bytes, done, bad - done, StandardCharsets.UTF_8))
                    .append('\uFFFD');
            done = bad + malformedLength(bytes, bad, to);
            bad = firstMalformed(bytes, done, to);
        }
        return text.append(new String(bytes, done, to - done, StandardCharsets.UTF_8))
                .toString();
    }

    /// Bytes from here that begin a character, up to the one that breaks it; at least 1.
    private static int malformedLength(byte[] bytes, int at, int to) {
        int good = 1;
        while (good < 4 && at + good < to && length(bytes, at, at + good + 1) < 0) {
            good++;
        }
        return good;
    }

    /// End of what stays as it is whatever follows: the start of a last character that may still become whole, else
    /// the size.
    static int settled(byte[] bytes, int size) {
        for (int p = size - 1; p >= Math.max(0, size - 3); p--) {
            if ((bytes[p] & 0xC0) != 0x80) {
                return length(bytes, p, size) < 0 ? p : size;
            }
        }
        return size;
    }

    static boolean hasLoneSurrogate(String text) {
        return firstLoneSurrogate(text) >= 0;
    }

    /// UTF-16 unit of the first half of a surrogate pair that stands alone, or -1.
    public static int firstLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (Character.isSurrogate(text.charAt(i)) && Character.charCount(text.codePointAt(i)) == 1) {
                return i;
            }
        }
        return -1;
    }

    /// Writes a character and returns where the next one goes.
    static int put(int c, byte[] into, int at) {
        if (c < 0x80) {
            into[at] = (byte) c;
            return at + 1;
        }
        if (c < 0x800) {
            into[at] = (byte) (0xC0 | (c >> 6));
            into[at + 1] = (byte) (0x80 | (c & 0x3F));
            return at + 2;
        }
        if (c < 0x10000) {
            into[at] = (byte) (0xE0 | (c >> 12));
            into[at + 1] = (byte) (0x80 | ((c >> 6) & 0x3F));
            into[at + 2] = (byte) (0x80 | (c & 0x3F));
            return at + 3;
        }
        into[at] = (byte) (0xF0 | (c >> 18));
        into[at + 1] = (byte) (0x80 | ((c >> 12) & 0x3F));
        into[at + 2] = (byte) (0x80 | ((c >> 6) & 0x3F));
        into[at + 3] = (byte) (0x80 | (c & 0x3F));
        return at + 4;
    }
}
