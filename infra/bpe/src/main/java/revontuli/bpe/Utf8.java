package revontuli.bpe;

/// UTF-8 as it has to be: shortest forms, no surrogates, nothing above U+10FFFF.
public final class Utf8 {
    private Utf8() {}

    /// First byte of a character that is malformed or cut off, or -1.
    public static int firstMalformed(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to) {
            if (bytes[p] >= 0) {
                p++;
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
