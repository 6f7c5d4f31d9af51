package revontuli.tokenizer.encode;

import java.util.List;

/// One tokenizer at work. Safe for use by many threads.
public interface Codec {
    /// Ids of a text, never cut, without any tokens that a template would add.
    ///
    /// @param specials true: special tokens in the text become their ids; false: they are text like any other
    Encoded encode(String text, boolean specials, boolean withOffsets);

    /// Text of ids; every id must be below the vocabulary's size.
    String decode(int[] ids, boolean skipSpecials);

    /// Ids and, if asked for, where each token stands.
    @SuppressWarnings("ArrayRecordComponent")
    record Encoded(int[] ids, List<Offset> offsets) {}

    /// Half-open range of a token in its text: bytes of UTF-8 and UTF-16 units. Tokens that share a character all
    /// cover it whole.
    record Offset(int byteStart, int byteEnd, int utf16Start, int utf16End) {}
}
