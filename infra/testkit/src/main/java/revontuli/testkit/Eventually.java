package revontuli.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Waits for a condition with a deadline.
public final class Eventually {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long POLL_MS = 50;

    private Eventually() {}

    /// First present answer within 30 s; fails with the sentence otherwise.
    public static <T> T get(String what, Supplier<Optional<T>> look) {
        return within(LIMIT, what, look);
    }

    /// As [#get], for what may take longer on a busy machine.
    public static <T> T within(Duration limit, String what, Supplier<Optional<T>> look) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            pause();
        }
        throw new AssertionError("within " + limit + " there was no " + what);
    }

    /// Waits until it holds.
    public static void holds(String what, Supplier<Boolean> condition) {
        get(what, () -> condition.get() ? Optional.of(true) : Optional.empty());
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
