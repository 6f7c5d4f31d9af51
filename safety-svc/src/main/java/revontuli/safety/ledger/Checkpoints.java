package revontuli.safety.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.SignedNote;

/// Every checkpoint that the log has signed. None is ever changed or removed.
public interface Checkpoints {
    /// A checkpoint and when it was signed.
    record Kept(long size, Digest root, SignedNote note, Instant time) {}

    void keep(Kept checkpoint);

    /// The one over the largest size, signed last.
    Optional<Kept> newest();

    /// The first one over exactly this size.
    Optional<Kept> at(long size);

    /// One of each size from `from` to `to`, both included, the smallest first; at most `count`.
    List<Kept> between(long from, long to, int count);
}
