package revontuli.cli.bench.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import revontuli.cli.CliException;
import revontuli.cli.Service;
import revontuli.cli.stack.Foundation;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// A run of tokenizer-svc as far as the ledger can tell, with that service's key and right to write, which sends what
/// the ledger must refuse, or sends each record once and never again.
final class BadSource implements AutoCloseable {
    private static final String TOPIC = "revontuli.audit.record";
    private static final Digest BUILD = Digest.of(new byte[] {1});

    private final KafkaProducer<String, byte[]> producer;
    private final SigningKey key;
    private final String name = "sources/tokenizer-svc-" + UUID.randomUUID();
    private long subjectNumber;
    private long sent;

    BadSource(Foundation foundation) {
        try {
            this.key = foundation.signingKey(Service.TOKENIZER);
        } catch (IOException e) {
            throw CliException.refused("cannot read the key of tokenizer-svc: " + e.getMessage());
        }
        Map<String, Object> settings = new HashMap<>(foundation.kafkaLogin(Service.TOKENIZER));
        settings.put("acks", "all");
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /// Numbers 1 and 3.
    void sendWithGap() throws InterruptedException {
        send(1, opening(), key);
        send(3, Json.fields(), key);
    }

    /// The next right record; returns when the brokers have it.
    void sendNext() throws InterruptedException {
        send(sent + 1, sent == 0 ? opening() : Json.fields(), key);
        sent++;
    }

    /// How many right ones the brokers have.
    long sent() {
        return sent;
    }

    String name() {
        return name;
    }

    /// Number 2 with the signature of somebody else.
    void sendForged() throws InterruptedException {
        send(1, opening(), key);
        send(2, Json.fields(), SigningKey.generate());
    }

    private Json.Fields opening() {
        return Json.fields().with("public_key", key.verifyingKey().base64());
    }

    private void send(long number, Json.Fields facts, SigningKey signer) throws InterruptedException {
        Instant now = Instant.now();
        AuditEvent event = new AuditEvent(
                UUID.randomUUID(),
                new AuditEvent.Writer(Service.TOKENIZER.fullName(), BUILD),
                new AuditEvent.Act(number == 1 ? AuditRecord.SOURCE_OPENED : "note.made", "", "services/bench", ""),
                new AuditEvent.Subject(name, ++subjectNumber, "", ""),
                new AuditEvent.Times(now, now),
                new TreeMap<>(),
                facts);
        SealedRecord leaf = SealedRecord.seal(new AuditRecord(name, number, event), signer);
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(TOPIC, name, leaf.leaf());
        header(record, "ce_id", event.id().toString());
        header(record, "ce_type", TOPIC + ".sealed.v1");
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw CliException.refused("the broker does not take a record: " + e.getCause());
        }
    }

    private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close();
    }
}
