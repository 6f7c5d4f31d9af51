package revontuli.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import revontuli.inference.admit.BatchMeter;

/// The batch's measurements as metrics. Shared by the batches of all models.
final class Meters implements BatchMeter {
    private final Timer waited;
    private final Timer firstToken;
    private final Counter tokens;
    private final AtomicInteger active = new AtomicInteger();

    Meters(MeterRegistry registry) {
        this.waited = Timer.builder("revontuli.inference.queue.time")
                .description("Time from hand-in to a slot")
                .publishPercentileHistogram()
                .register(registry);
        this.firstToken = Timer.builder("revontuli.inference.first.token.time")
                .description("Time from hand-in to the first token")
                .publishPercentileHistogram()
                .register(registry);
        this.tokens = Counter.builder("revontuli.inference.tokens")
                .description("Tokens drawn")
                .register(registry);
        registry.gauge("revontuli.inference.active.slots", active);
    }

    @Override
    public void waited(Duration time) {
        waited.record(time);
    }

    @Override
    public void firstToken(Duration time) {
        firstToken.record(time);
    }

    @Override
    public void tokens(int count) {
        tokens.increment(count);
    }

    @Override
    public void active(int change) {
        active.addAndGet(change);
    }
}
