package revontuli.embedded;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waiting for a condition, with an end.
public final class Waiting {
    private Waiting() {}

    /// True as soon as the condition holds, false when the time is over or the thread is interrupted.
    public static boolean until(Duration limit, Duration pause, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), pause.toNanos()));
        }
        return true;
    }
}
