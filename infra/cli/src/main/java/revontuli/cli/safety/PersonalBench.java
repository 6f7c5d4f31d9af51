package revontuli.cli.safety;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import revontuli.safety.personal.PersonalScan;
import revontuli.safety.personal.Sighting;

/// Finds personal data in made-up sentences; a span counts when kind, start and end are right.
final class PersonalBench {
    private final Map<String, int[]> counts = new HashMap<>();

    ObjectNode run() {
        for (PersonalTexts.Sentence sentence : PersonalTexts.make()) {
            count(sentence);
        }
        ObjectNode node = new ObjectMapper().createObjectNode();
        for (String kind : PersonalTexts.kinds()) {
            int[] of = counts.getOrDefault(kind, new int[3]);
            SafetyBench.number(node, kind, 2.0 * of[0] / (2.0 * of[0] + of[1] + of[2]));
        }
        return node;
    }

    private void count(PersonalTexts.Sentence sentence) {
        List<Sighting> found = PersonalScan.in(sentence.text());
        for (PersonalTexts.Marked marked : sentence.marked()) {
            boolean hit = found.stream()
                    .anyMatch(one -> one.kind().id().equals(marked.kind())
                            && one.start() == marked.start()
                            && one.end() == marked.end());
            counts.computeIfAbsent(marked.kind(), _ -> new int[3])[hit ? 0 : 2]++;
        }
        for (Sighting one : found) {
            boolean wanted = sentence.marked().stream()
                    .anyMatch(marked -> one.kind().id().equals(marked.kind())
                            && one.start() == marked.start()
                            && one.end() == marked.end());
            if (!wanted) {
                counts.computeIfAbsent(one.kind().id(), _ -> new int[3])[1]++;
            }
        }
    }
}
