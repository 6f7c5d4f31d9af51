package revontuli.cli.safety;

import java.util.Map;

/// Hindi in Latin letters as people type it, near enough to learn from: no length marks, silent vowels dropped.
final class Romanized {
    private static final String CONSONANTS =
            "कk खkh गg घgh ङn चch छchh जj झjh ञn टt ठth डd ढdh णn तt थth दd धdh नn पp फph बb भbh मm यy रr लl वv शsh षsh सs हh ळl";
    private static final String VOWELS = "अa आa इi ईi उu ऊu ऋri एe ऐai ओo औau ऑo";
    private static final String SIGNS = "ाa िi ीi ुu ूu ृri ेe ैai ोo ौau ॉo";
    private static final char NUKTA = '़';
    private static final char VIRAMA = '्';
    private static final Map<Character, String> CONSONANT = map(CONSONANTS);
    private static final Map<Character, String> VOWEL = map(VOWELS);
    private static final Map<Character, String> SIGN = map(SIGNS);

    private Romanized() {}

    static boolean hasDevanagari(String text) {
        return text.chars().anyMatch(unit -> unit >= 0x900 && unit <= 0x97F);
    }

    static String of(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            String consonant = CONSONANT.get(unit);
            if (consonant != null) {
                boolean marked = i + 1 < text.length() && text.charAt(i + 1) == NUKTA;
                out.append(marked && unit == 'ज' ? "z" : marked && unit == 'फ' ? "f" : consonant);
                int next = marked ? i + 2 : i + 1;
                if (spoken(text, next, out)) {
                    out.append('a');
                }
            } else if (unit == 'ं' || unit == 'ँ') {
                out.append('n');
            } else if (unit == '।') {
                out.append('.');
            } else if (unit != VIRAMA && unit != NUKTA && unit != 'ः') {
                out.append(VOWEL.getOrDefault(unit, SIGN.getOrDefault(unit, String.valueOf(unit))));
            }
        }
        return out.toString();
    }

    /// The inherent vowel is silent before a vowel sign, at the end of a word and between two spoken syllables.
    private static boolean spoken(String text, int next, StringBuilder out) {
        if (next >= text.length() || !letter(text.charAt(next))) {
            return syllableStart(out);
        }
        char after = text.charAt(next);
        if (SIGN.containsKey(after) || after == VIRAMA) {
            return false;
        }
        boolean vowelFollows = next + 1 < text.length() && SIGN.containsKey(text.charAt(next + 1));
        return !(vowelFollows && CONSONANT.containsKey(after) && !syllableStart(out));
    }

    /// True where the word so far is one consonant.
    private static boolean syllableStart(StringBuilder out) {
        int at = out.length() - 1;
        while (at >= 0 && Character.isLetter(out.charAt(at))) {
            if ("aeiou".indexOf(out.charAt(at)) >= 0) {
                return false;
            }
            at--;
        }
        return true;
    }

    private static boolean letter(char unit) {
        return unit >= 0x900 && unit <= 0x963;
    }

    private static Map<Character, String> map(String pairs) {
        Map<Character, String> map = new java.util.HashMap<>();
        for (String pair : pairs.split(" ", -1)) {
            map.put(pair.charAt(0), pair.substring(1));
        }
        return Map.copyOf(map);
    }
}
