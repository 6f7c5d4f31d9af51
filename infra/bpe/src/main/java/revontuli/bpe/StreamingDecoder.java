package revontuli.bpe;

import java.util.Arrays;

/// Text of ids as they come. A character whose bytes are spread over tokens appears when it is whole: put together,
/// what comes out is exactly what decoding all ids at once gives. One thread at a time.
public final class StreamingDecoder {
    private final Vocabulary vocabulary;
    private final boolean skipSpecials;
    private byte[] held = new byte[64];
    private int size;

    StreamingDecoder(Vocabulary vocabulary, boolean skipSpecials) {
        this.vocabulary = vocabulary;
        this.skipSpecials = skipSpecials;
    }

    /// The characters that are whole with this id; often none.
    ///
    /// @throws IndexOutOfBoundsException if the id is not below the size of the vocabulary
    public String add(int id) {
        if (skipSpecials && vocabulary.special(id)) {
            return "";
        }
        int length = vocabulary.length(id);
        if (size + length > held.length) {
            held = Arrays.copyOf(held, size + length + 64);
        }
        System.arraycopy(vocabulary.bytes(), vocabulary.start(id), held, size, length);
        size += length;
        int whole = Utf8.settled(held, size);
        String text = Utf8.text(held, 0, whole);
        System.arraycopy(held, whole, held, 0, size - whole);
        size -= whole;
        return text;
    }

    /// Bytes held back, at most 3.
    public int pending() {
        return size;
    }

    /// What is left at the end: nothing, or U+FFFD for a character that never became whole.
    public String finish() {
        String text = Utf8.text(held, 0, size);
        size = 0;
        return text;
    }
}
