package revontuli.transparency.export;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.record.AuditEvent;

/// Follows every subject of every service: numbers 1, 2, 3 without a gap, and for jobs a legal life.
///
/// A subject's order is that of its numbers, not of the log: when an instance dies and another goes on, the last
/// records of the first may reach the log after the first of the second. So a record that is ahead waits; what still
/// waits at the end shows a gap.
///
/// One object follows one share of the subjects, so that memory is bounded by reading the log several times.
final class Subjects {
    /// Records of one subject that may wait for earlier ones.
    static final int WAITING_MAX = 100_000;

    private record Waiting(long index, String before, String after) {}

    private static final class Life {
        long lastNumber;
        String state = "";

        @Nullable
        TreeMap<Long, Waiting> waiting;
    }

    private final Map<String, Life> lives = new HashMap<>();
    private final Set<UUID> ids = new HashSet<>();
    private final int share;
    private final int shares;

    Subjects(int share, int shares) {
        this.share = share;
        this.shares = shares;
    }

    void follow(long index, AuditEvent event) throws BadExportException {
        if (Math.floorMod(event.id().hashCode(), shares) == share && !ids.add(event.id())) {
            throw new BadExportException(
                    Reason.RECORD_ID_REPEATED, index, "the id " + event.id() + " is that of an earlier record");
        }
        AuditEvent.Subject subject = event.subject();
        String key = event.writer().service() + " " + subject.name();
        if (Math.floorMod(key.hashCode(), shares) != share) {
            return;
        }
        Life life = lives.computeIfAbsent(key, _ -> new Life());
        if (subject.number() <= life.lastNumber
                || (life.waiting != null && life.waiting.containsKey(subject.number()))) {
            throw new BadExportException(
                    Reason.SUBJECT_NUMBER_REPEATED,
                    index,
                    subject.name() + " has number " + subject.number() + " twice");
        }
        Waiting record = new Waiting(index, subject.stateBefore(), subject.stateAfter());
        if (subject.number() == life.lastNumber + 1) {
            apply(subject.name(), life, record);
            applyWaiting(subject.name(), life);
            return;
        }
        if (life.waiting == null) {
            life.waiting = new TreeMap<>();
        }
        life.waiting.put(subject.number(), record);
        if (life.waiting.size() > WAITING_MAX) {
            throw gap(subject.name(), life.waiting, life);
        }
    }

    private static void applyWaiting(String subject, Life life) throws BadExportException {
        while (life.waiting != null) {
            Waiting next = life.waiting.remove(life.lastNumber + 1);
            if (next == null) {
                return;
            }
            apply(subject, life, next);
            if (life.waiting.isEmpty()) {
                life.waiting = null;
            }
        }
    }

    private static void apply(String subject, Life life, Waiting record) throws BadExportException {
        life.lastNumber++;
        if (!JobStates.has(subject)) {
            return;
        }
        if (!record.before().equals(life.state)) {
            throw new BadExportException(
                    Reason.STATE_MISMATCH,
                    record.index(),
                    subject + " was '" + life.state + "', but this record starts from '" + record.before() + "'");
        }
        if (!JobStates.allowed(record.before(), record.after())) {
            throw new BadExportException(
                    Reason.ILLEGAL_TRANSITION,
                    record.index(),
                    subject + " may not go from '" + record.before() + "' to '" + record.after() + "'");
        }
        life.state = record.after();
    }

    /// Called after the last leaf: every subject must be whole.
    void checkWhole() throws BadExportException {
        BadExportException first = null;
        for (Map.Entry<String, Life> each : lives.entrySet()) {
            Life life = each.getValue();
            if (life.waiting != null) {
                BadExportException gap = gap(each.getKey(), life.waiting, life);
                first = first == null || gap.index() < first.index() ? gap : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static BadExportException gap(String subject, SortedMap<Long, Waiting> waiting, Life life) {
        OptionalLong index = waiting.values().stream().mapToLong(Waiting::index).min();
        return new BadExportException(
                Reason.SUBJECT_NUMBER_GAP,
                index.orElse(BadExportException.NO_INDEX),
                subject + " has number " + waiting.firstKey() + ", but number " + (life.lastNumber + 1)
                        + " is nowhere: records were omitted");
    }
}
