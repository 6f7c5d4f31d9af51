package revontuli.tokenizer.vocabulary;

/// Describes tokenizers from their files.
@FunctionalInterface
public interface Descriptions {
    Description of(RegisteredTokenizer tokenizer);
}
