package revontuli.inference.model;

/// A model's tokenizer. Safe for many threads. Special tokens inside a text are text.
public interface TextCodec extends AutoCloseable {
    int[] encode(String text);

    /// Text of the ids, special ones left out; incomplete characters show as U+FFFD.
    String decode(int[] ids);

    /// Ids from here on mean nothing.
    int vocabularyUsed();

    @Override
    void close();
}
