package revontuli.tokenizer.prompt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.transparency.crypto.Digest;

/// The templates of the suite, without their frames, which lie in the artifact store. What was saved is there after a
/// crash.
public interface Templates {
    /// Where a version stands.
    record Entry(TemplateName name, int version, Digest digest, Digest tokenizer, Instant createTime) {}

    Optional<Entry> newest(TemplateName name);

    Optional<Entry> find(TemplateName name, int version);

    /// At most `limit` newest versions of a tokenizer's templates with ids after `after`, by id.
    List<Entry> list(String tokenizer, String after, int limit);

    /// Adds one; answers false when that version is taken.
    boolean add(Entry entry);
}
