package revontuli.safety.personal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// Finds personal data in a literal view of a text: NFKC, ASCII digits and dashes, case as written. One pass a kind, no
/// regular expressions, time linear in the text.
public final class PersonalScan {
    private PersonalScan() {}

    /// What was found, without overlaps (the surer wins, then the longer), in the order of the text.
    public static List<Sighting> in(String text) {
        List<Sighting> found = new ArrayList<>();
        Addresses.find(text, found);
        IdentityNumbers.find(text, found);
        Phones.find(text, found);
        Names.find(text, found);
        Secrets.find(text, found);
        found.sort(Comparator.comparingDouble(Sighting::score)
                .reversed()
                .thenComparing(sighting -> sighting.start() - sighting.end())
                .thenComparing(Sighting::start)
                .thenComparing(Sighting::kind));
        TreeMap<Integer, Sighting> kept = new TreeMap<>();
        for (Sighting sighting : found) {
            var before = kept.lowerEntry(sighting.end());
            if (before == null || before.getValue().end() <= sighting.start()) {
                kept.put(sighting.start(), sighting);
            }
        }
        return List.copyOf(kept.values());
    }

    /// True for units that would continue a secret which was cut at the edge of a window.
    public static boolean continuesSecret(char unit) {
        return Secrets.value(unit);
    }
}
