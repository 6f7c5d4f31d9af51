package revontuli.tokenizer.encode;

/// Decodes ids one by one. For one thread; used once.
///
/// What it gives, all together, is the text of one call with all ids. It never gives part of a character, and U+FFFD
/// only for bytes that no later id can complete.
public interface PieceDecoder {
    /// Text that is complete with this id; often empty.
    String add(int id);

    /// What is left when no id follows: bytes of an unfinished character become U+FFFD.
    String finish();
}
