package revontuli.tokenizer.encode;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// One tokenizer at work. Safe for use by many threads.
public interface Codec {
    /// Which code this is.
    ServingPath path();

    /// Ids of a text, never cut, without any tokens that a template would add. The text holds no half of a surrogate
    /// pair.
    ///
    /// @param specials true: special tokens in the text become their ids; false: they are text like any other
    Encoded encode(String text, boolean specials, boolean withOffsets);

    /// As [#encode] for valid UTF-8, without offsets.
    default int[] encode(byte[] utf8, boolean specials) {
        return encode(new String(utf8, StandardCharsets.UTF_8), specials, false).ids();
    }

    /// Text of ids; every id must be below the vocabulary's size.
    String decode(int[] ids, boolean skipSpecials);

    /// The token as the vocabulary spells it, such as `Ġworld`; empty for an id that has none.
    String token(int id);

    /// An encoder of one document in pieces; empty where this path needs the whole text.
    default Optional<PieceEncoder> pieceEncoder(boolean specials) {
        return Optional.empty();
    }

    /// A decoder of one stream of ids.
    PieceDecoder pieceDecoder(boolean skipSpecials);

    /// Ids and, if asked for, where each token stands.
    @SuppressWarnings("ArrayRecordComponent")
    record Encoded(int[] ids, List<Offset> offsets) {}

    /// Half-open range of a token in its text: bytes of UTF-8 and UTF-16 units. Tokens that share a character all
    /// cover it whole.
    record Offset(int byteStart, int byteEnd, int utf16Start, int utf16End) {}
}
