package revontuli.safety.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.failpoint.SeededBug;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;

/// Signs what the log has grown to and keeps it. A checkpoint that left this class is kept: nothing is signed and
/// shown that could later be denied.
public final class Publisher {
    private final Log log;
    private final Checkpoints checkpoints;
    private final LogKey key;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final Pace pace;

    /// How often, while the log grows and while it rests.
    public record Pace(Duration growing, Duration resting) {}

    public Publisher(Log log, Checkpoints checkpoints, LogKey key, UnitOfWork unit, InstantSource clock, Pace pace) {
        this.log = log;
        this.checkpoints = checkpoints;
        this.key = key;
        this.unit = unit;
        this.clock = clock;
        this.pace = pace;
    }

    /// Publishes if it is time to: a second after the last one while the log grows, a sign of life after ten
    /// minutes of rest (or what the [Pace] says). Called by the sequencer, in its term.
    public void publishIfDue(long term) {
        unit.run(() -> {
            Head head = log.lockHead(term);
            Optional<Checkpoints.Kept> last = checkpoints.newest();
            Instant now = clock.instant();
            if (last.isEmpty() || due(last.get(), head, now)) {
                keep(head, now);
            }
        });
    }

    private boolean due(Checkpoints.Kept last, Head head, Instant now) {
        Duration since = Duration.between(last.time(), now);
        return since.compareTo(head.size() > last.size() ? pace.growing() : pace.resting()) >= 0;
    }

    /// A checkpoint over at least `size` leaves by the key that signs now: the newest one if it is that, else one
    /// signed now. The log must have them.
    public Checkpoints.Kept covering(long size) {
        return unit.run(() -> {
            Optional<Checkpoints.Kept> last =
                    checkpoints.newest().filter(kept -> kept.size() >= size && key.hasSigned(kept.note()));
            return last.orElseGet(() -> {
                Head head = log.head();
                if (head.size() < size) {
                    throw new IllegalArgumentException("the log has " + head.size() + " leaves, not " + size);
                }
                return keep(head, clock.instant());
            });
        });
    }

    private Checkpoints.Kept keep(Head head, Instant now) {
        Head signed = SeededBug.CHECKPOINT_OF_ANOTHER_TREE.isOn() ? new Head(head.size(), otherNodes(head)) : head;
        Checkpoints.Kept kept = new Checkpoints.Kept(signed.size(), signed.root(), key.checkpoint(signed), now);
        Failpoint.CHECKPOINT_UNKEPT.reach();
        checkpoints.keep(kept);
        return kept;
    }

    /// As many nodes of another tree; for the seeded bug only.
    private static List<Digest> otherNodes(Head head) {
        return head.nodes().stream().map(node -> Digest.of(node.value())).toList();
    }
}
