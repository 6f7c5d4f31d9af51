package revontuli.bpe;

/// What becomes of special tokens that stand in a text.
public enum Specials {
    /// They are text like any other.
    AS_TEXT,
    /// They become their ids.
    AS_TOKENS
}
