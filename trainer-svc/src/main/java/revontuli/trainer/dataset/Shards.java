package revontuli.trainer.dataset;

import java.util.Optional;
import revontuli.transparency.crypto.Digest;

/// Which token shards exist: their digests, by data set and tokenizer.
public interface Shards {
    Optional<Digest> find(Digest dataset, Digest tokenizer);

    /// Remembers a shard. A second one for the same pair is the same work done twice; either may stay.
    void remember(Digest dataset, Digest tokenizer, Digest shard);
}
