package revontuli.inference.djl;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.TextCodec;
import revontuli.inference.model.TextDecoder;

/// A `tokenizer.json` through DJL's tokenizers: nothing is cut off, padded or added, and special tokens inside a text
/// are plain text.
final class HuggingFaceCodec implements TextCodec {
    private static final Map<String, String> OPTIONS = Map.of(
            "addSpecialTokens", "false",
            "truncation", "false",
            "padding", "false");

    private final HuggingFaceTokenizer tokenizer;
    private final TokenizerFile file;
    private final Map<Integer, String> special = new HashMap<>();

    private HuggingFaceCodec(HuggingFaceTokenizer tokenizer, TokenizerFile file) {
        this.tokenizer = tokenizer;
        this.file = file;
        file.added().forEach((spelling, token) -> {
            if (token.special()) {
                special.put(token.id(), spelling);
            }
        });
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

    /// The library knows nothing of special tokens here, so they are set between what it decodes.
    @Override
    public String spelled(int[] ids) {
        StringBuilder text = new StringBuilder();
        int from = 0;
        for (int i = 0; i <= ids.length; i++) {
            String control = i < ids.length ? special.get(ids[i]) : "";
            if (control != null) {
                text.append(plain(Arrays.copyOfRange(ids, from, i))).append(control);
                from = i + 1;
            }
        }
        return text.toString();
    }

    private String plain(int[] ids) {
        return ids.length == 0
                ? ""
                : tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), false);
    }

    @Override
    public byte[] bytes(int id) {
        return spelled(new int[] {id}).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public TextDecoder decoder() {
        return new WindowDecoder(ids ->
                plain(Arrays.stream(ids).filter(id -> !special.containsKey(id)).toArray()));
    }

    @Override
    public Optional<AddedToken> added(String spelling) {
        return Optional.ofNullable(file.added().get(spelling));
    }

    @Override
    public boolean isSpecial(int id) {
        return special.containsKey(id);
    }

    @Override
    public int vocabularyUsed() {
        return file.vocabularyUsed();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
