package revontuli.safety.ledger;

import java.util.List;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;

/// Gives staged records their dense index and grows the tree over them, a batch in one commit.
///
/// One at a time in the whole installation: it holds the [Seat], and every batch holds the log's head and asks
/// whether its term still runs. A sequencer that lost the seat without noticing can append nothing: its batch finds
/// the term over and leaves nothing behind.
public final class Sequencer {
    /// One batch is held in memory as 40 bytes a record, and the head is locked while it is written.
    private static final int BATCH_RECORDS_MAX = 8_192;

    private final Stage stage;
    private final Log log;
    private final Publisher publisher;
    private final Seat seat;
    private final UnitOfWork unit;
    private final int batchRecordsMax;
    private long term;

    public Sequencer(Stage stage, Log log, Publisher publisher, Seat seat, UnitOfWork unit, int batchRecordsMax) {
        if (batchRecordsMax < 1 || batchRecordsMax > BATCH_RECORDS_MAX) {
            throw new IllegalArgumentException("revontuli.safety.ledger.batch-records-max must be 1 to "
                    + BATCH_RECORDS_MAX + ", not " + batchRecordsMax);
        }
        this.stage = stage;
        this.log = log;
        this.publisher = publisher;
        this.seat = seat;
        this.unit = unit;
        this.batchRecordsMax = batchRecordsMax;
    }

    /// The seat of the one sequencer, outside of every unit of work; lost at the latest when its database session
    /// ends.
    public interface Seat {
        /// True once it is taken, or was before.
        boolean take();

        void leave();
    }

    /// Sequences one batch and publishes if it is time to; answers how many records had waited. Does nothing while
    /// another instance is the sequencer. After a failure the seat is left, and taken again in a later round.
    public int round() {
        if (term == 0 && !sit()) {
            return 0;
        }
        try {
            int moved = unit.run(this::batch);
            if (moved > 0) {
                Failpoint.CHECKPOINT_UNSIGNED.reach();
            }
            publisher.publishIfDue(term);
            return moved;
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    public void stop() {
        term = 0;
        seat.leave();
    }

    private boolean sit() {
        if (!seat.take()) {
            return false;
        }
        try {
            term = unit.run(log::beginTerm);
            return true;
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    private int batch() {
        List<Stage.Waiting> batch = stage.waiting(batchRecordsMax);
        if (batch.isEmpty()) {
            return 0;
        }
        Failpoint.SEQUENCER_CLAIMED.reach();
        Head before = log.lockHead(term);
        List<Digest> hashes = batch.stream().map(Stage.Waiting::leafHash).toList();
        log.move(batch, before, before.grownBy(hashes), FullTile.filledBy(before.size(), hashes, log));
        return batch.size();
    }
}
