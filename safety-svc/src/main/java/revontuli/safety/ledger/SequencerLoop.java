package revontuli.safety.ledger;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs the [Sequencer]: at once when this instance staged something, else every so often, because other instances
/// stage as well. A failure is told once per streak and tried again with a growing wait.
public final class SequencerLoop {
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);
    /// After fewer records than this the next ones are let gather: a batch costs a commit, however small it is.
    private static final int LARGE = 512;

    private static final Duration GATHERING = Duration.ofMillis(20);

    private final Sequencer sequencer;
    private final Bell bell;
    private final Duration idle;
    private final Consumer<RuntimeException> trouble;
    private volatile boolean running;
    private @Nullable Thread loop;

    /// @param idle longest wait before the stage is looked at without a bell
    /// @param trouble told of the first failure of a streak
    public SequencerLoop(Sequencer sequencer, Bell bell, Duration idle, Consumer<RuntimeException> trouble) {
        this.sequencer = sequencer;
        this.bell = bell;
        this.idle = idle;
        this.trouble = trouble;
    }

    /// Rung when something was staged. A ring is never lost; many rings are one.
    public static final class Bell {
        private final Semaphore rings = new Semaphore(0);

        public void ring() {
            if (rings.availablePermits() == 0) {
                rings.release();
            }
        }

        private void await(Duration atMost) throws InterruptedException {
            if (rings.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                rings.drainPermits();
            }
        }
    }

    public void start() {
        running = true;
        loop = Thread.ofVirtual().name("sequencer").start(this::run);
    }

    /// Sequences what is staged, then ends.
    public void stop(Duration patience) throws InterruptedException {
        running = false;
        bell.ring();
        Thread started = loop;
        if (started != null) {
            started.join(patience);
        }
    }

    private void run() {
        Duration backoff = idle;
        boolean well = true;
        try {
            while (running || well) {
                try {
                    int moved = sequencer.round();
                    well = true;
                    backoff = idle;
                    if (moved == 0) {
                        if (!running) {
                            return;
                        }
                        bell.await(idle);
                    } else if (moved < LARGE && running) {
                        Thread.sleep(GATHERING);
                    }
                } catch (RuntimeException e) {
                    if (well) {
                        trouble.accept(e);
                    }
                    well = false;
                    backoff =
                            backoff.multipliedBy(2).compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : backoff.multipliedBy(2);
                    bell.await(backoff);
                }
            }
        } catch (InterruptedException _) {
            // the end is wanted
        } finally {
            sequencer.stop();
        }
    }
}
