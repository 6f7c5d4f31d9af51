package revontuli.safety;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import revontuli.testkit.TestCallers;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// A run of another service, as far as the ledger can tell: it makes records and puts them on the topic. What it is
/// told to send it sends, right or wrong.
final class TestSource implements AutoCloseable {
    static final String TOPIC = "revontuli.audit.record";
    static final String SEALED = "revontuli.audit.record.sealed.v1";
    private static final Digest BUILD = Digest.of("a build".getBytes(StandardCharsets.UTF_8));

    private final String service;
    private final String name;
    private final SigningKey key;
    private final Map<String, Long> subjects = new HashMap<>();
    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap(), "acks", "all"), new StringSerializer(), new ByteArraySerializer());
    private long number;

    private TestSource(String service, SigningKey key) {
        this.service = service;
        this.name = "sources/" + service + "-" + UUID.randomUUID();
        this.key = key;
    }

    /// A source that has not said anything yet.
    static TestSource silent(String service) {
        return new TestSource(service, TestCallers.signingKey(service));
    }

    static TestSource silent(String service, SigningKey key) {
        return new TestSource(service, key);
    }

    /// A source whose opening record is on the topic.
    static TestSource open(String service) {
        TestSource source = silent(service);
        source.send(source.next(source.opening()));
        return source;
    }

    String name() {
        return name;
    }

    long number() {
        return number;
    }

    /// Somebody does something to a subject.
    Act act(String action, String subject) {
        return new Act(action, subject);
    }

    Act opening() {
        return new Act("source.opened", name)
                .fact("public_key", key.verifyingKey().base64());
    }

    /// The record with the source's next number.
    SealedRecord next(Act act) {
        return numbered(++number, act);
    }

    /// The record with any number.
    SealedRecord numbered(long at, Act act) {
        return SealedRecord.seal(new AuditRecord(name, at, event(act)), key);
    }

    void send(SealedRecord... leaves) {
        for (SealedRecord leaf : leaves) {
            await(put(leaf));
        }
    }

    /// Makes and sends records one after the other without waiting for each.
    void sendAll(List<Act> acts) {
        List<Future<RecordMetadata>> acks = new ArrayList<>();
        acts.forEach(act -> acks.add(put(next(act))));
        acks.forEach(TestSource::await);
    }

    /// Sends records without waiting for each.
    void sendTogether(List<SealedRecord> leaves) {
        List<Future<RecordMetadata>> acks = leaves.stream().map(this::put).toList();
        acks.forEach(TestSource::await);
    }

    private Future<RecordMetadata> put(SealedRecord leaf) {
        return put(leaf.record().event().id().toString(), SEALED, leaf.leaf());
    }

    void sendRaw(String eventId, byte[] leaf) {
        await(put(eventId, SEALED, leaf));
    }

    void report(String lastNumber) {
        byte[] report = CanonicalJson.encode(Json.Fields.ofTexts(Map.of("source", name, "last_number", lastNumber)));
        await(put(UUID.randomUUID().toString(), "revontuli.audit.source.reported.v1", report));
    }

    @Override
    public void close() {
        producer.close();
    }

    private Future<RecordMetadata> put(String eventId, String type, byte[] value) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(TOPIC, name, value);
        record.headers().add("ce_id", eventId.getBytes(StandardCharsets.UTF_8));
        record.headers().add("ce_type", type.getBytes(StandardCharsets.UTF_8));
        return producer.send(record);
    }

    private static void await(Future<RecordMetadata> ack) {
        try {
            ack.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the broker did not take the record", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private AuditEvent event(Act act) {
        return new AuditEvent(
                act.id,
                new AuditEvent.Writer(service, BUILD),
                new AuditEvent.Act(act.action, act.tenant, act.actor, ""),
                new AuditEvent.Subject(act.subject, subjects.merge(act.subject, 1L, Long::sum), act.before, act.after),
                new AuditEvent.Times(act.time, act.time),
                act.digests,
                act.facts);
    }

    private static String bootstrap() {
        return ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
    }

    static final class Act {
        private final String action;
        private final String subject;
        private final TreeMap<String, Digest> digests = new TreeMap<>();
        private UUID id = UUID.randomUUID();
        private String tenant = "demo";
        private String actor = "users/operator";
        private String before = "";
        private String after = "";
        private Instant time = Instant.now();
        private Json.Fields facts = Json.fields();

        private Act(String action, String subject) {
            this.action = action;
            this.subject = subject;
        }

        Act id(UUID same) {
            id = same;
            return this;
        }

        Act by(String who, String whose) {
            actor = who;
            tenant = whose;
            return this;
        }

        Act at(Instant when) {
            time = when;
            return this;
        }

        Act from(String state, String next) {
            before = state;
            after = next;
            return this;
        }

        Act fact(String name, String value) {
            facts = facts.with(name, value);
            return this;
        }

        Act fact(String name, Json value) {
            facts = facts.with(name, value);
            return this;
        }

        Act digest(String role, Digest digest) {
            digests.put(role, digest);
            return this;
        }
    }
}
