package revontuli.safety.ledger;

import java.util.List;
import java.util.Optional;
import revontuli.transparency.record.SealedRecord;

/// The leaves in order. What is appended in a unit of work has its index for good once the unit commits; if it rolls
/// back, the index goes to the next one, so that indexes have no gaps.
public interface Log {
    /// The head, held until the end of the unit of work: one appender at a time.
    Head lockHead();

    /// The head as committed now.
    Head head();

    /// Writes the leaf at index `before.size()`; `lockHead` gave `before` in the same unit of work.
    void append(SealedRecord leaf, Head before, Head after);

    /// Exact bytes of the leaf with this number of this source.
    Optional<byte[]> leaf(String source, long number);

    /// Exact bytes of leaves from an index on, in order, none at or after `end`; as many as fit into one message.
    List<byte[]> leaves(long from, long end);
}
