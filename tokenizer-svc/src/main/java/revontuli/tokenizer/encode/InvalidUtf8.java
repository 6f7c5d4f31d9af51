package revontuli.tokenizer.encode;

/// What becomes of bytes that are no UTF-8. There is no third way: nothing is dropped or replaced in silence.
public enum InvalidUtf8 {
    /// The text is refused with the position of the first bad byte.
    REFUSE,
    /// Each maximal bad run becomes U+FFFD and is counted.
    REPLACE
}
