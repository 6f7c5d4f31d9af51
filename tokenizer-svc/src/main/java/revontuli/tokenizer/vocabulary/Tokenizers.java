package revontuli.tokenizer.vocabulary;

import java.util.List;
import java.util.Optional;
import revontuli.transparency.crypto.Digest;

/// The tokenizers of the suite. What was saved is there after a crash.
public interface Tokenizers {
    Optional<RegisteredTokenizer> find(String id);

    /// The first one, by id, with exactly these bytes.
    Optional<RegisteredTokenizer> withDigest(Digest digest);

    /// At most `limit` tokenizers with ids after `after`, by id.
    List<RegisteredTokenizer> list(String after, int limit);

    /// Adds one; answers false when the id is taken.
    boolean add(RegisteredTokenizer tokenizer);
}
