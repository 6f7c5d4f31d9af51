package revontuli.inference.model;

import java.util.Optional;

/// A model's tokenizer. Safe for many threads. Special tokens inside a text are text.
public interface TextCodec extends AutoCloseable {
    int[] encode(String text);

    /// Text of the ids, special ones spelled out; incomplete characters show as U+FFFD.
    String spelled(int[] ids);

    /// Bytes that an id stands for; of a special one its spelling. None where the id means nothing.
    byte[] bytes(int id);

    /// A decoder of ids as they come, special ones left out.
    TextDecoder decoder();

    /// A token that stands beside the model's own, by its spelling.
    Optional<AddedToken> added(String spelling);

    boolean isSpecial(int id);

    /// Ids from here on mean nothing.
    int vocabularyUsed();

    @Override
    void close();

    /// A token beside the model's own.
    ///
    /// @param special a control token; others are found inside texts too
    record AddedToken(int id, boolean special) {}
}
