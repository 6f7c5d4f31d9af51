package revontuli.tokenizer.encode;

import revontuli.tokenizer.vocabulary.RegisteredTokenizer;

/// One stream of ids that is decoded while it comes. For one thread; used once.
public final class IdStream {
    private final RegisteredTokenizer tokenizer;
    private final PieceDecoder decoder;
    private final Limits limits;
    private final Encoder.Served served;
    private long tokens;

    IdStream(RegisteredTokenizer tokenizer, Codec codec, boolean skipSpecials, Limits limits) {
        this.tokenizer = tokenizer;
        this.decoder = codec.pieceDecoder(skipSpecials);
        this.limits = limits;
        this.served = new Encoder.Served(tokenizer.digest(), codec.path());
    }

    /// Text that no later id can change; a fault names an id that is unknown by its place in the stream.
    public String add(int[] ids) {
        if (ids.length > limits.pieceIdsMax()) {
            throw Encoder.tooLarge("PIECE_TOO_LARGE", "ids", ids.length, limits.pieceIdsMax(), "ids");
        }
        Encoder.requireKnown(tokenizer, "ids", ids, tokens);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(decoder.add(id));
        }
        tokens += ids.length;
        return text.toString();
    }

    public String finish() {
        return decoder.finish();
    }

    public long tokens() {
        return tokens;
    }

    public Encoder.Served served() {
        return served;
    }
}
