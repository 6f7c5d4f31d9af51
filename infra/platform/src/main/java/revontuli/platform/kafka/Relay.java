package revontuli.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import revontuli.platform.PlatformConfig;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.failpoint.SeededBug;
import revontuli.platform.tx.UnitOfWork;

/// Sends what the outbox holds: oldest first, acknowledged by all in-sync replicas before it is marked as sent.
///
/// One relay at a time per database (advisory lock), so that order per key holds with several instances too. If the
/// process dies between acknowledgement and mark, the event is sent again. After a failed send the producer is thrown
/// away and the round begins anew at the oldest unsent event.
@ApplicationScoped
public class Relay {
    private static final long LOCK = 0x7265_6c61_79L; // "relay"

    private final KafkaClients clients;
    private final DataSource database;
    private final UnitOfWork unit;
    private final Outbox outbox;
    private final PlatformConfig.Outbox limits;
    private final String eventSource;
    private @Nullable KafkaProducer<String, byte[]> producer;

    Relay(KafkaClients clients, DataSource database, UnitOfWork unit, Outbox outbox, PlatformConfig config) {
        this.clients = clients;
        this.database = database;
        this.unit = unit;
        this.outbox = outbox;
        this.limits = config.outbox();
        this.eventSource = "//" + config.service() + ".revontuli";
    }

    private record Row(long position, ProducerRecord<String, byte[]> record) {}

    /// One round; answers how many events were sent.
    int relay() throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        int sent = unit.run(() -> {
            try (Connection connection = database.getConnection()) {
                if (!lock(connection)) {
                    return 0;
                }
                read(connection, rows);
                if (rows.isEmpty()) {
                    return 0;
                }
                Failpoint.RELAY_READ.reach();
                sendAll(rows.stream()
                        .limit(SeededBug.RELAY_MARKS_UNSENT.isOn() ? rows.size() - 1 : rows.size())
                        .map(Row::record)
                        .toList());
                Failpoint.RELAY_ACKED.reach();
                mark(connection, rows);
                return rows.size();
            } catch (SQLException e) {
                throw new IllegalStateException("cannot read the outbox", e);
            }
        });
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (sent > 0) {
            Failpoint.RELAY_MARKED.reach();
        }
        return sent;
    }

    /// Sends one event at once, outside the outbox: for signs of life, which may be lost.
    void sendNow(EventEnvelope event) {
        sendAll(List.of(record(event)));
    }

    /// Counts what waits, for [Outbox#requireRoom] and the metrics.
    long observe() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement("""
                        select (select count(*) from outbox where sent_time is null) + (select count(*) from audit_pending),
                               (select min(event_time) from outbox where sent_time is null)""");
                ResultSet row = statement.executeQuery()) {
            row.next();
            OffsetDateTime oldest = row.getObject(2, OffsetDateTime.class);
            outbox.observed(row.getLong(1), oldest == null ? Instant.MAX : oldest.toInstant());
            return row.getLong(1);
        }
    }

    /// Deletes sent events that are older than the retention.
    void prune() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "delete from outbox where sent_time < now() - make_interval(secs => ?)")) {
            statement.setDouble(1, (double) limits.retention().toSeconds());
            statement.executeUpdate();
        }
    }

    void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
            producer = null;
        }
    }

    private void sendAll(List<ProducerRecord<String, byte[]>> records) {
        if (records.isEmpty()) {
            return;
        }
        KafkaProducer<String, byte[]> open = producer;
        if (open == null) {
            open = clients.producer();
            producer = open;
        }
        List<Future<RecordMetadata>> acks = new ArrayList<>(records.size());
        try {
            for (ProducerRecord<String, byte[]> record : records) {
                acks.add(open.send(record));
            }
            Failpoint.RELAY_SENT.reach();
            for (Future<RecordMetadata> ack : acks) {
                ack.get();
            }
        } catch (ExecutionException e) {
            throwAway();
            throw new IllegalStateException("the broker did not take an event", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throwAway();
            throw new IllegalStateException("interrupted while sending", e);
        } catch (RuntimeException e) {
            throwAway();
            throw e;
        }
    }

    private void throwAway() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    private static boolean lock(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_try_advisory_xact_lock(?)")) {
            statement.setLong(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private void read(Connection connection, List<Row> rows) throws SQLException {
        String sql = """
                select position, event_id, topic, event_key, type, subject, content_type, event_time, extra, data
                from outbox where sent_time is null order by position limit ?""";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, limits.batchEventsMax());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(row.getLong(1), record(row)));
                }
            }
        }
    }

    private ProducerRecord<String, byte[]> record(ResultSet row) throws SQLException {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(row.getString(3), row.getString(4), row.getBytes(10));
        header(record, "ce_specversion", "1.0");
        header(record, "ce_id", row.getString(2));
        header(record, "ce_source", eventSource);
        header(record, "ce_type", row.getString(5));
        header(record, "ce_subject", row.getString(6));
        header(
                record,
                "ce_time",
                row.getObject(8, OffsetDateTime.class).toInstant().toString());
        header(record, "content-type", row.getString(7));
        row.getString(9).lines().forEach(line -> {
            int equals = line.indexOf('=');
            header(record, line.substring(0, equals), line.substring(equals + 1));
        });
        return record;
    }

    private ProducerRecord<String, byte[]> record(EventEnvelope event) {
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(event.topic(), event.key(), event.data().bytes());
        header(record, "ce_specversion", "1.0");
        header(record, "ce_id", event.id().toString());
        header(record, "ce_source", eventSource);
        header(record, "ce_type", event.type());
        header(record, "ce_subject", event.subject());
        header(record, "ce_time", event.time().toString());
        header(record, "content-type", event.data().contentType());
        return record;
    }

    private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static void mark(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update outbox set sent_time = now() where position = any(?) and sent_time is null")) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint", rows.stream().map(Row::position).toArray()));
            statement.executeUpdate();
        }
    }
}
