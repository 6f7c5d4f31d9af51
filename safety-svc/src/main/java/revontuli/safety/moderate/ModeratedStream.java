package revontuli.safety.moderate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.safety.policy.PolicyName;
import revontuli.safety.screen.StreamScreener;
import revontuli.safety.screen.Verdict;

/// A text that is judged while it grows. The verdict and the commitment to what was released are on record before the
/// last answer is given. For one thread.
public final class ModeratedStream {
    private final PolicyName policy;
    private final String subject;
    private final StreamScreener screener;
    private final Closing closing;
    private final GrowingCommitment commitment = new GrowingCommitment();
    private final StringBuilder unreleased = new StringBuilder();
    private long released;
    private boolean replaced;
    private boolean closed;

    ModeratedStream(PolicyName policy, String subject, StreamScreener screener, Closing closing) {
        this.policy = policy;
        this.subject = subject;
        this.screener = screener;
        this.closing = closing;
    }

    /// What is kept and recorded at the end; no verdict when the caller went away. Answers the name of the ticket where
    /// people are to look at what was withheld.
    @FunctionalInterface
    interface Closing {
        Optional<String> close(Optional<Verdict> verdict, Opening opening, long releasedUnits, String withheld);
    }

    /// What may go out now.
    ///
    /// @param released text, replacements applied
    /// @param releasedIndex units of the original that are out in all
    /// @param replaced whether anything was replaced in what is out so far
    /// @param end set in the last answer
    public record Release(String released, long releasedIndex, boolean replaced, Optional<End> end) {}

    /// The verdict on the whole and the commitment to all that was released.
    public record End(Verdict verdict, Opening opening, Optional<String> review) {}

    public PolicyName policy() {
        return policy;
    }

    /// What the text belongs to.
    public String subject() {
        return subject;
    }

    /// Takes the next piece and, when it is the last one, judges the rest.
    public Release append(String delta, boolean last) {
        unreleased.append(delta);
        StreamScreener.Step step = screener.append(delta);
        String text = step.text();
        if (last && step.verdict().isEmpty()) {
            StreamScreener.Step rest = screener.finish();
            text += rest.text();
            step = rest;
        }
        advance(text, step.releasedIndex());
        @Nullable Verdict verdict = step.verdict().orElse(null);
        if (verdict == null) {
            return new Release(text, released, replaced, Optional.empty());
        }
        replaced |= verdict instanceof Verdict.Redacted;
        return new Release(text, released, replaced, Optional.of(end(verdict)));
    }

    /// Records what was released of a stream that ends without a verdict; after the end it does nothing.
    public void abandon() {
        if (!closed) {
            closed = true;
            closing.close(Optional.empty(), commitment.close(), released, "");
        }
    }

    private void advance(String text, long index) {
        int units = (int) (index - released);
        replaced |= !text.contentEquals(unreleased.subSequence(0, units));
        unreleased.delete(0, units);
        released = index;
        commitment.add(text);
    }

    private End end(Verdict verdict) {
        Opening opening = commitment.close();
        closed = true;
        Optional<String> review = closing.close(Optional.of(verdict), opening, released, unreleased.toString());
        return new End(verdict, opening, review);
    }
}
