package revontuli.tokenizer.encode;

/// What becomes of special tokens that stand in a text.
public enum SpecialTokens {
    /// They are text like any other: user text can never forge a control token.
    AS_TEXT,
    /// They become their ids.
    AS_TOKENS,
    /// The text is refused.
    REJECT
}
