package revontuli.transparency.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
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
/// One object follows one share of the subjects, so that memory is bounded by reading the log several times. It
/// gives up when there are more than it has room for; then the log must be read in more shares.
final class Subjects {
    /// Records of one subject that may wait for earlier ones.
    static final int WAITING_MAX = 100_000;

    private static final int SUBJECTS_AT_FIRST = 1_024;
    private static final int NO_ROOM = -1;

    /// Looks in the log itself whether a record with this id stands before an index.
    interface EarlierIds {
        boolean has(UUID id, long before) throws IOException, BadExportException;
    }

    /// States are null where the record was pruned.
    private record Waiting(
            long index,
            String subject,
            @Nullable String before,
            @Nullable String after) {}

    private final SeenKeys ids;
    private final EarlierIds earlier;
    /// Subjects by the first half of a digest of their names, so that a long log needs no room for its names.
    private final KeyTable subjects = new KeyTable();

    /// Records of one subject that wait for earlier ones, by their numbers.
    private final Map<Integer, TreeMap<Long, Waiting>> waiting = new HashMap<>();
    private final LongList lastNumbers = new LongList();
    private final Share share;
    private byte[] states = new byte[SUBJECTS_AT_FIRST];
    private boolean full;

    /// Which ids and subjects are followed, and how many there may be.
    ///
    /// @param number from 0
    /// @param of shares in all
    /// @param leaves about how many leaves there are in all of them
    /// @param subjectsMax subjects that are followed; with more, [#isFull]
    record Share(int number, int of, long leaves, int subjectsMax) {
        private boolean has(int hash) {
            return Math.floorMod(hash, of) == number;
        }
    }

    Subjects(Share share, EarlierIds earlier) {
        this.share = share;
        this.earlier = earlier;
        this.ids = new SeenKeys(share.leaves() / share.of() + 1);
    }

    /// Whether there were too many subjects: nothing was followed from there on, and nothing is said of any subject.
    boolean isFull() {
        return full;
    }

    void follow(long index, LeafHead leaf) throws IOException, BadExportException {
        UUID id = leaf.id();
        if (share.has(id.hashCode())
                && !ids.add(id.getMostSignificantBits(), id.getLeastSignificantBits())
                && earlier.has(id, index)) {
            throw new BadExportException(
                    Reason.RECORD_ID_REPEATED, index, "the id " + id + " is that of an earlier record");
        }
        LeafHead.About about = leaf.about();
        Digest subject = PrunedLeaf.subjectDigest(leaf.service(), about.subject());
        if (share.has(subject.hashCode())) {
            Waiting record = new Waiting(index, about.subject(), about.stateBefore(), about.stateAfter());
            follow(about.number(), number(subject), record);
        }
    }

    /// A pruned record takes its number in the life of its subject; which states it led from and to is not told any
    /// more.
    void follow(long index, PrunedLeaf leaf) throws BadExportException {
        if (share.has(leaf.subject().hashCode())) {
            Waiting record = new Waiting(index, "the subject of a pruned record", null, null);
            follow(leaf.subjectNumber(), number(leaf.subject()), record);
        }
    }

    private int number(Digest subject) {
        if (full) {
            return NO_ROOM;
        }
        ByteBuffer digest = ByteBuffer.wrap(subject.value());
        int number = subjects.number(digest.getLong(), digest.getLong());
        if (number == share.subjectsMax()) {
            full = true;
            return NO_ROOM;
        }
        if (number == lastNumbers.size()) {
            lastNumbers.add(0);
        }
        if (number == states.length) {
            states = Arrays.copyOf(states, 2 * number);
        }
        return number;
    }

    private void follow(long number, int life, Waiting record) throws BadExportException {
        if (life == NO_ROOM) {
            return;
        }
        TreeMap<Long, Waiting> queue = waiting.isEmpty() ? null : waiting.get(life);
        long last = lastNumbers.get(life);
        if (number <= last || (queue != null && queue.containsKey(number))) {
            throw new BadExportException(
                    Reason.SUBJECT_NUMBER_REPEATED,
                    record.index(),
                    record.subject() + " has number " + number + " twice");
        }
        if (number == last + 1) {
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
            throw gap(queue, last);
        }
    }

    private void applyWaiting(int life, SortedMap<Long, Waiting> queue) throws BadExportException {
        for (Waiting next = queue.remove(lastNumbers.get(life) + 1);
                next != null;
                next = queue.remove(lastNumbers.get(life) + 1)) {
            apply(life, next);
        }
        if (queue.isEmpty()) {
            waiting.remove(life);
        }
    }

    private void apply(int life, Waiting record) throws BadExportException {
        lastNumbers.set(life, lastNumbers.get(life) + 1);
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
        if (full) {
            return;
        }
        BadExportException first = null;
        for (Map.Entry<Integer, TreeMap<Long, Waiting>> each : waiting.entrySet()) {
            BadExportException gap = gap(each.getValue(), lastNumbers.get(each.getKey()));
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
