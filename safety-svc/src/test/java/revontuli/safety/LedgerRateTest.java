package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.testkit.LoadGate;

/// Figures, printed when asked for; they depend on the machine and are no condition of the build.
@EnabledIfSystemProperty(named = "revontuli.measure", matches = "true")
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class LedgerRateTest {
    private static final Logger LOG = Logger.getLogger(LedgerRateTest.class);
    private static final String SENTENCE = "The northern lights dance over the quiet lake while the snow falls. ";

    @Inject
    LogView log;

    @Test
    void recordsASecondIntoTheLog() {
        List<TestSource> sources = List.of(
                TestSource.open("trainer-svc"),
                TestSource.open("inference-svc"),
                TestSource.open("tokenizer-svc"),
                TestSource.open("trainer-svc"));
        sources.forEach(log::awaitEntered);
        for (int round = 0; round < 3; round++) {
            int each = 1_000;
            long begun = System.nanoTime();
            sources.forEach(source -> source.sendAll(IntStream.range(0, each)
                    .mapToObj(_ -> source.act("generation.admitted", "generations/" + UUID.randomUUID()))
                    .toList()));
            long sent = System.nanoTime();
            sources.forEach(log::awaitEntered);
            double seconds = (System.nanoTime() - begun) / 1e9;
            LOG.infof(
                    "round %d: %d records, sent in %.1f s, in the log after %.1f s: %.0f records/s",
                    round, 4 * each, (sent - begun) / 1e9, seconds, 4 * each / seconds);
        }
        sources.forEach(TestSource::close);
    }

    @Test
    void latencyOfAVerdict() {
        ModerationServiceGrpc.ModerationServiceBlockingStub stub =
                ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"));
        String text = SENTENCE.repeat(8).substring(0, 512);
        for (int atOnce : new int[] {1, 1, 8, 64}) {
            int calls = 1_000;
            long[] nanos = new long[calls];
            long begun = System.nanoTime();
            LoadGate.Outcome outcome = LoadGate.run(atOnce, calls, Duration.ofMinutes(2), n -> {
                long start = System.nanoTime();
                stub.moderateText(ModerateTextRequest.newBuilder()
                        .setText(text)
                        .setDirection(Direction.DIRECTION_PROMPT)
                        .setSubject("generations/" + UUID.randomUUID())
                        .setCommit(true)
                        .build());
                nanos[n] = System.nanoTime() - start;
            });
            double seconds = (System.nanoTime() - begun) / 1e9;
            assertThat(outcome.completed()).isEqualTo(calls);
            Arrays.sort(nanos);
            LOG.infof(
                    "%d at once, 512 characters, committed: %.0f/s, p50 %.1f ms, p99 %.1f ms",
                    atOnce, calls / seconds, nanos[calls / 2] / 1e6, nanos[calls * 99 / 100] / 1e6);
        }
    }
}
