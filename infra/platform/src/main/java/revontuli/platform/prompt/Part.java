package revontuli.platform.prompt;

/// A piece of a template.
public sealed interface Part {
    /// Text as it stands.
    record Literal(String text) implements Part {}

    /// A special token of the tokenizer's file.
    record Control(String token) implements Part {}
}
