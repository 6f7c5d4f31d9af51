package revontuli.inference.djl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import revontuli.bpe.BpeTokenizer;
import revontuli.bpe.MalformedTokenizer;
import revontuli.bpe.NotOurs;
import revontuli.bpe.Specials;
import revontuli.bpe.StreamingDecoder;
import revontuli.bpe.Utf8;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.TextCodec;
import revontuli.inference.model.TextDecoder;

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
    public String spelled(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).filter(this::known).toArray(), false);
    }

    @Override
    public byte[] bytes(int id) {
        return known(id) ? tokenizer.bytes(id) : new byte[0];
    }

    @Override
    public TextDecoder decoder() {
        StreamingDecoder decoder = tokenizer.decoder(true);
        return new TextDecoder() {
            @Override
            public String add(int id) {
                return known(id) ? decoder.add(id) : "";
            }

            @Override
            public boolean pending() {
                return decoder.pending() > 0;
            }

            @Override
            public String finish() {
                return decoder.finish();
            }
        };
    }

    @Override
    public Optional<AddedToken> added(String spelling) {
        return tokenizer.addedTokens().stream()
                .filter(token -> token.content().equals(spelling))
                .map(token -> new AddedToken(token.id(), token.special()))
                .findFirst();
    }

    @Override
    public boolean isSpecial(int id) {
        return tokenizer.isSpecial(id);
    }

    /// A padded vocabulary has ids that mean nothing.
    private boolean known(int id) {
        return id < tokenizer.size();
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
