package revontuli.safety.privacy;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import revontuli.platform.caller.Caller;

/// Lets what is too old expire, soon after the start and then every so often. A failure is told and tried again the
/// next time.
public final class RetentionLoop {
    private final Erasure erasure;
    private final Caller service;
    private final Duration every;
    private final Consumer<RuntimeException> trouble;
    private @Nullable Thread loop;

    public RetentionLoop(Erasure erasure, Caller service, Duration every, Consumer<RuntimeException> trouble) {
        this.erasure = erasure;
        this.service = service;
        this.every = every;
        this.trouble = trouble;
    }

    public void start() {
        loop = Thread.ofVirtual().name("retention").start(this::run);
    }

    /// Ends it; a round in hand rolls back or commits.
    public void stop(Duration patience) throws InterruptedException {
        Thread started = loop;
        if (started != null) {
            started.interrupt();
            started.join(patience);
        }
    }

    private void run() {
        try {
            while (true) {
                round();
                Thread.sleep(every);
            }
        } catch (InterruptedException _) {
            // the end is wanted
        }
    }

    private void round() {
        try {
            while (erasure.expire(service) > 0 && !Thread.currentThread().isInterrupted()) {
                // until nothing is too old
            }
        } catch (RuntimeException e) {
            trouble.accept(e);
        }
    }
}
