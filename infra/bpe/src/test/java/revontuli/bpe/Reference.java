package revontuli.bpe;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/// The reference library, as our encoder is asked to be.
final class Reference implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;

    Reference(byte[] json) throws IOException {
        tokenizer = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json),
                Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
    }

    BpeTokenizer.Encoded encode(String text) {
        Encoding encoding = tokenizer.encode(text, false, false);
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] codePoints = text.codePoints().toArray();
        int[] bytes = new int[codePoints.length + 1];
        int[] units = new int[codePoints.length + 1];
        for (int i = 0; i < codePoints.length; i++) {
            int c = codePoints[i];
            units[i + 1] = units[i] + Character.charCount(c);
            bytes[i + 1] = bytes[i] + (c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
        }
        int[] offsets = new int[4 * spans.length];
        for (int i = 0; i < spans.length; i++) {
            int start = spans[i] == null ? 0 : spans[i].getStart();
            int end = spans[i] == null ? 0 : spans[i].getEnd();
            offsets[4 * i] = bytes[start];
            offsets[4 * i + 1] = bytes[end];
            offsets[4 * i + 2] = units[start];
            offsets[4 * i + 3] = units[end];
        }
        int[] ids = Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
        return new BpeTokenizer.Encoded(ids, offsets);
    }

    String decode(int[] ids, boolean skipSpecials) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecials);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
