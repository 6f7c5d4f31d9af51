package revontuli.inference.admit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import revontuli.inference.engine.Engine;
import revontuli.inference.engine.EngineFacts;
import revontuli.platform.fault.Fault;

/// Continuous batching over the slots of one engine, on one platform thread.
///
/// Every step drops what was cancelled, gives free slots to those who wait (tenants take turns), fills one piece of one
/// prompt (prompts take turns; several short ones together are a piece), and decodes for all who are past their prompt.
/// So a long prompt delays the others by one piece at a time, and a sequence comes and goes without waiting for the
/// rest.
///
/// While few sequences run, a step also tries ids that are guessed from the text. What is drawn is the same with and
/// without guesses, reused prefixes and neighbours.
///
/// Places are bounded, in all and for each tenant: whoever gets none is refused before any work was done.
public final class Batcher implements AutoCloseable {
    private static final Duration IDLE_POLL = Duration.ofMillis(200);

    private final Engine engine;
    private final EngineFacts facts;
    private final BatchLimits limits;
    private final BatchMeter meter;
    private final Map<String, Integer> places = new HashMap<>();
    private final WaitingLine waiting = new WaitingLine();
    private final List<Sequence> active = new ArrayList<>();
    private final Slots slots;
    private final Thread loop;
    private int reportedActive;
    private int reportedPositions;
    private volatile boolean closed;

    /// The engine stays the caller's, to be closed after the batcher.
    public Batcher(String name, Engine engine, BatchLimits limits, BatchMeter meter) {
        this.engine = engine;
        this.facts = engine.facts();
        this.limits = limits;
        this.meter = meter;
        this.slots = new Slots(engine);
        this.loop = Thread.ofPlatform().name("engine " + name).daemon().start(this::run);
    }

    /// A right to hand in one sequence; to be closed in any case.
    public final class Place implements AutoCloseable {
        private final AtomicBoolean held = new AtomicBoolean(true);
        private final String tenant;

        private Place(String tenant) {
            this.tenant = tenant;
        }

        /// Hands in the sequence of this place.
        public void start(Sequence sequence) {
            if (!held.get()) {
                throw new IllegalStateException("this place was given back");
            }
            sequence.of(tenant);
            waiting.add(sequence);
            if (closed && !waiting.remove(other -> other == sequence).isEmpty()) {
                sequence.ended(new SequenceEnd.Failed(unloaded()));
            }
        }

        @Override
        public void close() {
            if (held.compareAndSet(true, false)) {
                synchronized (places) {
                    places.merge(tenant, -1, (a, b) -> a + b == 0 ? null : a + b);
                }
            }
        }
    }

    /// A place for a sequence of this tenant, or a fault QUEUE_FULL.
    public Place reserve(String tenant) {
        synchronized (places) {
            if (taken() >= facts.slots() + limits.waitingMax()) {
                throw full("all " + facts.slots() + " slots and " + limits.waitingMax() + " waiting places are taken")
                        .toException();
            }
            if (places.getOrDefault(tenant, 0) >= facts.slots() + limits.tenantWaitingMax()) {
                throw full("your tenant has " + places.get(tenant) + " generations in hand here, as many as one may")
                        .toException();
            }
            places.merge(tenant, 1, Integer::sum);
        }
        return new Place(tenant);
    }

    /// Sequences that have or want a slot now.
    public int load() {
        synchronized (places) {
            return taken();
        }
    }

    private int taken() {
        return places.values().stream().mapToInt(Integer::intValue).sum();
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
                step(active.isEmpty() ? waiting.poll(IDLE_POLL) : null);
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
        while (slots.anyFree()) {
            Sequence next = waiting.poll();
            if (next == null) {
                break;
            }
            enter(next);
        }
        dropExpired();
        fillPieces();
        decodeAll();
        report();
    }

    private void report() {
        int positions = active.stream().mapToInt(Sequence::positions).sum();
        meter.active(active.size() - reportedActive);
        meter.positions(positions - reportedPositions);
        reportedActive = active.size();
        reportedPositions = positions;
    }

    private void enter(Sequence sequence) {
        if (sequence.cancelled()) {
            sequence.ended(new SequenceEnd.Cancelled());
            return;
        }
        active.add(sequence); // before its slot is taken, so that a failure ends it too
        int[] prompt = sequence.prompt();
        sequence.enter(slots.take(sequence.tenant(), prompt, sequence.watched()));
        meter.prompt(prompt.length, sequence.filled());
        meter.waited(Duration.ofNanos(System.nanoTime() - sequence.since()));
    }

    private void dropCancelled() {
        for (Sequence sequence : List.copyOf(active)) {
            if (sequence.cancelled()) {
                leave(sequence, new SequenceEnd.Cancelled());
            }
        }
        waiting.remove(Sequence::cancelled).forEach(sequence -> sequence.ended(new SequenceEnd.Cancelled()));
    }

    private void dropExpired() {
        long now = System.nanoTime();
        waiting.remove(sequence -> now - sequence.since() > limits.waitMax().toNanos())
                .forEach(late ->
                        late.ended(new SequenceEnd.Failed(full("no slot became free within " + limits.waitMax()))));
    }

    /// As many pieces as together are no longer than the longest one.
    private void fillPieces() {
        int left = facts.prefillChunk();
        for (Sequence sequence : List.copyOf(active)) {
            if (sequence.filling()) {
                int[] piece = sequence.nextPiece(facts.prefillChunk());
                if (piece.length > left) {
                    return; // its turn comes first in the next step
                }
                left -= piece.length;
                fill(sequence, piece);
            }
        }
    }

    private void fill(Sequence sequence, int[] piece) {
        Optional<SequenceEnd> end = Optional.empty();
        float[] logits;
        if (sequence.watched()) {
            float[][] rows = engine.prefillRows(sequence.slot(), piece, sequence.filled());
            end = sequence.watched(rows);
            logits = rows[rows.length - 1];
        } else {
            logits = engine.prefill(sequence.slot(), piece, sequence.filled());
        }
        sequence.filledUp(piece.length);
        slots.filled(sequence.slot(), sequence.filled());
        active.remove(sequence); // to the end: the next piece is another one's
        active.add(sequence);
        if (end.isPresent()) {
            leave(sequence, end.get());
        } else if (!sequence.filling()) {
            draw(sequence, logits);
        }
    }

    private void decodeAll() {
        List<Sequence> rows = active.stream()
                .filter(sequence -> !sequence.filling() && !sequence.cancelled())
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        int guesses = (facts.rowsCheap() - rows.size()) / rows.size();
        int[] taken = rows.stream().mapToInt(Sequence::slot).toArray();
        int[][] tokens = rows.stream()
                .map(sequence -> sequence.nextTokens(engine, guesses))
                .toArray(int[][]::new);
        float[][][] logits = engine.decode(taken, tokens);
        meter.batch(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            drawAll(rows.get(row), tokens[row], logits[row]);
        }
    }

    /// Draws as long as what is drawn is what was guessed.
    private void drawAll(Sequence sequence, int[] tokens, float[][] logits) {
        int row = 0;
        boolean goesOn = draw(sequence, logits[row]);
        while (goesOn && row + 1 < tokens.length && sequence.last() == tokens[row + 1]) {
            goesOn = draw(sequence, logits[++row]);
        }
        if (goesOn && row + 1 < tokens.length) {
            engine.truncate(sequence.slot(), sequence.positions());
        }
        if (tokens.length > 1) {
            meter.guessed(tokens.length - 1, row);
        }
    }

    /// Whether the sequence goes on.
    private boolean draw(Sequence sequence, float[] logits) {
        Optional<SequenceEnd> end = sequence.draw(logits, facts.positionsMax());
        meter.tokens(1);
        Duration time = sequence.sinceLastToken();
        if (sequence.drawn() == 1) {
            meter.firstToken(time);
        } else {
            meter.nextToken(time);
        }
        end.ifPresent(why -> leave(sequence, why));
        return end.isEmpty();
    }

    private void leave(Sequence sequence, SequenceEnd end) {
        active.remove(sequence);
        slots.leave(sequence.slot());
        sequence.ended(end);
    }

    /// After a failed step nothing is known of the slots: all are given up and used anew from position 0.
    private void failAll(Fault fault) {
        List<Sequence> failed = List.copyOf(active);
        active.clear();
        slots.forget();
        failed.forEach(sequence -> sequence.ended(new SequenceEnd.Failed(fault)));
        report();
    }
}
