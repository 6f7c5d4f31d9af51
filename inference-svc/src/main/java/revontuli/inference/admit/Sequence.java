package revontuli.inference.admit;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import revontuli.inference.engine.Chooser;

/// One sequence on its way through the batch. Everything but [#cancel] belongs to the thread of the batch.
public final class Sequence {
    private final int[] prompt;
    private final int outputMax;
    private final OptionalInt endOfText;
    private final Chooser chooser;
    private final Listener listener;
    private final long since = System.nanoTime();
    private volatile boolean cancelled;
    private int slot = -1;
    private int filled;
    private int drawn;
    private int last;

    /// Hears of the tokens, on the thread of the batch: must return at once.
    public interface Listener {
        void token(int id);

        /// Comes once, after the last token.
        void ended(SequenceEnd end);
    }

    /// A sequence that follows the prompt by at most so many tokens.
    ///
    /// @param endOfText id that ends the sequence early
    public Sequence(int[] prompt, int outputMax, OptionalInt endOfText, Chooser chooser, Listener listener) {
        if (prompt.length == 0 || outputMax < 1) {
            throw new IllegalArgumentException("a sequence has a prompt and room for a token");
        }
        this.prompt = prompt.clone();
        this.outputMax = outputMax;
        this.endOfText = endOfText;
        this.chooser = chooser;
        this.listener = listener;
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

    void enter(int freeSlot) {
        slot = freeSlot;
    }

    int slot() {
        return slot;
    }

    boolean filling() {
        return filled < prompt.length;
    }

    int filled() {
        return filled;
    }

    int drawn() {
        return drawn;
    }

    int last() {
        return last;
    }

    /// Ids of the next piece of the prompt.
    int[] nextPiece(int chunk) {
        int end = Math.min(prompt.length, filled + chunk);
        return Arrays.copyOfRange(prompt, filled, end);
    }

    void filledUp(int count) {
        filled += count;
    }

    /// Draws the next token. Empty while the sequence goes on.
    Optional<SequenceEnd> draw(float[] logits, int positionsMax) {
        last = chooser.next(logits);
        drawn++;
        if (endOfText.isPresent() && last == endOfText.getAsInt()) {
            return Optional.of(new SequenceEnd.EndOfText());
        }
        listener.token(last);
        return drawn >= outputMax || prompt.length + drawn >= positionsMax
                ? Optional.of(new SequenceEnd.Full())
                : Optional.empty();
    }

    void ended(SequenceEnd end) {
        listener.ended(end);
    }
}
