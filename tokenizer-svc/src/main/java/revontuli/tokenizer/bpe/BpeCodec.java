package revontuli.tokenizer.bpe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import revontuli.bpe.AddedToken;
import revontuli.bpe.BpeTokenizer;
import revontuli.bpe.Ids;
import revontuli.bpe.MalformedTokenizer;
import revontuli.bpe.NotOurs;
import revontuli.bpe.Specials;
import revontuli.bpe.StreamingDecoder;
import revontuli.bpe.StreamingEncoder;
import revontuli.bpe.UnusableText;
import revontuli.platform.fault.Fault;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.PieceDecoder;
import revontuli.tokenizer.encode.PieceEncoder;
import revontuli.tokenizer.encode.ServingPath;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer.SpecialToken;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer.Vocabulary;

/// A byte-level BPE tokenizer of our own.
public final class BpeCodec implements Codec {
    private final BpeTokenizer tokenizer;
    private final int uncutBytesMax;

    private BpeCodec(BpeTokenizer tokenizer, int uncutBytesMax) {
        this.tokenizer = tokenizer;
        this.uncutBytesMax = uncutBytesMax;
    }

    /// Opens a `tokenizer.json`; empty if it is of another family, a fault MALFORMED_TOKENIZER if it is broken.
    ///
    /// @param uncutBytesMax bytes of a streamed document that may wait for a place to cut
    public static Optional<Codec> open(byte[] tokenizerJson, int uncutBytesMax) {
        return tokenizer(tokenizerJson).map(tokenizer -> new BpeCodec(tokenizer, uncutBytesMax));
    }

    /// Reads and checks a file without keeping it open.
    public static Optional<Vocabulary> read(byte[] tokenizerJson) {
        return tokenizer(tokenizerJson).map(tokenizer -> {
            List<SpecialToken> specials = tokenizer.addedTokens().stream()
                    .filter(AddedToken::special)
                    .map(token -> new SpecialToken(token.content(), token.id()))
                    .sorted(Comparator.comparingInt(SpecialToken::id))
                    .toList();
            return new Vocabulary(tokenizer.size(), specials);
        });
    }

    private static Optional<BpeTokenizer> tokenizer(byte[] tokenizerJson) {
        try {
            return Optional.of(BpeTokenizer.read(tokenizerJson));
        } catch (NotOurs other) {
            return Optional.empty();
        } catch (MalformedTokenizer e) {
            throw Fault.invalid("MALFORMED_TOKENIZER", "tokenizer_json", String.valueOf(e.getMessage()));
        }
    }

    @Override
    public ServingPath path() {
        return ServingPath.OWN_BPE;
    }

    @Override
    public Encoded encode(String text, boolean specials, boolean withOffsets) {
        if (!withOffsets) {
            return new Encoded(tokenizer.encode(text, specials(specials)), List.of());
        }
        BpeTokenizer.Encoded encoded = tokenizer.encodeWithOffsets(text, specials(specials));
        int[] at = encoded.offsets();
        List<Offset> offsets = new ArrayList<>(at.length / 4);
        for (int i = 0; i < at.length; i += 4) {
            offsets.add(new Offset(at[i], at[i + 1], at[i + 2], at[i + 3]));
        }
        return new Encoded(encoded.ids(), offsets);
    }

    @Override
    public int[] encode(byte[] utf8, boolean specials) {
        return tokenizer.encode(utf8, specials(specials));
    }

    @Override
    public String decode(int[] ids, boolean skipSpecials) {
        return tokenizer.decode(ids, skipSpecials);
    }

    @Override
    public String token(int id) {
        return tokenizer.token(id);
    }

    @Override
    public Optional<PieceEncoder> pieceEncoder(boolean specials) {
        return Optional.of(new Pieces(tokenizer.encoder(specials(specials), uncutBytesMax)));
    }

    @Override
    public PieceDecoder pieceDecoder(boolean skipSpecials) {
        StreamingDecoder decoder = tokenizer.decoder(skipSpecials);
        return new PieceDecoder() {
            @Override
            public String add(int id) {
                return decoder.add(id);
            }

            @Override
            public String finish() {
                return decoder.finish();
            }
        };
    }

    private static Specials specials(boolean asTokens) {
        return asTokens ? Specials.AS_TOKENS : Specials.AS_TEXT;
    }

    private static final class Pieces implements PieceEncoder {
        private final StreamingEncoder encoder;
        private final Ids ready = new Ids();

        Pieces(StreamingEncoder encoder) {
            this.encoder = encoder;
        }

        @Override
        public void add(byte[] utf8, int from, int to, IntConsumer ids) {
            try {
                encoder.add(utf8, from, to, ready);
            } catch (UnusableText e) {
                throw new Fault.Invalid(
                                "NO_PLACE_TO_CUT",
                                "piece: " + e.getMessage() + "; send the document in one call, or with spaces in it",
                                Map.of("field", "piece", "position", Long.toString(e.position())))
                        .toException();
            }
            give(ids);
        }

        @Override
        public void finish(IntConsumer ids) {
            encoder.finish(ready);
            give(ids);
        }

        private void give(IntConsumer ids) {
            for (int i = 0; i < ready.size(); i++) {
                ids.accept(ready.get(i));
            }
            ready.clear();
        }
    }
}
