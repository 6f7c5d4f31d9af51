package revontuli.inference.generate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import revontuli.inference.admit.SequenceEnd;
import revontuli.inference.engine.TokenOdds;
import revontuli.platform.fault.Fault;

/// Everything that happens to one generation, from engine, judge, reader and operator, in one line, so that one
/// thread decides.
final class Signals implements Moderation.Listener {
    /// More than tokens and answers of the longest generation; a judge that floods overflows it and is lost.
    private static final int WAITING_MAX = 4 * GenerationRequest.TOKENS_MAX;

    private final LinkedBlockingQueue<Signal> line = new LinkedBlockingQueue<>(WAITING_MAX);
    private volatile boolean overflown;

    sealed interface Signal {
        record PromptRead(List<TokenOdds> tokens) implements Signal {}

        record Token(int id, Optional<TokenOdds> odds) implements Signal {}

        /// The token that ended the text; it is no part of it.
        record EndToken(int id, Optional<TokenOdds> odds) implements Signal {}

        record TokensEnded(SequenceEnd end) implements Signal {}

        record Released(String text, long index, boolean redacted) implements Signal {}

        record Judged(Verdict verdict, Optional<Opening> opening) implements Signal {}

        record Lost(NoVerdict why) implements Signal {}

        record Stop(Fault why) implements Signal {}

        record Gone() implements Signal {}
    }

    /// The next signal, or null when none came in time.
    @Nullable
    Signal next(Duration wait) throws InterruptedException {
        return overflown
                ? new Signal.Lost(new NoVerdict("more signals than one generation can have"))
                : line.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    void put(Signal signal) {
        if (!line.offer(signal)) {
            overflown = true;
        }
    }

    @Override
    public void released(String text, long index, boolean redacted) {
        put(new Signal.Released(text, index, redacted));
    }

    @Override
    public void judged(Verdict verdict, Optional<Opening> opening) {
        put(new Signal.Judged(verdict, opening));
    }

    @Override
    public void lost(NoVerdict why) {
        put(new Signal.Lost(why));
    }
}
