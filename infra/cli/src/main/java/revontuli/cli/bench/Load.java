package revontuli.cli.bench;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/// A closed loop: so many calls in flight, each followed by the next.
final class Load {
    private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    private Load() {}

    /// What a loop did.
    ///
    /// @param latencies of answered calls in nanoseconds, shortest first
    /// @param refused calls that the service was too busy for; they count for nothing else
    @SuppressWarnings("ArrayRecordComponent")
    record Result(long[] latencies, long refused, Duration time) {
        double perSecond() {
            return latencies.length / (time.toNanos() / 1e9);
        }

        /// The latency that this share of the calls did not exceed, in milliseconds; 0 without calls.
        double percentile(double share) {
            if (latencies.length == 0) {
                return 0;
            }
            int index = (int) Math.ceil(share * latencies.length) - 1;
            return latencies[Math.clamp(index, 0, latencies.length - 1)] / 1e6;
        }
    }

    /// Makes that many calls. The first failure other than being refused for lack of room is thrown.
    static Result calls(int count, int inFlight, IntConsumer call) {
        AtomicInteger begun = new AtomicInteger();
        return run(inFlight, () -> begun.getAndIncrement() < count, call);
    }

    /// Makes calls for that long.
    static Result during(Duration time, int inFlight, IntConsumer call) {
        long end = System.nanoTime() + time.toNanos();
        return run(inFlight, () -> System.nanoTime() - end < 0, call);
    }

    private static Result run(int inFlight, BooleanSupplier another, IntConsumer call) {
        AtomicInteger numbers = new AtomicInteger();
        AtomicLong refused = new AtomicLong();
        long begin = System.nanoTime();
        List<CompletableFuture<long[]>> loops = new ArrayList<>();
        for (int i = 0; i < inFlight; i++) {
            loops.add(CompletableFuture.supplyAsync(
                    () -> loop(another, numbers, refused, call),
                    task -> Thread.ofVirtual().start(task)));
        }
        try {
            long[] latencies = loops.stream()
                    .map(CompletableFuture::join)
                    .flatMapToLong(Arrays::stream)
                    .sorted()
                    .toArray();
            return new Result(latencies, refused.get(), Duration.ofNanos(System.nanoTime() - begin));
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : e;
        }
    }

    private static long[] loop(BooleanSupplier another, AtomicInteger numbers, AtomicLong refused, IntConsumer call) {
        long[] latencies = new long[1024];
        int size = 0;
        while (another.getAsBoolean()) {
            long begin = System.nanoTime();
            try {
                call.accept(numbers.getAndIncrement());
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
                    throw e;
                }
                refused.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            if (size == latencies.length) {
                latencies = Arrays.copyOf(latencies, size * 2);
            }
            latencies[size++] = System.nanoTime() - begin;
        }
        return Arrays.copyOf(latencies, size);
    }
}
