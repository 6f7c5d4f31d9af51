package revontuli.transparency.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Holds an [ActHistory] against the records of a log: every acknowledged act once, every other act on its subjects at
/// most once, and the numbers of a subject in the order in which its acts were acknowledged.
///
/// The order is that of the subject's numbers, which are given in commit order; two sources may reach the log
/// crosswise when one instance dies and another takes its records over. Safe for use by many threads.
public final class HistoryCheck {
    private static final int EXAMPLES_MAX = 5;

    private final String action;
    private final String markedBy;
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, List<String>> bySubject = new HashMap<>();
    private final Set<String> doubled = new HashSet<>();
    private final Map<String, Long> lastOfSource = new HashMap<>();
    private long broken;

    /// @param action of the records that acts leave
    /// @param markedBy fact of such a record that names the act
    public HistoryCheck(String action, String markedBy) {
        this.action = action;
        this.markedBy = markedBy;
    }

    /// What was found.
    ///
    /// @param lost acknowledged acts without a record
    /// @param doubled acts with more than one record, or records on a subject that nobody asked for
    /// @param unordered acknowledged acts whose number on their subject is not larger than that of the one before
    /// @param broken records whose number is not the next one of their source
    /// @param examples some marks, for a message
    public record Result(
            long acknowledged,
            long unknown,
            long lost,
            long doubled,
            long unordered,
            long broken,
            List<String> examples) {
        public Result {
            examples = List.copyOf(examples);
        }

        public boolean isClean() {
            return lost + doubled + unordered + broken == 0;
        }
    }

    /// Takes a record, in the order of the log.
    public synchronized void follow(SealedRecord leaf) {
        AuditRecord record = leaf.record();
        Long before = lastOfSource.put(record.source(), record.number());
        if (record.number() != (before == null ? 1 : before + 1)) {
            broken++;
        }
        if (!record.event().act().action().equals(action)) {
            return;
        }
        String mark = record.event().facts().textOr(markedBy, "");
        if (mark.isEmpty()) {
            return;
        }
        if (numbers.put(mark, record.event().subject().number()) != null) {
            doubled.add(mark);
        }
        bySubject
                .computeIfAbsent(record.event().subject().name(), _ -> new ArrayList<>())
                .add(mark);
    }

    /// How many records with a mark were taken.
    public synchronized long marked() {
        return numbers.size();
    }

    public synchronized boolean has(String mark) {
        return numbers.containsKey(mark);
    }

    /// Compares; may be called again when more records were taken.
    public synchronized Result against(ActHistory history) {
        long lost = 0;
        long unordered = 0;
        long unasked = 0;
        List<String> examples = new ArrayList<>();
        for (Map.Entry<String, ActHistory.Subject> each : history.snapshot().entrySet()) {
            List<String> marks = each.getValue().marks();
            long lastNumber = 0;
            int found = 0;
            for (String mark : marks) {
                Long number = numbers.get(mark);
                if (number == null) {
                    lost++;
                    example(examples, "lost " + mark + " of " + each.getKey());
                } else {
                    found++;
                    if (number <= lastNumber) {
                        unordered++;
                        example(examples, "out of order " + mark + " of " + each.getKey());
                    }
                    lastNumber = number;
                }
            }
            int others = bySubject.getOrDefault(each.getKey(), List.of()).size() - found;
            if (others > each.getValue().unknown() + doubledOf(each.getKey())) {
                unasked += others - each.getValue().unknown() - doubledOf(each.getKey());
                example(examples, "records that nobody asked for, of " + each.getKey());
            }
        }
        doubled.forEach(mark -> example(examples, "doubled " + mark));
        return new Result(
                history.acknowledged(), history.unknown(), lost, doubled.size() + unasked, unordered, broken, examples);
    }

    private int doubledOf(String subject) {
        List<String> marks = bySubject.getOrDefault(subject, List.of());
        return marks.size() - new HashSet<>(marks).size();
    }

    private static void example(List<String> examples, String text) {
        if (examples.size() < EXAMPLES_MAX) {
            examples.add(text);
        }
    }
}
