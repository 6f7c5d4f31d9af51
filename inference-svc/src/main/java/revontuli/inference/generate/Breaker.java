package revontuli.inference.generate;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Spares callers the wait for a judge that is away: after so many losses in a row nobody asks it for a while, and
/// every question is refused at once. Then one question at a time tries it again, and the first answer closes it.
public final class Breaker {
    private final int lossesMax;
    private final Duration rest;
    private final LongSupplier nanos;
    private int losses;
    private long openUntil;

    /// @param lossesMax losses in a row that open it
    /// @param rest time between two tries while it is open
    /// @param nanos clock that never goes back, in nanoseconds
    public Breaker(int lossesMax, Duration rest, LongSupplier nanos) {
        this.lossesMax = lossesMax;
        this.rest = rest;
        this.nanos = nanos;
    }

    /// Lets a question through, or says that there is no verdict.
    public synchronized void requireClosed() {
        if (losses < lossesMax) {
            return;
        }
        long now = nanos.getAsLong();
        if (now - openUntil < 0) {
            throw new NoVerdict("safety-svc: not asked after " + losses + " losses in a row, breaker open");
        }
        openUntil = now + rest.toNanos();
    }

    /// The judge answered.
    public synchronized void heard() {
        losses = 0;
    }

    /// The judge did not.
    public synchronized void lost() {
        losses = Math.min(losses + 1, lossesMax);
        if (losses == lossesMax) {
            openUntil = nanos.getAsLong() + rest.toNanos();
        }
    }
}
