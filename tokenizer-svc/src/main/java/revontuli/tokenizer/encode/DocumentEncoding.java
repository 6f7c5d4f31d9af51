package revontuli.tokenizer.encode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import revontuli.platform.fault.Fault;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;

/// One document that is encoded while it comes. For one thread; used once.
///
/// Where the tokenizer can work in pieces, memory is bounded whatever the document's size. Where only the library can
/// serve it, the document is collected up to a limit, and one that is longer is refused: cut anywhere, it would get
/// other ids.
public final class DocumentEncoding {
    private final RegisteredTokenizer tokenizer;
    private final Codec codec;
    private final boolean specials;
    private final Utf8Filter filter;
    private final Limits limits;
    private final Optional<PieceEncoder> pieces;
    private final Optional<SpecialSearch> refused;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private long tokens;

    /// What the document came to.
    public record End(long tokens, long bytes, long replaced, Encoder.Served served) {}

    DocumentEncoding(
            RegisteredTokenizer tokenizer, Codec codec, SpecialTokens specials, Utf8Filter filter, Limits limits) {
        this.tokenizer = tokenizer;
        this.codec = codec;
        this.specials = specials == SpecialTokens.AS_TOKENS;
        this.filter = filter;
        this.limits = limits;
        this.pieces = codec.pieceEncoder(this.specials);
        this.refused = specials == SpecialTokens.REJECT
                ? Optional.of(new SpecialSearch(tokenizer.vocabulary().specialTokens()))
                : Optional.empty();
    }

    /// Takes a piece, which may begin and end inside a character; gives on the ids that no later piece can change.
    public void add(byte[] piece, IntConsumer ids) {
        if (piece.length > limits.pieceBytesMax()) {
            throw Encoder.tooLarge("PIECE_TOO_LARGE", "piece", piece.length, limits.pieceBytesMax(), "bytes");
        }
        filter.add(piece, (bytes, from, to) -> take(bytes, from, to, ids));
    }

    public End finish(IntConsumer ids) {
        filter.finish((bytes, from, to) -> take(bytes, from, to, ids));
        if (pieces.isPresent()) {
            pieces.get().finish(id -> give(id, ids));
        } else {
            for (int id : codec.encode(collected.toByteArray(), specials)) {
                give(id, ids);
            }
        }
        return new End(tokens, filter.taken(), filter.replaced(), new Encoder.Served(tokenizer.digest(), codec.path()));
    }

    private void take(byte[] bytes, int from, int to, IntConsumer ids) {
        refused.ifPresent(search -> search.add(bytes, from, to));
        if (pieces.isPresent()) {
            pieces.get().add(bytes, from, to, id -> give(id, ids));
            return;
        }
        if (collected.size() + (long) (to - from) > limits.libraryDocumentBytesMax()) {
            throw new Fault.Conflict(
                            "DOCUMENT_TOO_LARGE_FOR_LIBRARY",
                            "piece: " + tokenizer.name() + " is served by the library, which needs the whole document;"
                                    + " it may have " + limits.libraryDocumentBytesMax()
                                    + " bytes: send it as several documents",
                            Map.of(
                                    "tokenizer",
                                    tokenizer.name(),
                                    "limit",
                                    Long.toString(limits.libraryDocumentBytesMax())))
                    .toException();
        }
        collected.write(bytes, from, to - from);
    }

    private void give(int id, IntConsumer ids) {
        tokens++;
        ids.accept(id);
    }

    /// Looks for special tokens across the borders of pieces.
    private static final class SpecialSearch {
        private final List<RegisteredTokenizer.SpecialToken> specials;
        private final int longest;
        private byte[] tail = new byte[0];
        private long before;

        SpecialSearch(List<RegisteredTokenizer.SpecialToken> specials) {
            this.specials = specials;
            this.longest = specials.stream()
                    .mapToInt(special -> special.text().getBytes(StandardCharsets.UTF_8).length)
                    .max()
                    .orElse(0);
        }

        void add(byte[] bytes, int from, int to) {
            byte[] window = Arrays.copyOf(tail, tail.length + to - from);
            System.arraycopy(bytes, from, window, tail.length, to - from);
            // each byte as one character, so that places count bytes
            String seen = new String(window, StandardCharsets.ISO_8859_1);
            for (RegisteredTokenizer.SpecialToken special : specials) {
                String sought =
                        new String(special.text().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                int at = seen.indexOf(sought);
                if (at >= 0) {
                    throw Encoder.specialInText("piece", special.text(), "byte", before - tail.length + at);
                }
            }
            before += to - from;
            int kept = Math.min(Math.max(longest - 1, 0), window.length);
            tail = Arrays.copyOfRange(window, window.length - kept, window.length);
        }
    }
}
