package revontuli.testkit;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Calls one after another from several callers at once, as a service sees them in its working day.
public final class SteadyLoad {
    private static final int CALLERS = 8;

    private SteadyLoad() {}

    /// Makes that many calls, eight at a time; what they threw, so an empty list when each got its answer. The call
    /// brings its own deadline.
    public static List<String> failures(int calls, IntConsumer call) throws InterruptedException {
        AtomicInteger begun = new AtomicInteger();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> callers = IntStream.range(0, CALLERS)
                .mapToObj(_ -> Thread.ofVirtual().start(() -> {
                    for (int n = begun.getAndIncrement(); n < calls; n = begun.getAndIncrement()) {
                        try {
                            call.accept(n);
                        } catch (RuntimeException e) {
                            failures.add("call " + n + ": " + e);
                        }
                    }
                }))
                .toList();
        for (Thread caller : callers) {
            caller.join();
        }
        return List.copyOf(failures);
    }
}
