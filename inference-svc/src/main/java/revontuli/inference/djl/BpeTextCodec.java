package revontuli.inference.djl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import revontuli.bpe.BpeTokenizer;
import revontuli.bpe.MalformedTokenizer;
import revontuli.bpe.NotOurs;
import revontuli.bpe.Specials;
import revontuli.bpe.Utf8;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.TextCodec;

/// A `tokenizer.json` of the byte-level BPE family by the suite's own code; special tokens inside a text are plain
// text.
final class BpeTextCodec implements TextCodec {
    private final BpeTokenizer tokenizer;

    private BpeTextCodec(BpeTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// Opens a file: of the family by our own code, any other by the library.
    static TextCodec open(byte[] tokenizerJson) throws LoadRejected {
        try {
            return new BpeTextCodec(BpeTokenizer.read(tokenizerJson));
        } catch (NotOurs other) {
            return HuggingFaceCodec.of(tokenizerJson);
        } catch (MalformedTokenizer e) {
            throw new LoadRejected("TOKENIZER_UNREADABLE", "tokenizer.json: " + e.getMessage(), Map.of());
        }
    }

    @Override
    public int[] encode(String text) {
        boolean whole = Utf8.firstLoneSurrogate(text) < 0;
        // half a surrogate pair has no bytes: as everywhere in Java, a question mark stands in for it
        String sound = whole ? text : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return tokenizer.encode(sound, Specials.AS_TEXT);
    }

    @Override
    public String decode(int[] ids) {
        // a padded vocabulary has ids that mean nothing
        int[] known = Arrays.stream(ids).filter(id -> id < tokenizer.size()).toArray();
        return tokenizer.decode(known, true);
    }

    @Override
    public int vocabularyUsed() {
        return tokenizer.size();
    }

    @Override
    public void close() {
        // nothing native stands behind it
    }
}
