package revontuli.safety.ledger;

import java.util.List;
import java.util.Optional;
import revontuli.transparency.merkle.Tiles;
import revontuli.transparency.record.PrunedLeaf;

/// The leaves in order. What is appended in a unit of work has its index for good once the unit commits; if it rolls
/// back, the index goes to the next one, so that indexes have no gaps.
public interface Log extends Tiles.Reader {
    /// The head as committed now.
    Head head();

    /// Begins a new term, for whoever has just become the sequencer. Every earlier term is over from the commit on.
    long beginTerm();

    /// The head, held until the end of the unit of work. Fails with [TermOver] if another term has begun.
    Head lockHead(long term);

    /// Moves records out of the stage to the indexes from `before.size()` on, in the order given, and writes the
    /// tiles that they fill; `lockHead` gave `before` in the same unit of work.
    void move(List<Stage.Waiting> records, Head before, Head after, List<FullTile> filled);

    /// Exact bytes of leaves from an index on, in order, none at or after `end`; as many as fit into one message. Where
    /// a leaf was pruned, the line that keeps its place.
    List<byte[]> leaves(long from, long end);

    /// What is left of a leaf that was pruned; empty for one that was not.
    Optional<PrunedLeaf> pruned(long index);

    /// Whether leaves were pruned whose pruning's record has not reached the log yet.
    boolean awaitsPruningsRecord();

    /// Somebody else is the sequencer now.
    final class TermOver extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public TermOver(long term) {
            super("the sequencer's term " + term + " is over");
        }
    }
}
