package revontuli.transparency.export;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.record.LeafHead;

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

    private static final int SUBJECTS_AT_FIRST = 1_024;

    private record Waiting(long index, String before, String after) {}

    /// Records of one subject that wait for earlier ones, by their numbers.
    private record Queue(String subject, TreeMap<Long, Waiting> records) {}

    private final KeyTable ids = new KeyTable();
    /// Subjects by the first half of a digest of their names, so that a long log needs no room for its names.
    private final KeyTable subjects = new KeyTable();

    private final Map<Integer, Queue> waiting = new HashMap<>();
    private final int share;
    private final int shares;
    private long[] lastNumbers = new long[SUBJECTS_AT_FIRST];
    private byte[] states = new byte[SUBJECTS_AT_FIRST];

    Subjects(int share, int shares) {
        this.share = share;
        this.shares = shares;
    }

    void follow(long index, LeafHead leaf) throws BadExportException {
        if (isMine(leaf.id().hashCode())) {
            int known = ids.size();
            if (ids.number(leaf.id().getMostSignificantBits(), leaf.id().getLeastSignificantBits()) < known) {
                throw new BadExportException(
                        Reason.RECORD_ID_REPEATED, index, "the id " + leaf.id() + " is that of an earlier record");
            }
        }
        LeafHead.About about = leaf.about();
        if (isMine(31 * leaf.service().hashCode() + about.subject().hashCode())) {
            follow(index, about, number(leaf.service() + " " + about.subject()), leaf.service());
        }
    }

    private boolean isMine(int hash) {
        return Math.floorMod(hash, shares) == share;
    }

    private int number(String subject) {
        ByteBuffer digest = ByteBuffer.wrap(
                Digest.of(subject.getBytes(StandardCharsets.UTF_8)).value());
        int number = subjects.number(digest.getLong(), digest.getLong());
        if (number >= lastNumbers.length) {
            lastNumbers = Arrays.copyOf(lastNumbers, 2 * number);
            states = Arrays.copyOf(states, 2 * number);
        }
        return number;
    }

    private void follow(long index, LeafHead.About about, int life, String service) throws BadExportException {
        Queue queue = waiting.isEmpty() ? null : waiting.get(life);
        if (about.number() <= lastNumbers[life]
                || (queue != null && queue.records().containsKey(about.number()))) {
            throw new BadExportException(
                    Reason.SUBJECT_NUMBER_REPEATED,
                    index,
                    about.subject() + " has number " + about.number() + " twice");
        }
        Waiting record = new Waiting(index, about.stateBefore(), about.stateAfter());
        if (about.number() == lastNumbers[life] + 1) {
            apply(about.subject(), life, record);
            if (queue != null) {
                applyWaiting(about.subject(), life, queue);
            }
            return;
        }
        if (queue == null) {
            queue = new Queue(service + " " + about.subject(), new TreeMap<>());
            waiting.put(life, queue);
        }
        queue.records().put(about.number(), record);
        if (queue.records().size() > WAITING_MAX) {
            throw gap(about.subject(), queue.records(), lastNumbers[life]);
        }
    }

    private void applyWaiting(String subject, int life, Queue queue) throws BadExportException {
        for (Waiting next = queue.records().remove(lastNumbers[life] + 1);
                next != null;
                next = queue.records().remove(lastNumbers[life] + 1)) {
            apply(subject, life, next);
        }
        if (queue.records().isEmpty()) {
            waiting.remove(life);
        }
    }

    private void apply(String subject, int life, Waiting record) throws BadExportException {
        lastNumbers[life]++;
        if (!JobStates.has(subject)) {
            return;
        }
        String state = JobStates.state(states[life]);
        if (!record.before().equals(state)) {
            throw new BadExportException(
                    Reason.STATE_MISMATCH,
                    record.index(),
                    subject + " was '" + state + "', but this record starts from '" + record.before() + "'");
        }
        if (!JobStates.allowed(record.before(), record.after())) {
            throw new BadExportException(
                    Reason.ILLEGAL_TRANSITION,
                    record.index(),
                    subject + " may not go from '" + record.before() + "' to '" + record.after() + "'");
        }
        states[life] = JobStates.number(record.after());
    }

    /// Called after the last leaf: every subject must be whole.
    void checkWhole() throws BadExportException {
        BadExportException first = null;
        for (Map.Entry<Integer, Queue> each : waiting.entrySet()) {
            Queue queue = each.getValue();
            BadExportException gap = gap(queue.subject(), queue.records(), lastNumbers[each.getKey()]);
            first = first == null || gap.index() < first.index() ? gap : first;
        }
        if (first != null) {
            throw first;
        }
    }

    private static BadExportException gap(String subject, SortedMap<Long, Waiting> waiting, long lastNumber) {
        OptionalLong index = waiting.values().stream().mapToLong(Waiting::index).min();
        return new BadExportException(
                Reason.SUBJECT_NUMBER_GAP,
                index.orElse(BadExportException.NO_INDEX),
                subject + " has number " + waiting.firstKey() + ", but number " + (lastNumber + 1)
                        + " is nowhere: records were omitted");
    }
}
