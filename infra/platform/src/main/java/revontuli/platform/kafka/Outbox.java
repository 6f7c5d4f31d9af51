package revontuli.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import revontuli.platform.PlatformConfig;
import revontuli.platform.event.Admission;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.event.Events;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.LastWrites;

/// Records events in the caller's transaction.
///
/// If the transaction rolls back, the event never existed. If the process dies after the commit, the relay of another
/// run sends it: once or more, in order per key. Order per key holds because a writer holds its resource's row lock
/// before it draws a position, at the end of its unit; position order is not commit order across keys.
@ApplicationScoped
public class Outbox implements Events, Admission {
    private static final String INSERT = """
            insert into outbox (event_id, topic, event_key, type, subject, content_type, event_time, extra, data)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final Object AWAITED = Outbox.class;

    private final LastWrites last;
    private final TransactionSynchronizationRegistry transactions;
    private final WakeUp wakeUp;
    private final PlatformConfig.Outbox limits;
    private final AtomicLong waiting = new AtomicLong();
    private volatile Instant oldestWaiting = Instant.MAX;

    Outbox(LastWrites last, TransactionSynchronizationRegistry transactions, WakeUp wakeUp, PlatformConfig config) {
        this.last = last;
        this.transactions = transactions;
        this.wakeUp = wakeUp;
        this.limits = config.outbox();
    }

    @Override
    public void append(EventEnvelope event) {
        requireTransaction();
        last.add(
                INSERT,
                event.id(),
                event.topic(),
                event.key(),
                event.type(),
                event.subject(),
                event.data().contentType(),
                OffsetDateTime.ofInstant(event.time(), ZoneOffset.UTC),
                headersAsText(event.extra()),
                event.data().bytes());
        wakeAfterCommit();
    }

    /// Wakes the dispatcher once the current transaction has committed.
    public void wakeAfterCommit() {
        waiting.incrementAndGet();
        if (transactions.getResource(AWAITED) != null) {
            return;
        }
        transactions.putResource(AWAITED, wakeUp);
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

    private static String headersAsText(Map<String, String> extra) {
        return extra.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + entry.getValue().replace('\n', ' ').replace('\r', ' '))
                .sorted()
                .collect(Collectors.joining("\n"));
    }
}
