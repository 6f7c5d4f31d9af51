package revontuli.platform.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import revontuli.platform.PlatformConfig;
import revontuli.platform.caller.Caller;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.failpoint.SeededBug;
import revontuli.platform.kafka.Outbox;
import revontuli.platform.tx.LastWrites;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Gives committed records their dense number and signature, and puts them into the outbox, in one transaction a
/// batch. Under load one signature covers many of a batch's records.
///
/// Rows are claimed by being there, never by a cursor, so a transaction that commits late is not passed over. One
/// sealer a source: called by the dispatcher's thread only.
@ApplicationScoped
public class Sealer {
    public static final String TOPIC = "revontuli.audit.record";
    public static final String SEALED = "revontuli.audit.record.sealed.v1";
    public static final String REPORTED = "revontuli.audit.source.reported.v1";

    private final Source source;
    private final Audit audit;
    private final Outbox outbox;
    private final LastWrites last;
    private final UnitOfWork unit;
    private final DataSource database;
    private final InstantSource clock;
    private final PlatformConfig config;
    /// The largest position seen; nothing rests on it but a seeded bug.
    private long lastPosition;

    Sealer(
            Source source,
            Audit audit,
            Outbox outbox,
            LastWrites last,
            UnitOfWork unit,
            DataSource database,
            InstantSource clock,
            PlatformConfig config) {
        this.source = source;
        this.audit = audit;
        this.outbox = outbox;
        this.last = last;
        this.unit = unit;
        this.database = database;
        this.clock = clock;
        this.config = config;
    }

    /// Opens the source: its first record names its key and the run before it, and is sealed in the same commit, so
    /// that no source is ever half open. Then takes over what earlier runs of this instance had committed but not
    /// sealed.
    public void open() {
        unit.run(() -> with(connection -> {
            Predecessor before = predecessor(connection);
            update(
                    connection,
                    "insert into audit_source (source, instance) values (?, ?)",
                    source.name(),
                    config.instance());
            audit.append(entry(AuditRecord.SOURCE_OPENED)
                    .fact("public_key", source.key().verifyingKey().base64())
                    .fact("instance", config.instance())
                    .fact("predecessor", before.source())
                    .fact("predecessor_last_number", before.lastNumber()));
            return seal();
        }));
        unit.run(() -> with(connection -> update(connection, """
                update audit_pending set source = ? where source in
                (select source from audit_source where instance = ? and source <> ?)""", source.name(), config.instance(), source.name())));
    }

    /// Ends the source; nothing may be appended after. All records are sealed on return, the last one in the commit
    /// that ends the source: another run must never take it over.
    public void close() {
        while (seal() > 0) {
            // until nothing is left
        }
        unit.run(() -> with(connection -> {
            audit.append(entry(AuditRecord.SOURCE_CLOSED));
            seal();
            return update(connection, "update audit_source set closed_time = now() where source = ?", source.name());
        }));
    }

    /// Seals one batch; answers how many records it had.
    public int seal() {
        return unit.run(() -> with(connection -> {
            List<Long> positions = new ArrayList<>();
            List<AuditEvent> events = new ArrayList<>();
            readPending(connection, positions, events);
            if (events.isEmpty()) {
                return 0;
            }
            long number = lastNumber(connection);
            List<AuditRecord> records = new ArrayList<>();
            for (AuditEvent event : events) {
                records.add(new AuditRecord(source.name(), ++number, event));
            }
            SealedRecord.sealAll(records, source.key()).forEach(this::send);
            finish(connection, positions, number);
            last.write();
            Failpoint.SEAL_UNCOMMITTED.reach();
            return events.size();
        }));
    }

    /// What the source says of itself every few seconds, so that a missing tail is noticed:
    /// `{"last_number","source"}`.
    public EventEnvelope report() {
        long number = unit.run(() -> with(this::lastNumber));
        byte[] data = CanonicalJson.encode(
                Json.Fields.ofTexts(Map.of("source", source.name(), "last_number", Long.toString(number))));
        return EventEnvelope.about(source.name(), TOPIC, REPORTED, clock.instant(), EventEnvelope.Payload.json(data));
    }

    private void send(SealedRecord sealed) {
        AuditRecord record = sealed.record();
        outbox.append(new EventEnvelope(
                record.event().id(),
                TOPIC,
                record.source(),
                SEALED,
                record.source() + "/" + record.number(),
                clock.instant(),
                EventEnvelope.Payload.json(sealed.leaf()),
                Map.of()));
    }

    private AuditEntry entry(String action) {
        return AuditEntry.of(Caller.service(config.service()), action, source.name(), clock.instant());
    }

    private void readPending(Connection connection, List<Long> positions, List<AuditEvent> events) throws SQLException {
        last.write(); // the first and the last record of a source are sealed in the unit that appends them
        String sql =
                "select position, body from audit_pending where source = ? and position > ? order by position limit ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, source.name());
            statement.setLong(2, SeededBug.SEALER_CLAIMS_BY_CURSOR.isOn() ? lastPosition : -1);
            statement.setInt(3, config.audit().batchRecordsMax());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    positions.add(row.getLong(1));
                    lastPosition = Math.max(lastPosition, row.getLong(1));
                    events.add(AuditEvent.parse(row.getBytes(2)));
                }
            }
        }
    }

    private long lastNumber(Connection connection) throws SQLException {
        String sql = "select last_number from audit_source where source = ? for update";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, source.name());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException(source.name() + " is not open");
                }
                return row.getLong(1);
            }
        }
    }

    private void finish(Connection connection, List<Long> positions, long number) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from audit_pending where position = any(?)")) {
            Array array = connection.createArrayOf("bigint", positions.toArray());
            statement.setArray(1, array);
            if (statement.executeUpdate() < positions.size()) {
                throw new IllegalStateException("another run has just sealed records that this one was to seal");
            }
        }
        String sql = "update audit_source set last_number = ?, heartbeat_time = now() where source = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, number);
            statement.setString(2, source.name());
            statement.executeUpdate();
        }
    }

    private record Predecessor(String source, String lastNumber) {}

    private Predecessor predecessor(Connection connection) throws SQLException {
        String sql =
                "select source, last_number from audit_source where instance = ? order by opened_time desc limit 1";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, config.instance());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? new Predecessor(row.getString(1), Long.toString(row.getLong(2)))
                        : new Predecessor("", "");
            }
        }
    }

    private static int update(Connection connection, String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    private <T> T with(Sql<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.run(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot seal audit records", e);
        }
    }

    @FunctionalInterface
    private interface Sql<T> {
        T run(Connection connection) throws SQLException;
    }
}
