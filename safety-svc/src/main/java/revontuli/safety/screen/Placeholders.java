package revontuli.safety.screen;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Placeholders such as `[EMAIL-1]`: the same value gets the same number within one text, however it is spaced or
/// cased. Remembers [#VALUES_MAX] values; later new ones share the placeholder without a number.
final class Placeholders {
    static final int VALUES_MAX = 1_024;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    String of(String kind, String original) {
        String label = kind.toUpperCase(Locale.ROOT).replace('.', '-');
        String key = label + ":" + bare(original);
        Integer number = numbers.get(key);
        if (number == null) {
            if (numbers.size() >= VALUES_MAX) {
                return "[" + label + "]";
            }
            number = counts.merge(label, 1, Integer::sum);
            numbers.put(key, number);
        }
        return "[" + label + "-" + number + "]";
    }

    private static String bare(String original) {
        StringBuilder bare = new StringBuilder(original.length());
        original.toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(c -> Character.isLetterOrDigit(c) || c == '@' || c == '.')
                .forEach(bare::appendCodePoint);
        return bare.toString();
    }
}
