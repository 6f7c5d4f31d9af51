package revontuli.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadTest {
    @Test
    void everyCallIsMadeOnceAndSoManyAreInFlight() {
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        CountDownLatch together = new CountDownLatch(4);

        Load.Result result = Load.calls(100, 4, n -> {
            together.countDown();
            if (n < 4) {
                await(together);
            }
            seen.add(n);
        });

        assertThat(seen).hasSize(100);
        assertThat(result.latencies()).hasSize(100).isSorted();
        assertThat(result.refused()).isZero();
        assertThat(result.perSecond()).isPositive();
    }

    @Test
    void aBusyServiceIsCountedApartAndNotTimed() {
        Load.Result result = Load.calls(20, 2, n -> {
            if (n % 4 == 0) {
                throw Status.RESOURCE_EXHAUSTED.asRuntimeException();
            }
        });

        assertThat(result.refused()).isEqualTo(5);
        assertThat(result.latencies()).hasSize(15);
    }

    @Test
    void anyOtherFailureEndsTheMeasurement() {
        assertThatThrownBy(() -> Load.calls(10, 2, _ -> {
                    throw Status.INTERNAL.withDescription("broken").asRuntimeException();
                }))
                .hasMessageContaining("INTERNAL: broken");
    }

    @Test
    void aTimedLoopEndsAndCounts() {
        AtomicInteger calls = new AtomicInteger();

        Load.Result result = Load.during(Duration.ofMillis(50), 2, _ -> calls.incrementAndGet());

        assertThat(result.latencies()).hasSize(calls.get());
        assertThat(result.time()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }

    @Test
    void percentilesAreThoseOfTheSortedCalls() {
        long[] millis = new long[100];
        for (int i = 0; i < 100; i++) {
            millis[i] = (i + 1) * 1_000_000L;
        }
        Load.Result result = new Load.Result(millis, 0, Duration.ofSeconds(2));

        assertThat(result.percentile(0.5)).isEqualTo(50);
        assertThat(result.percentile(0.99)).isEqualTo(99);
        assertThat(result.percentile(1)).isEqualTo(100);
        assertThat(result.perSecond()).isEqualTo(50);
        assertThat(new Load.Result(new long[0], 3, Duration.ofSeconds(1)).percentile(0.99))
                .isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
