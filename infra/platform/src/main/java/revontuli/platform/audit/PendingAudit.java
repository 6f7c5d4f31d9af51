package revontuli.platform.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.UUID;
import revontuli.platform.failpoint.SeededBug;
import revontuli.platform.kafka.Outbox;
import revontuli.platform.tx.LastWrites;
import revontuli.transparency.record.AuditEvent;

/// Writes records into `audit_pending` in the transaction of the act, at its end; the [Sealer] numbers and signs them
/// after the commit.
///
/// Numbers per source are not drawn here: that would line up all transactions behind one row. Numbers per subject
/// are, under the subject's row lock, so that they are dense and in commit order.
@ApplicationScoped
class PendingAudit implements Audit {
    /// One statement: draws the subject's number and the time under the row lock and writes both into the body. The
    /// last value but one is 1 only for a seeded bug.
    private static final String APPEND = """
            with numbered as (
                insert into audit_subject (subject, last_number) values (?, 1)
                on conflict (subject) do update set last_number = audit_subject.last_number + 1
                returning last_number, clock_timestamp() at time zone 'UTC' as recorded)
            insert into audit_pending (source, body)
            select ?, ?::bytea || convert_to(to_char(recorded, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')
                      || ?::bytea || convert_to((last_number - ?::integer * (1 - last_number % 2))::text, 'UTF8') || ?::bytea
            from numbered""";

    private final LastWrites last;
    private final Outbox outbox;
    private final Source source;

    PendingAudit(LastWrites last, Outbox outbox, Source source) {
        this.last = last;
        this.outbox = outbox;
        this.source = source;
    }

    @Override
    public void append(AuditEntry entry) {
        outbox.requireTransaction();
        if (SeededBug.ACT_WITHOUT_RECORD.isOn()) {
            return;
        }
        Parts body = Parts.of(event(entry).bytes());
        last.add(
                APPEND,
                entry.subject(),
                source.name(),
                body.beforeTime(),
                body.beforeNumber(),
                SeededBug.SUBJECT_NUMBERED_TWICE.isOn() ? 1 : 0,
                body.rest());
        outbox.wakeAfterCommit();
    }

    /// Canonical bytes of an event without the two values that the database draws. No text that stands in a string can
    /// look like the name of a member, as its quotation marks are escaped, and the facts lie before both.
    @SuppressWarnings("ArrayRecordComponent")
    record Parts(byte[] beforeTime, byte[] beforeNumber, byte[] rest) {
        private static final String TIME = "\"recorded_time\":\"";
        private static final String NUMBER = "\"subject_number\":\"";
        private static final char QUOTE = '"';

        static Parts of(byte[] event) {
            String text = new String(event, StandardCharsets.ISO_8859_1);
            int time = text.lastIndexOf(TIME) + TIME.length();
            int number = text.lastIndexOf(NUMBER) + NUMBER.length();
            return new Parts(
                    Arrays.copyOf(event, time),
                    Arrays.copyOfRange(event, text.indexOf(QUOTE, time), number),
                    Arrays.copyOfRange(event, text.indexOf(QUOTE, number), event.length));
        }
    }

    /// With a number and a time that stand for those that are drawn.
    private AuditEvent event(AuditEntry entry) {
        return new AuditEvent(
                UUID.randomUUID(),
                source.writer(),
                new AuditEvent.Act(
                        entry.action(), entry.actor().tenant(), entry.actor().principal(), entry.request()),
                new AuditEvent.Subject(
                        entry.subject(),
                        1,
                        entry.states().before(),
                        entry.states().after()),
                new AuditEvent.Times(entry.time(), Instant.EPOCH),
                new TreeMap<>(entry.digests()),
                entry.facts());
    }
}
