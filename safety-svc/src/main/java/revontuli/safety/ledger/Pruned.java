package revontuli.safety.ledger;

import java.util.List;
import revontuli.transparency.record.PrunedLeaf;

/// What may leave the log, and what left it. Which records may is the database's rule, not this program's.
public interface Pruned {
    /// What could be pruned now.
    ///
    /// @param first index of the first, 0 if there is none
    /// @param held records whose retention is over and that a hold keeps; not among the others
    record Due(long records, long leafBytes, long first, long last, long held) {}

    /// A record that left the log.
    record Gone(long index, int leafBytes, PrunedLeaf leaf) {}

    /// Counts up to the first million records whose retention is over.
    Due due(int keepDays);

    /// Whether anything could be pruned now.
    boolean isAnyDue(int keepDays);

    /// Takes the oldest due records away, `count` at most, in the commit of the unit of work; answers them in order.
    List<Gone> prune(String pruning, int keepDays, int count);
}
