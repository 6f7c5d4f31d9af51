package revontuli.cli.safety;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Lists of words that stand for `{name}` in the lines that come after them: the same phrase about many things, the
/// same thing in many phrases.
final class Slots {
    /// Coprime to the length of most lists, so that neighbouring lines begin elsewhere and go on in other steps.
    private static final int LINE_STEP = 7;

    private static final int TIME_STEP = 3;
    private final Map<String, List<String>> lists = new LinkedHashMap<>();

    void add(String name, String value) {
        lists.computeIfAbsent('{' + name + '}', _ -> new ArrayList<>()).add(value);
    }

    boolean in(String line) {
        return lists.keySet().stream().anyMatch(line::contains);
    }

    /// The line with other values for each `time`; the same ones for the same numbers.
    String fill(String line, int number, int time) {
        String filled = line;
        int place = number * LINE_STEP;
        for (Map.Entry<String, List<String>> list : lists.entrySet()) {
            List<String> values = list.getValue();
            for (int at = filled.indexOf(list.getKey()); at >= 0; at = filled.indexOf(list.getKey())) {
                String value = values.get(Math.floorMod(place + time * TIME_STEP, values.size()));
                filled = filled.substring(0, at)
                        + value
                        + filled.substring(at + list.getKey().length());
                place += LINE_STEP + 1;
            }
        }
        return filled;
    }
}
