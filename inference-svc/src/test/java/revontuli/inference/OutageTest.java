package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import revontuli.inference.generate.Generator;
import revontuli.testkit.Backbone;
import revontuli.testkit.Broker;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.LoadGate;
import revontuli.testkit.TopicProbe;

/// What we stand on goes away: work goes on as far as it may, and nothing is lost.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class OutageTest {
    @Inject
    TestModels models;

    @Inject
    Records records;

    @Inject
    DataSource database;

    @Inject
    Generator generator;

    @Test
    void withoutTheBrokerGenerationGoesOnUntilTheOutboxIsFullAndNothingIsLost() {
        FakeSafety.good();
        models.imported("outage", 1, models.scripted("goes on"));
        Broker.stop();
        Set<String> finished = ConcurrentHashMap.newKeySet();
        try {
            assertThat(Asking.ask("models/outage", "first").text()).isEqualTo("goes on");

            LoadGate.run(16, 2_000, Duration.ofSeconds(60), n -> {
                if (!finished.contains("full")) {
                    try {
                        finished.add(Asking.ask("models/outage", "number " + n)
                                .last()
                                .getReceipt()
                                .getGeneration());
                    } catch (StatusRuntimeException e) {
                        assertThat(Grpc.Refused.of(e).reason()).isEqualTo("OUTBOX_FULL");
                        finished.add("full");
                    }
                }
            });

            Grpc.Refused refused = Asking.fail(
                            Asking.request("models/outage", "one more").build())
                    .refused();
            assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.reason()).isEqualTo("OUTBOX_FULL");
        } finally {
            Broker.start();
        }
        finished.remove("full");
        Eventually.holds("work again", OutageTest::works);
        Eventually.holds("all records on the topic", () -> onTopic().containsAll(finished));
    }

    private static boolean works() {
        try {
            return Asking.ask("models/outage", "again").text().equals("goes on");
        } catch (StatusRuntimeException _) {
            return false;
        }
    }

    private static Set<String> onTopic() {
        Set<String> subjects = new HashSet<>();
        for (TopicProbe.Seen seen : TopicProbe.all("revontuli.audit.record")) {
            String text = seen.text();
            int at = text.indexOf("generations/g-");
            if (at >= 0 && text.contains("generation.finished")) {
                subjects.add(text.substring(at, text.indexOf('"', at)));
            }
        }
        return subjects;
    }

    @Test
    void generationThatAnEarlierRunLeftOpenIsClosedOnce() throws SQLException {
        String orphan = "generations/g-orphan";
        String digest = "sha256:" + "a".repeat(64);
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("""
                        insert into generation (name, tenant, principal, model, model_digest, request_id, state, instance, run, begin_time)
                        values (?, 'demo', 'users/caller', 'models/x/versions/1', ?, '', 'admitted', 'inference-svc-test', 'an earlier run', now())""")) {
            insert.setString(1, orphan);
            insert.setString(2, digest);
            insert.executeUpdate();
        }

        int closed = generator.closeOrphans();
        int again = generator.closeOrphans();

        assertThat(closed).isEqualTo(1);
        assertThat(again).isZero();
        Records.Seen interrupted = records.await("generation.interrupted", orphan);
        assertThat(interrupted.fact("reason")).isEqualTo("SERVICE_RESTARTED");
        assertThat(interrupted.digest("model")).isEqualTo(digest);
    }
}
