package revontuli.inference.admit;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import revontuli.inference.engine.Chooser;
import revontuli.inference.engine.Engine;
import revontuli.platform.fault.Fault;

/// One sequence on its way through the batch. Everything but [#cancel] belongs to the thread of the batch.
public final class Sequence {
    private final int[] ids;
    private final int promptLength;
    private final int outputMax;
    private final Set<Integer> ends;
    private final Chooser chooser;
    private final Listener listener;
    private final long since = System.nanoTime();
    private volatile boolean cancelled;
    private int slot = -1;
    private int filled;
    private int drawn;
    private String tenant = "";
    private long drawnAt;
    private @Nullable PromptWatch watch;

    /// Hears of the tokens, on the thread of the batch: must return at once.
    public interface Listener {
        void token(int id);

        /// Comes once, after the last token.
        void ended(SequenceEnd end);
    }

    /// Sees how likely the prompt was, on the thread of the batch: must return at once.
    public interface PromptWatch {
        /// The logits by which the model would have chosen the prompt's next id; comes for every id but the first.
        void promptToken(int id, float[] logits);

        /// Comes once, before the first token.
        void promptRead();
    }

    /// A sequence that follows the prompt by at most so many tokens.
    ///
    /// @param ends ids that end the sequence early
    public Sequence(int[] prompt, int outputMax, Set<Integer> ends, Chooser chooser, Listener listener) {
        if (prompt.length == 0 || outputMax < 1) {
            throw new IllegalArgumentException("a sequence has a prompt and room for a token");
        }
        this.ids = Arrays.copyOf(prompt, Math.addExact(prompt.length, outputMax));
        this.promptLength = prompt.length;
        this.outputMax = outputMax;
        this.ends = Set.copyOf(ends);
        this.chooser = chooser;
        this.listener = listener;
    }

    /// Has the prompt watched; then all of it is computed. Before it is handed in.
    public void watch(PromptWatch promptWatch) {
        this.watch = promptWatch;
    }

    /// Asks the batch to drop it; its slot is free within one step.
    public void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    long since() {
        return since;
    }

    /// Whose it is: from the place that it was handed in at.
    void of(String owner) {
        tenant = owner;
    }

    String tenant() {
        return tenant;
    }

    void enter(Slots.Seat seat) {
        slot = seat.slot();
        filled = seat.filled();
    }

    int slot() {
        return slot;
    }

    int[] prompt() {
        return Arrays.copyOf(ids, promptLength);
    }

    boolean filling() {
        return filled < promptLength;
    }

    int filled() {
        return filled;
    }

    int drawn() {
        return drawn;
    }

    /// Positions that its slot holds now.
    int positions() {
        return filling() ? filled : promptLength + drawn - 1;
    }

    /// Ids of the next piece of the prompt.
    int[] nextPiece(int chunk) {
        return Arrays.copyOfRange(ids, filled, Math.min(promptLength, filled + chunk));
    }

    boolean watched() {
        return watch != null;
    }

    /// The logits after the next `rows.length` ids of the prompt; empty while the sequence goes on.
    Optional<SequenceEnd> watched(float[][] rows) {
        PromptWatch watching = Objects.requireNonNull(watch);
        for (int i = 0; i < rows.length; i++) {
            if (hasNoNumbers(rows[i])) {
                return Optional.of(new SequenceEnd.Failed(noNumbers()));
            }
            if (filled + i + 1 < promptLength) {
                watching.promptToken(ids[filled + i + 1], rows[i]);
            } else {
                watching.promptRead();
            }
        }
        return Optional.empty();
    }

    void filledUp(int count) {
        filled += count;
    }

    /// The ids of its next step: the one drawn last, and at most so many guesses of what follows.
    int[] nextTokens(Engine engine, int guessesMax) {
        int length = promptLength + drawn;
        int room = Math.min(outputMax - drawn, engine.facts().positionsMax() - length) - 1;
        int most = Math.min(guessesMax, room);
        int[] guess = most > 0 ? engine.guess(slot, ids, length, most) : new int[0];
        int[] tokens = new int[1 + guess.length];
        tokens[0] = ids[length - 1];
        System.arraycopy(guess, 0, tokens, 1, guess.length);
        return tokens;
    }

    int last() {
        return ids[promptLength + drawn - 1];
    }

    /// Time since the token before, or since it was handed in; the next time counts from now.
    Duration sinceLastToken() {
        long now = System.nanoTime();
        Duration time = Duration.ofNanos(now - (drawnAt == 0 ? since : drawnAt));
        drawnAt = now;
        return time;
    }

    /// Draws the next token. Empty while the sequence goes on.
    Optional<SequenceEnd> draw(float[] logits, int positionsMax) {
        if (hasNoNumbers(logits)) {
            return Optional.of(new SequenceEnd.Failed(noNumbers()));
        }
        int id = chooser.next(logits);
        ids[promptLength + drawn] = id;
        drawn++;
        if (ends.contains(id)) {
            return Optional.of(new SequenceEnd.EndOfText());
        }
        listener.token(id);
        return drawn >= outputMax || promptLength + drawn >= positionsMax
                ? Optional.of(new SequenceEnd.Full())
                : Optional.empty();
    }

    private static boolean hasNoNumbers(float[] logits) {
        for (float logit : logits) {
            if (Float.isNaN(logit)) {
                return true;
            }
        }
        return false;
    }

    private static Fault noNumbers() {
        return new Fault.Unavailable(
                "LOGITS_NOT_FINITE", "the model gave no numbers for this text; nothing more is drawn", Map.of());
    }

    void ended(SequenceEnd end) {
        listener.ended(end);
    }
}
