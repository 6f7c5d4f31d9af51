package revontuli.safety.text;

import java.util.Locale;
import java.util.Set;

/// Hindi in Latin letters with the spellings people mix folded to one: `bataao`, `kaise banaayen`, `kaisee` read
/// `batao`, `kaise banayen`, `kaisi`. Only texts with several small words of Hindi are touched.
final class RomanHindi {
    private static final int SMALL_WORDS_MIN = 2;
    private static final Set<String> SMALL_WORDS = Set.of(
            "ka", "ki", "ke", "ko", "kaa", "kee", "hai", "hain", "kya", "kyaa", "kaise", "kaisay", "mujhe", "muje",
            "mera", "meri", "mein", "nahi", "nahin", "karo", "karna", "karne", "karen", "batao", "bataao", "bataye",
            "aur", "tarika", "tareeka", "tariqa", "banao", "banaao", "banana", "banaye", "banaaye", "tum", "tujhe",
            "teri", "tera", "koi", "kuch", "bina", "liye", "wala", "vala", "chahiye", "raha", "sab", "woh", "yeh");

    private RomanHindi() {}

    static MappedText of(MappedText source) {
        String text = source.text();
        if (!hindi(text)) {
            return source;
        }
        MappedText.Builder out = new MappedText.Builder(source);
        for (int at = 0; at < text.length(); ) {
            char unit = text.charAt(at);
            char lower = Character.toLowerCase(unit);
            boolean twice = at + 1 < text.length() && Character.toLowerCase(text.charAt(at + 1)) == lower;
            int end = twice && "aeiou".indexOf(lower) >= 0 ? at + 2 : at + 1;
            out.append(folded(unit, lower, end > at + 1), at, end);
            at = end;
        }
        return out.build();
    }

    private static char folded(char unit, char lower, boolean twice) {
        if (lower == 'w') {
            return 'v';
        }
        return !twice ? unit : lower == 'e' ? 'i' : lower == 'o' ? 'u' : lower;
    }

    private static boolean hindi(String text) {
        int found = 0;
        for (int at = 0; at < text.length() && found < SMALL_WORDS_MIN; ) {
            int end = at;
            while (end < text.length() && latin(text.charAt(end))) {
                end++;
            }
            boolean small = end - at >= 2
                    && end - at <= 8
                    && SMALL_WORDS.contains(text.substring(at, end).toLowerCase(Locale.ROOT));
            found += small ? 1 : 0;
            at = Math.max(end, at + 1);
        }
        return found >= SMALL_WORDS_MIN;
    }

    private static boolean latin(char unit) {
        return (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z');
    }
}
