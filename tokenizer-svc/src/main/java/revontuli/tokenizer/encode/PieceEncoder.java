package revontuli.tokenizer.encode;

import java.util.function.IntConsumer;

/// Encodes one document that comes in pieces, with bounded memory. For one thread; used once.
///
/// The ids, all together, are those of one call with the whole text.
public interface PieceEncoder {
    /// Takes the bytes from `from` to before `to`: whole characters of valid UTF-8. Gives on the ids that no later
    /// piece can change.
    void add(byte[] utf8, int from, int to, IntConsumer ids);

    /// Gives on the rest; nothing may be added after it.
    void finish(IntConsumer ids);
}
