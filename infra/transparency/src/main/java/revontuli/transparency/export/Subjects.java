package revontuli.transparency.export;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.record.LeafHead;
import revontuli.transparency.record.PrunedLeaf;

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

    /// States are null where the record was pruned.
    private record Waiting(
            long index,
            String subject,
            @Nullable String before,
            @Nullable String after) {}

    private final KeyTable ids = new KeyTable();
    /// Subjects by the first half of a digest of their names, so that a long log needs no room for its names.
    private final KeyTable subjects = new KeyTable();

    /// Records of one subject that wait for earlier ones, by their numbers.
    private final Map<Integer, TreeMap<Long, Waiting>> waiting = new HashMap<>();
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
        Digest subject = PrunedLeaf.subjectDigest(leaf.service(), about.subject());
        if (isMine(subject.hashCode())) {
            Waiting record = new Waiting(index, about.subject(), about.stateBefore(), about.stateAfter());
            follow(about.number(), number(subject), record);
        }
    }

    /// A pruned record takes its number in the life of its subject; which states it led from and to is not told any
    /// more.
    void follow(long index, PrunedLeaf leaf) throws BadExportException {
        if (isMine(leaf.subject().hashCode())) {
            Waiting record = new Waiting(index, "the subject of a pruned record", null, null);
            follow(leaf.subjectNumber(), number(leaf.subject()), record);
        }
    }

    private boolean isMine(int hash) {
        return Math.floorMod(hash, shares) == share;
    }

    private int number(Digest subject) {
        ByteBuffer digest = ByteBuffer.wrap(subject.value());
        int number = subjects.number(digest.getLong(), digest.getLong());
        if (number >= lastNumbers.length) {
            lastNumbers = Arrays.copyOf(lastNumbers, 2 * number);
            states = Arrays.copyOf(states, 2 * number);
        }
        return number;
    }

    private void follow(long number, int life, Waiting record) throws BadExportException {
        TreeMap<Long, Waiting> queue = waiting.isEmpty() ? null : waiting.get(life);
        if (number <= lastNumbers[life] || (queue != null && queue.containsKey(number))) {
            throw new BadExportException(
                    Reason.SUBJECT_NUMBER_REPEATED,
                    record.index(),
                    record.subject() + " has number " + number + " twice");
        }
        if (number == lastNumbers[life] + 1) {
            apply(life, record);
            if (queue != null) {
                applyWaiting(life, queue);
            }
            return;
        }
        if (queue == null) {
            queue = new TreeMap<>();
            waiting.put(life, queue);
        }
        queue.put(number, record);
        if (queue.size() > WAITING_MAX) {
            throw gap(queue, lastNumbers[life]);
        }
    }

    private void applyWaiting(int life, SortedMap<Long, Waiting> queue) throws BadExportException {
        for (Waiting next = queue.remove(lastNumbers[life] + 1);
                next != null;
                next = queue.remove(lastNumbers[life] + 1)) {
            apply(life, next);
        }
        if (queue.isEmpty()) {
            waiting.remove(life);
        }
    }

    private void apply(int life, Waiting record) throws BadExportException {
        lastNumbers[life]++;
        String subject = record.subject();
        String before = record.before();
        String after = record.after();
        if (before == null || after == null) {
            states[life] = JobStates.UNKNOWN;
            return;
        }
        if (!JobStates.has(subject)) {
            return;
        }
        if (states[life] != JobStates.UNKNOWN && !before.equals(JobStates.state(states[life]))) {
            throw new BadExportException(
                    Reason.STATE_MISMATCH,
                    record.index(),
                    subject + " was '" + JobStates.state(states[life]) + "', but this record starts from '" + before
                            + "'");
        }
        if (!JobStates.allowed(before, after)) {
            throw new BadExportException(
                    Reason.ILLEGAL_TRANSITION,
                    record.index(),
                    subject + " may not go from '" + before + "' to '" + after + "'");
        }
        states[life] = JobStates.number(after);
    }

    /// Called after the last leaf: every subject must be whole.
    void checkWhole() throws BadExportException {
        BadExportException first = null;
        for (Map.Entry<Integer, TreeMap<Long, Waiting>> each : waiting.entrySet()) {
            BadExportException gap = gap(each.getValue(), lastNumbers[each.getKey()]);
            first = first == null || gap.index() < first.index() ? gap : first;
        }
        if (first != null) {
            throw first;
        }
    }

    private static BadExportException gap(SortedMap<Long, Waiting> waiting, long lastNumber) {
        OptionalLong index = waiting.values().stream().mapToLong(Waiting::index).min();
        return new BadExportException(
                Reason.SUBJECT_NUMBER_GAP,
                index.orElse(BadExportException.NO_INDEX),
                waiting.values().iterator().next().subject() + " has number " + waiting.firstKey() + ", but number "
                        + (lastNumber + 1) + " is nowhere: records were omitted");
    }
}
