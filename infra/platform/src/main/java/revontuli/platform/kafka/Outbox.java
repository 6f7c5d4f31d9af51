package revontuli.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import revontuli.platform.PlatformConfig;
import revontuli.platform.event.Admission;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.event.Events;
import revontuli.platform.fault.Fault;

/// Records events in the caller's transaction.
///
/// If the transaction rolls back, the event never existed. If the process dies after the commit, the relay of another
/// run sends it: once or more, in order per key. Order per key holds because a writer holds its resource's row lock
/// before it draws a position; position order is not commit order across keys.
@ApplicationScoped
public class Outbox implements Events, Admission {
    private static final String INSERT = """
            insert into outbox (event_id, topic, event_key, type, subject, content_type, event_time, extra, data)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private final DataSource database;
    private final TransactionSynchronizationRegistry transactions;
    private final WakeUp wakeUp;
    private final PlatformConfig.Outbox limits;
    private final AtomicLong waiting = new AtomicLong();
    private volatile Instant oldestWaiting = Instant.MAX;

    Outbox(DataSource database, TransactionSynchronizationRegistry transactions, WakeUp wakeUp, PlatformConfig config) {
        this.database = database;
        this.transactions = transactions;
        this.wakeUp = wakeUp;
        this.limits = config.outbox();
    }

    @Override
    public void append(EventEnvelope event) {
        requireTransaction();
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(INSERT)) {
            bind(statement, event);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot append to the outbox", e);
        }
        wakeAfterCommit();
    }

    /// Wakes the dispatcher once the current transaction has committed.
    public void wakeAfterCommit() {
        waiting.incrementAndGet();
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    wakeUp.signal();
                }
            }
        });
    }

    @Override
    public void requireRoom() {
        long count = waiting.get();
        boolean tooOld = oldestWaiting.isBefore(Instant.now().minus(limits.ageMax()));
        if (count >= limits.eventsMax() || tooOld) {
            throw new Fault.Exhausted(
                            "OUTBOX_FULL",
                            count + " events wait for the broker (limit " + limits.eventsMax() + ", oldest "
                                    + limits.ageMax() + "); no new work until it answers",
                            Map.of("waiting", Long.toString(count), "limit", Integer.toString(limits.eventsMax())))
                    .toException();
        }
    }

    /// What the relay counted.
    void observed(long count, Instant oldest) {
        waiting.set(count);
        oldestWaiting = oldest;
    }

    public void requireTransaction() {
        if (transactions.getTransactionStatus() != Status.STATUS_ACTIVE) {
            throw new IllegalStateException("events and audit records are written inside a unit of work only");
        }
    }

    private static void bind(PreparedStatement statement, EventEnvelope event) throws SQLException {
        statement.setObject(1, event.id());
        statement.setString(2, event.topic());
        statement.setString(3, event.key());
        statement.setString(4, event.type());
        statement.setString(5, event.subject());
        statement.setString(6, event.data().contentType());
        statement.setObject(7, OffsetDateTime.ofInstant(event.time(), ZoneOffset.UTC));
        statement.setString(8, headersAsText(event.extra()));
        statement.setBytes(9, event.data().bytes());
    }

    private static String headersAsText(Map<String, String> extra) {
        return extra.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + entry.getValue().replace('\n', ' ').replace('\r', ' '))
                .sorted()
                .collect(Collectors.joining("\n"));
    }
}
