package revontuli.cli.safety;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import revontuli.safety.personal.PersonalScan;
import revontuli.safety.personal.Sighting;

/// Finds personal data in made-up sentences; a span counts when kind, start and end are right, whatever its score.
final class PersonalBench {
    /// Found rightly, found wrongly, missed; by kind and by language and kind.
    private final Map<String, int[]> counts = new HashMap<>();

    PersonalBench() {
        PersonalTexts.make().forEach(this::count);
    }

    /// By kind.
    ObjectNode byKind() {
        return f1("");
    }

    /// By language and kind.
    ObjectNode byLanguage() {
        ObjectNode node = new ObjectMapper().createObjectNode();
        SafetyTexts.LANGUAGES.forEach(language -> node.set(language, f1(language)));
        return node;
    }

    private ObjectNode f1(String language) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        for (String kind : PersonalTexts.kinds()) {
            int[] of = counts.getOrDefault(language + kind, new int[3]);
            SafetyBench.number(node, kind, 2.0 * of[0] / (2.0 * of[0] + of[1] + of[2]));
        }
        return node;
    }

    private void add(String language, String kind, int which) {
        counts.computeIfAbsent(kind, _ -> new int[3])[which]++;
        counts.computeIfAbsent(language + kind, _ -> new int[3])[which]++;
    }

    private void count(PersonalTexts.Sentence sentence) {
        List<Sighting> found = PersonalScan.in(sentence.text());
        for (PersonalTexts.Marked marked : sentence.marked()) {
            boolean hit = found.stream()
                    .anyMatch(one -> one.kind().id().equals(marked.kind())
                            && one.start() == marked.start()
                            && one.end() == marked.end());
            add(sentence.language(), marked.kind(), hit ? 0 : 2);
        }
        for (Sighting one : found) {
            boolean wanted = sentence.marked().stream()
                    .anyMatch(marked -> one.kind().id().equals(marked.kind())
                            && one.start() == marked.start()
                            && one.end() == marked.end());
            if (!wanted) {
                add(sentence.language(), one.kind().id(), 1);
            }
        }
    }
}
