package revontuli.inference.djl;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.TextCodec;

/// A `tokenizer.json` through DJL's tokenizers: nothing is cut off, padded or added, and special tokens inside a text
/// are plain text.
final class HuggingFaceCodec implements TextCodec {
    private static final Map<String, String> OPTIONS = Map.of(
            "addSpecialTokens", "false",
            "truncation", "false",
            "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final Set<Integer> special;
    private final int vocabularyUsed;

    private HuggingFaceCodec(HuggingFaceTokenizer tokenizer, TokenizerFile file) {
        this.tokenizer = tokenizer;
        this.special = file.special();
        this.vocabularyUsed = file.vocabularyUsed();
    }

    static HuggingFaceCodec of(byte[] tokenizerJson) throws LoadRejected {
        TokenizerFile file = TokenizerFile.parse(tokenizerJson);
        try {
            return new HuggingFaceCodec(
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file.withoutSpecialTokens()), OPTIONS),
                    file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException unreadable) { // the native library's own words
            throw new LoadRejected(
                    "TOKENIZER_UNREADABLE", "tokenizer.json: " + String.valueOf(unreadable.getMessage()), Map.of());
        }
    }

    @Override
    public int[] encode(String text) {
        return Arrays.stream(tokenizer.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    @Override
    public String decode(int[] ids) {
        long[] plain = Arrays.stream(ids)
                .filter(id -> !special.contains(id))
                .asLongStream()
                .toArray();
        return plain.length == 0 ? "" : tokenizer.decode(plain, false);
    }

    @Override
    public int vocabularyUsed() {
        return vocabularyUsed;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
