package revontuli.platform.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import revontuli.platform.failpoint.SeededBug;
import revontuli.platform.kafka.Outbox;
import revontuli.transparency.record.AuditEvent;

/// Writes records into `audit_pending` in the transaction of the act; the [Sealer] numbers and signs them after the
/// commit.
///
/// Numbers per source are not drawn here: that would line up all transactions behind one row. Numbers per subject
/// are, under the subject's row lock, so that they are dense and in commit order.
@ApplicationScoped
class PendingAudit implements Audit {
    private static final String NUMBER = """
            insert into audit_subject (subject, last_number) values (?, 1)
            on conflict (subject) do update set last_number = audit_subject.last_number + 1
            returning last_number, clock_timestamp()""";

    private final DataSource database;
    private final Outbox outbox;
    private final Source source;

    PendingAudit(DataSource database, Outbox outbox, Source source) {
        this.database = database;
        this.outbox = outbox;
        this.source = source;
    }

    @Override
    public void append(AuditEntry entry) {
        outbox.requireTransaction();
        if (SeededBug.ACT_WITHOUT_RECORD.isOn()) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            byte[] body = number(connection, entry).bytes();
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into audit_pending (source, body) values (?, ?)")) {
                insert.setString(1, source.name());
                insert.setBytes(2, body);
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot write the audit record " + entry.action(), e);
        }
        outbox.wakeAfterCommit();
    }

    private AuditEvent number(Connection connection, AuditEntry entry) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NUMBER)) {
            statement.setString(1, entry.subject());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                Instant recorded = row.getObject(2, OffsetDateTime.class).toInstant();
                long number = row.getLong(1);
                boolean again = SeededBug.SUBJECT_NUMBERED_TWICE.isOn() && number % 2 == 0;
                return event(entry, again ? number - 1 : number, recorded);
            }
        }
    }

    private AuditEvent event(AuditEntry entry, long subjectNumber, Instant recorded) {
        return new AuditEvent(
                UUID.randomUUID(),
                source.writer(),
                new AuditEvent.Act(
                        entry.action(), entry.actor().tenant(), entry.actor().principal(), entry.request()),
                new AuditEvent.Subject(
                        entry.subject(),
                        subjectNumber,
                        entry.states().before(),
                        entry.states().after()),
                new AuditEvent.Times(entry.time(), recorded),
                new TreeMap<>(entry.digests()),
                entry.facts());
    }
}
