package revontuli.trainer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import revontuli.testkit.Eventually;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// Audit records as they leave the service.
final class Records {
    private Records() {}

    /// What tests look at in a record.
    record Seen(
            String subject, long number, String action, String actor, String before, String after, Json.Fields all) {}

    static List<Seen> all() {
        return TopicProbe.all("revontuli.audit.record").stream()
                .filter(event -> event.header("ce_type").equals("revontuli.audit.record.sealed.v1"))
                .map(event -> seen(event.value()))
                .toList();
    }

    /// Records of one subject in the order of its numbers.
    static List<Seen> of(String subject) {
        return all().stream()
                .filter(one -> one.subject().equals(subject))
                .sorted(Comparator.comparingLong(Seen::number))
                .toList();
    }

    /// States that a subject went through, once the last one has been recorded.
    static List<String> transitionsTo(String last, String subject) {
        return Eventually.get("record of " + subject + " becoming " + last, () -> Optional.of(transitions(subject))
                .filter(states -> !states.isEmpty() && states.getLast().equals(last)));
    }

    /// Waits until the records tell exactly these states, one after the other.
    static void awaitTransitions(String subject, String... states) {
        Eventually.holds("chain " + List.of(states) + " of " + subject, () -> transitions(subject)
                .equals(List.of(states)));
    }

    private static List<String> transitions(String subject) {
        List<String> states = new ArrayList<>();
        for (Seen one : of(subject)) {
            if (!one.after().equals(one.before())) {
                states.add(one.after());
            }
        }
        return states;
    }

    static Seen await(String subject, String action) {
        return Eventually.get(action + " of " + subject, () -> of(subject).stream()
                .filter(one -> one.action().equals(action))
                .findFirst());
    }

    private static Seen seen(byte[] leaf) {
        Json.Fields record = CanonicalJson.parseFieldsAnyForm(leaf).fields("record");
        return new Seen(
                record.text("subject"),
                Json.parseNumber("subject_number", record.text("subject_number")),
                record.text("action"),
                record.text("actor"),
                record.text("state_before"),
                record.text("state_after"),
                record);
    }

    static Stream<String> actions() {
        return all().stream().map(Seen::action).distinct();
    }
}
