package revontuli.safety.ledger;

import java.util.List;
import java.util.Optional;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.record.SealedRecord;

/// Where verified records wait for their index. A record is in the stage or in the log, never in both and never in
/// neither: it moves in one commit.
public interface Stage {
    /// Adds records behind those of the same source; the sequencer hears of it once the unit of work commits.
    void add(List<SealedRecord> leaves);

    /// Exact bytes of the leaf with this number of this source, staged or in the log.
    Optional<byte[]> leaf(String source, long number);

    /// A record that waits.
    record Waiting(long position, Digest leafHash) {}

    /// The records that wait now, the oldest first, `count` at most. Claimed by being there, never by a position that
    /// was reached: one that commits late with an early position is claimed in the next batch.
    List<Waiting> waiting(int count);
}
