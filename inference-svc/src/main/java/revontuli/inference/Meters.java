package revontuli.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import revontuli.inference.admit.BatchMeter;

/// The batch's measurements as metrics. Shared by the batches of all models.
final class Meters implements BatchMeter {
    private static final String PREFIX = "revontuli.inference.";

    private final Timer waited;
    private final Timer firstToken;
    private final Timer nextToken;
    private final Counter tokens;
    private final Counter promptIds;
    private final Counter promptIdsReused;
    private final Counter guessed;
    private final Counter guessedRight;
    private final DistributionSummary batch;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger positions = new AtomicInteger();

    Meters(MeterRegistry registry) {
        this.waited = timer(registry, "queue.time", "Time from hand-in to a slot");
        this.firstToken = timer(registry, "first.token.time", "Time from hand-in to the first token");
        this.nextToken = timer(registry, "next.token.time", "Time from a token to the next one of the same text");
        this.tokens = counter(registry, "tokens", "Tokens drawn");
        this.promptIds = counter(registry, "prompt.tokens", "Tokens of prompts that got a slot");
        this.promptIdsReused = counter(registry, "prompt.tokens.reused", "Of these, computed for an earlier prompt");
        this.guessed = counter(registry, "guesses", "Tokens guessed from the text");
        this.guessedRight = counter(registry, "guesses.right", "Of these, drawn");
        this.batch = DistributionSummary.builder(PREFIX + "batch.size")
                .description("Sequences that one step decodes for")
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
                .register(registry);
        registry.gauge(PREFIX + "active.slots", active);
        registry.gauge(PREFIX + "active.positions", positions);
    }

    private static Timer timer(MeterRegistry registry, String name, String description) {
        return Timer.builder(PREFIX + name)
                .description(description)
                .publishPercentileHistogram()
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(PREFIX + name).description(description).register(registry);
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
    public void nextToken(Duration time) {
        nextToken.record(time);
    }

    @Override
    public void tokens(int count) {
        tokens.increment(count);
    }

    @Override
    public void prompt(int ids, int reused) {
        promptIds.increment(ids);
        promptIdsReused.increment(reused);
    }

    @Override
    public void batch(int sequences) {
        batch.record(sequences);
    }

    @Override
    public void guessed(int offered, int right) {
        guessed.increment(offered);
        guessedRight.increment(right);
    }

    @Override
    public void active(int change) {
        active.addAndGet(change);
    }

    @Override
    public void positions(int change) {
        positions.addAndGet(change);
    }
}
