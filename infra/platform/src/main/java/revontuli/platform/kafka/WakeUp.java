package revontuli.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes the dispatcher when something was committed. A signal is never lost; many signals are one.
@ApplicationScoped
public class WakeUp {
    private final Semaphore signals = new Semaphore(0);

    public void signal() {
        if (signals.availablePermits() == 0) {
            signals.release();
        }
    }

    /// Returns at a signal or after the wait.
    void awaitAtMost(Duration wait) throws InterruptedException {
        if (signals.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            signals.drainPermits();
        }
    }
}
