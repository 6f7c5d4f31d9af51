package revontuli.transparency.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What clients did and were told, for the [HistoryCheck]. Acts on one subject are done one after another; those on
/// several at once. Safe for use by many threads.
public final class ActHistory {
    private final Map<String, Subject> subjects = new TreeMap<>();
    private long acknowledged;
    private long unknown;

    /// The acts on one subject.
    ///
    /// @param marks of acknowledged acts, in the order of their acknowledgement
    /// @param unknown acts without an answer: done once or not at all
    record Subject(List<String> marks, int unknown) {}

    /// An act was acknowledged.
    ///
    /// @param mark what the act's record names and no other record does
    public synchronized void acknowledged(String subject, String mark) {
        Subject before = subjects.getOrDefault(subject, new Subject(new ArrayList<>(), 0));
        before.marks().add(mark);
        subjects.put(subject, before);
        acknowledged++;
    }

    /// Nobody can say whether an act was done.
    public synchronized void unknown(String subject) {
        Subject before = subjects.getOrDefault(subject, new Subject(new ArrayList<>(), 0));
        subjects.put(subject, new Subject(before.marks(), before.unknown() + 1));
        unknown++;
    }

    public synchronized long acknowledged() {
        return acknowledged;
    }

    public synchronized long unknown() {
        return unknown;
    }

    synchronized Map<String, Subject> snapshot() {
        Map<String, Subject> copy = new HashMap<>();
        subjects.forEach(
                (name, subject) -> copy.put(name, new Subject(List.copyOf(subject.marks()), subject.unknown())));
        return copy;
    }
}
