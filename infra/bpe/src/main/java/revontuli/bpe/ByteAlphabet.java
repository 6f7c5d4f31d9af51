package revontuli.bpe;

import java.util.Arrays;

/// GPT-2's printable stand-ins for the 256 bytes.
final class ByteAlphabet {
    private static final char[] OF_BYTE = new char[256];
    private static final short[] OF_CHAR = new short[512];

    static {
        Arrays.fill(OF_CHAR, (short) -1);
        char next = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            OF_BYTE[b] = printable ? (char) b : next++;
            OF_CHAR[OF_BYTE[b]] = (short) b;
        }
    }

    private ByteAlphabet() {}

    static char of(int b) {
        return OF_BYTE[b & 0xFF];
    }

    /// The byte that a character stands for, or -1.
    static int byteOf(char c) {
        return c < OF_CHAR.length ? OF_CHAR[c] : -1;
    }

    /// The bytes that a token's text stands for, or an empty array if some character stands for none.
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            int b = byteOf(token.charAt(i));
            if (b < 0) {
                return new byte[0];
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }

    static String text(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            text.append(of(bytes[i]));
        }
        return text.toString();
    }
}
