package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.audit.Sealer;
import revontuli.platform.caller.Caller;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.event.Events;
import revontuli.platform.tx.UnitOfWork;
import revontuli.testkit.Backbone;
import revontuli.testkit.Broker;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.TestCallers;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// What the platform promises every service, shown in this one: outbox, sealed records, work without a broker.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "tokenizer"))
class PlatformTest {
    private static final String TOPIC = "revontuli.trainer.job";

    @Inject
    Events events;

    @Inject
    Audit audit;

    @Inject
    UnitOfWork unit;

    @Inject
    Sealer sealer;

    @Inject
    DataSource database;

    private static EventEnvelope event(String key, String text) {
        return EventEnvelope.about(
                key,
                TOPIC,
                "revontuli.test.thing.happened.v1",
                Instant.now(),
                EventEnvelope.Payload.json(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void eventOutsideAUnitOfWorkIsRefused() {
        assertThatThrownBy(() -> events.append(event("k", "x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unit of work");
    }

    @Test
    void rolledBackEventIsNeverSent() {
        String key = "rolled-back-" + UUID.randomUUID();
        assertThatThrownBy(() -> unit.run(() -> {
                    events.append(event(key, "never"));
                    throw new IllegalArgumentException("rolled back");
                }))
                .hasMessageContaining("rolled back");
        unit.run(() -> events.append(event(key, "always")));

        TopicProbe.await(TOPIC, seen -> seen.key().equals(key));

        assertThat(TopicProbe.all(TOPIC).stream()
                        .filter(seen -> seen.key().equals(key))
                        .map(TopicProbe.Seen::text))
                .containsExactly("always");
    }

    @Test
    void eventsOfAKeyKeepTheirOrder() {
        String key = "ordered-" + UUID.randomUUID();
        IntStream.range(0, 300).forEach(n -> unit.run(() -> events.append(event(key, Integer.toString(n)))));

        TopicProbe.await(TOPIC, seen -> seen.key().equals(key) && seen.text().equals("299"));

        assertThat(TopicProbe.all(TOPIC).stream()
                        .filter(seen -> seen.key().equals(key))
                        .map(TopicProbe.Seen::text))
                .containsExactlyElementsOf(
                        IntStream.range(0, 300).mapToObj(Integer::toString).toList());
    }

    @Test
    void manyEventsOfOneUnitAreAllSentInTheirOrder() {
        String key = "together-" + UUID.randomUUID();
        List<String> texts =
                IntStream.range(0, 1_100).mapToObj(Integer::toString).toList();

        unit.run(() -> texts.forEach(text -> unit.run(() -> events.append(event(key, text)))));

        TopicProbe.await(TOPIC, seen -> seen.key().equals(key) && seen.text().equals("1099"));
        assertThat(TopicProbe.all(TOPIC).stream()
                        .filter(seen -> seen.key().equals(key))
                        .map(TopicProbe.Seen::text))
                .containsExactlyElementsOf(texts);
    }

    @Test
    void anEventAndARecordOfOneUnitAreBothSent() {
        String key = "both-" + UUID.randomUUID();
        unit.run(() -> {
            events.append(event(key, "event"));
            audit.append(AuditEntry.of(Caller.service("tokenizer-svc"), "tokenizer.tested", key, Instant.now()));
        });

        TopicProbe.await(TOPIC, seen -> seen.key().equals(key));
        Eventually.holds("its record", () -> subjects().contains(key));
    }

    @Test
    void anEventOfATransactionThatNoUnitBeganIsSentToo() {
        String key = "bare-" + UUID.randomUUID();

        QuarkusTransaction.requiringNew().run(() -> events.append(event(key, "bare")));

        TopicProbe.await(TOPIC, seen -> seen.key().equals(key));
    }

    @Test
    void withoutABrokerWorkGoesOnToTheLimitAndNothingIsLost() {
        List<String> accepted = new ArrayList<>();
        Broker.stop();
        Grpc.Refused refused;
        try {
            refused = registerUntilRefused(accepted);
        } finally {
            Broker.start();
        }

        assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.reason()).isEqualTo("OUTBOX_FULL");
        assertThat(accepted).hasSizeGreaterThan(10);
        Eventually.holds("record of every accepted act", () -> subjects().containsAll(accepted));
        assertThat(subjects()).filteredOn(accepted::contains).doesNotHaveDuplicates();
    }

    @Test
    void aRecordIsSealedOnceThoughTwoSealAtTheSameTime() throws InterruptedException {
        String key = "sealed-twice-" + UUID.randomUUID();
        FutureTask<Integer> another = new FutureTask<>(sealer::seal);
        unit.run(() -> {
            count("select count(*) from (select from audit_source for update) as held");
            Thread.ofVirtual()
                    .start(() -> unit.run(() -> audit.append(
                            AuditEntry.of(Caller.service("tokenizer-svc"), "tokenizer.tested", key, Instant.now()))));
            Eventually.holds("the record waits", () -> count("select count(*) from audit_pending") > 0);
            Thread.ofVirtual().start(another);
            Eventually.holds("two runs that have read it wait for the source", () -> count("""
                            select count(*) from pg_locks
                            where not granted and locktype in ('transactionid', 'tuple')""") >= 2);
        });

        Eventually.holds("its record", () -> subjects().contains(key));
        Eventually.holds("nothing waits", () -> count("select count(*) from audit_pending") == 0);
        Eventually.holds("both are done", another::isDone);
        assertThat(count("select count(*) from outbox where sent_time is null")).isZero();
        assertThat(subjects()).containsOnlyOnce(key);
    }

    private long count(String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError("the database does not answer", e);
        }
    }

    private static Grpc.Refused registerUntilRefused(List<String> accepted) {
        var operator = TokenizerServiceGrpc.newBlockingStub(Grpc.as("operator"));
        String run = UUID.randomUUID().toString().substring(0, 8);
        for (int n = 0; n < 200; n++) {
            String name = "tokenizers/outage-" + run + "-" + n;
            try {
                operator.registerTokenizer(RegisterTokenizerRequest.newBuilder()
                        .setName(name)
                        .setTokenizerJson(ByteString.copyFrom(TinyTokenizer.json()))
                        .build());
                accepted.add(name);
            } catch (StatusRuntimeException e) {
                return Grpc.Refused.of(e);
            }
        }
        throw new AssertionError("200 acts were taken without a broker");
    }

    private static List<AuditRecord> records() {
        return TopicProbe.all("revontuli.audit.record").stream()
                .filter(seen -> seen.header("ce_type").equals("revontuli.audit.record.sealed.v1"))
                .map(seen -> SealedRecord.parse(seen.value()))
                .peek(leaf -> assertThat(leaf.isSignedBy(
                                TestCallers.signingKey("tokenizer-svc").verifyingKey()))
                        .isTrue())
                .map(SealedRecord::record)
                .toList();
    }

    private static List<String> subjects() {
        return records().stream().map(record -> record.event().subject().name()).toList();
    }

    @Test
    void sourceOpensItselfAndNumbersDenselyFromOne() {
        List<AuditRecord> records =
                Eventually.get("record", () -> Optional.of(records()).filter(found -> !found.isEmpty()));

        assertThat(records.getFirst().event().act().action()).isEqualTo("source.opened");
        assertThat(records.stream().map(AuditRecord::number).toList())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, records.size()).boxed().toList());
    }
}
