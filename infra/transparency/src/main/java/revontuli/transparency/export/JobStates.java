package revontuli.transparency.export;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// The life of a job, as the auditor knows it: which state may follow which. The empty state is "not yet there".
final class JobStates {
    /// The number of a state that nobody can tell any more, because the record that led to it was pruned.
    static final byte UNKNOWN = -1;

    private static final String JOBS = "jobs/";

    private static final Map<String, Set<String>> NEXT = Map.of(
            "", Set.of("QUEUED"),
            "QUEUED", Set.of("PREPARING", "PAUSED", "CANCELLED", "FAILED"),
            "PREPARING", Set.of("RUNNING", "QUEUED", "FAILED", "CANCELLED", "PAUSED"),
            "RUNNING", Set.of("EVALUATING", "PAUSED", "FAILED", "CANCELLED", "QUEUED"),
            "EVALUATING", Set.of("SUCCEEDED", "FAILED", "CANCELLED", "QUEUED"),
            "PAUSED", Set.of("QUEUED", "CANCELLED"),
            "SUCCEEDED", Set.of(),
            "FAILED", Set.of(),
            "CANCELLED", Set.of());

    /// The same states by number; the first is the empty one.
    private static final List<String> STATES = NEXT.keySet().stream().sorted().toList();

    private JobStates() {}

    /// Whether a subject is a job itself, not something under one.
    static boolean has(String subject) {
        return subject.length() > JOBS.length() && subject.startsWith(JOBS) && subject.indexOf('/', JOBS.length()) < 0;
    }

    /// Whether a record may lead from one state to another; a record that changes nothing repeats the state.
    static boolean allowed(String before, String after) {
        return NEXT.containsKey(before)
                && (before.equals(after) || NEXT.get(before).contains(after));
    }

    static String state(byte number) {
        return STATES.get(number);
    }

    /// The number of a state that there is.
    static byte number(String state) {
        return (byte) STATES.indexOf(state);
    }
}
