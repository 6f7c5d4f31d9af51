package revontuli.tokenizer.vocabulary;

import java.time.Instant;
import java.util.List;
import revontuli.transparency.crypto.Digest;

/// A tokenizer of the suite.
///
/// @param id id behind `tokenizers/`
/// @param digest SHA-256 of the exact `tokenizer.json`
public record RegisteredTokenizer(String id, Digest digest, Vocabulary vocabulary, Instant createTime) {
    /// What is known of its ids without encoding anything.
    ///
    /// @param size number of ids, added tokens included; ids are 0 to size - 1
    /// @param specialTokens tokens that text alone never produces, by id
    public record Vocabulary(int size, List<SpecialToken> specialTokens) {
        public Vocabulary {
            specialTokens = List.copyOf(specialTokens);
        }
    }

    /// A control token.
    public record SpecialToken(String text, int id) {}

    public String name() {
        return "tokenizers/" + id;
    }
}
