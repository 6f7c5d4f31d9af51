package revontuli.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// Many calls at once, none of which may fail or never come back.
public final class LoadGate {
    private LoadGate() {}

    /// What became of the calls.
    public record Outcome(int completed, int hung, List<Throwable> failures) {}

    /// Runs `calls` calls, `atOnce` at a time, each given its number. Waits no longer than the limit: a lost call is
    /// counted, not waited for.
    public static Outcome run(int atOnce, int calls, Duration limit, IntConsumer call) {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger completed = new AtomicInteger();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch done = new CountDownLatch(atOnce);
        for (int lane = 0; lane < atOnce; lane++) {
            Thread.ofVirtual().start(() -> {
                for (int n = next.getAndIncrement(); n < calls; n = next.getAndIncrement()) {
                    try {
                        call.accept(n);
                        completed.incrementAndGet();
                    } catch (RuntimeException | AssertionError e) {
                        failures.add(e);
                    }
                }
                done.countDown();
            });
        }
        try {
            if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                int hung = calls - completed.get() - failures.size();
                return new Outcome(completed.get(), hung, List.copyOf(failures));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Outcome(completed.get(), calls - completed.get() - failures.size(), List.copyOf(failures));
    }
}
