package revontuli.inference.admit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import revontuli.inference.engine.Engine;
import revontuli.inference.engine.EngineFacts;
import revontuli.platform.fault.Fault;

/// Continuous batching over the slots of one engine, on one platform thread.
///
/// Every step drops what was cancelled, gives free slots to those who waited longest, fills one piece of one prompt,
/// and decodes one token for all who are past their prompt. So a long prompt delays the others by one piece at a
/// time, and a sequence comes and goes without waiting for the rest.
///
/// Places are bounded: whoever gets none is refused before any work was done.
public final class Batcher implements AutoCloseable {
    private static final long IDLE_POLL_MS = 200;

    private final Engine engine;
    private final EngineFacts facts;
    private final BatchLimits limits;
    private final BatchMeter meter;
    private final Semaphore places;
    private final LinkedBlockingQueue<Sequence> waiting = new LinkedBlockingQueue<>();
    private final List<Sequence> active = new ArrayList<>();
    private final Queue<Integer> free = new ArrayDeque<>();
    private final Thread loop;
    private int reported;
    private volatile boolean closed;

    /// The engine stays the caller's, to be closed after the batcher.
    public Batcher(String name, Engine engine, BatchLimits limits, BatchMeter meter) {
        this.engine = engine;
        this.facts = engine.facts();
        this.limits = limits;
        this.meter = meter;
        this.places = new Semaphore(facts.slots() + limits.waitingMax());
        for (int slot = 0; slot < facts.slots(); slot++) {
            free.add(slot);
        }
        this.loop = Thread.ofPlatform().name("engine " + name).daemon().start(this::run);
    }

    /// A right to hand in one sequence; to be closed in any case.
    public final class Place implements AutoCloseable {
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Place() {}

        /// Hands in the sequence of this place.
        public void start(Sequence sequence) {
            if (!held.get()) {
                throw new IllegalStateException("this place was given back");
            }
            waiting.add(sequence);
            if (closed && waiting.remove(sequence)) {
                sequence.ended(new SequenceEnd.Failed(unloaded()));
            }
        }

        @Override
        public void close() {
            if (held.compareAndSet(true, false)) {
                places.release();
            }
        }
    }

    /// A place, or a fault QUEUE_FULL.
    public Place reserve() {
        if (!places.tryAcquire()) {
            throw full("all " + facts.slots() + " slots and " + limits.waitingMax() + " waiting places are taken")
                    .toException();
        }
        return new Place();
    }

    /// Sequences that have or want a slot now.
    public int load() {
        return facts.slots() + limits.waitingMax() - places.availablePermits();
    }

    private static Fault full(String why) {
        return new Fault.Exhausted("QUEUE_FULL", why + "; try again", Map.of());
    }

    /// Ends the thread after the step in hand; sequences that are left end as failed.
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (loop.isAlive()) {
            try {
                loop.join(Duration.ofMinutes(1));
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                step(active.isEmpty() ? waiting.poll(IDLE_POLL_MS, TimeUnit.MILLISECONDS) : null);
            } catch (InterruptedException _) {
                closed = true;
            } catch (RuntimeException | Error e) {
                failAll(new Fault.Unavailable(
                        "ENGINE_FAILED",
                        "the engine failed in a step: " + e.getClass().getSimpleName(),
                        Map.of()));
            }
        }
        for (Sequence left = waiting.poll(); left != null; left = waiting.poll()) {
            active.add(left);
        }
        failAll(unloaded());
    }

    private static Fault unloaded() {
        return new Fault.Unavailable("MODEL_UNLOADED", "the model was unloaded; try again", Map.of());
    }

    private void step(@Nullable Sequence first) {
        if (first != null) {
            enter(first);
        }
        dropCancelled();
        while (!free.isEmpty()) {
            Sequence next = waiting.poll();
            if (next == null) {
                break;
            }
            enter(next);
        }
        dropExpired();
        fillOnePiece();
        decodeAll();
        report();
    }

    private void report() {
        meter.active(active.size() - reported);
        reported = active.size();
    }

    private void enter(Sequence sequence) {
        if (sequence.cancelled()) {
            sequence.ended(new SequenceEnd.Cancelled());
            return;
        }
        Integer slot = free.poll();
        if (slot == null) {
            throw new IllegalStateException("no slot is free");
        }
        sequence.enter(slot);
        active.add(sequence);
        meter.waited(Duration.ofNanos(System.nanoTime() - sequence.since()));
    }

    private void dropCancelled() {
        for (Iterator<Sequence> each = active.iterator(); each.hasNext(); ) {
            Sequence sequence = each.next();
            if (sequence.cancelled()) {
                each.remove();
                leave(sequence, new SequenceEnd.Cancelled());
            }
        }
        waiting.removeIf(sequence -> {
            if (sequence.cancelled()) {
                sequence.ended(new SequenceEnd.Cancelled());
            }
            return sequence.cancelled();
        });
    }

    private void dropExpired() {
        long now = System.nanoTime();
        Sequence oldest = waiting.peek();
        while (oldest != null && now - oldest.since() > limits.waitMax().toNanos()) {
            waiting.remove(oldest);
            oldest.ended(new SequenceEnd.Failed(full("no slot became free within " + limits.waitMax())));
            oldest = waiting.peek();
        }
    }

    private void fillOnePiece() {
        for (Sequence sequence : active) {
            if (sequence.filling()) {
                int[] piece = sequence.nextPiece(facts.prefillChunk());
                float[] logits = engine.prefill(sequence.slot(), piece, sequence.filled());
                sequence.filledUp(piece.length);
                if (!sequence.filling()) {
                    draw(sequence, logits);
                }
                return;
            }
        }
    }

    private void decodeAll() {
        List<Sequence> rows = active.stream()
                .filter(sequence -> !sequence.filling() && !sequence.cancelled())
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        int[] slots = rows.stream().mapToInt(Sequence::slot).toArray();
        int[] tokens = rows.stream().mapToInt(Sequence::last).toArray();
        float[][] logits = engine.decode(slots, tokens);
        for (int row = 0; row < rows.size(); row++) {
            draw(rows.get(row), logits[row]);
        }
    }

    private void draw(Sequence sequence, float[] logits) {
        Optional<SequenceEnd> end = sequence.draw(logits, facts.positionsMax());
        meter.tokens(1);
        if (sequence.drawn() == 1) {
            meter.firstToken(Duration.ofNanos(System.nanoTime() - sequence.since()));
        }
        end.ifPresent(why -> {
            active.remove(sequence);
            leave(sequence, why);
        });
    }

    private void leave(Sequence sequence, SequenceEnd end) {
        engine.free(sequence.slot());
        free.add(sequence.slot());
        sequence.ended(end);
    }

    /// After a failed step nothing is known of the slots: all are given up and used anew from position 0.
    private void failAll(Fault fault) {
        List<Sequence> failed = List.copyOf(active);
        active.clear();
        for (Sequence sequence : failed) {
            if (sequence.slot() >= 0) {
                free.add(sequence.slot());
            }
            sequence.ended(new SequenceEnd.Failed(fault));
        }
        report();
    }
}
