package revontuli.safety.text;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Letters dressed as others: look-alikes of other scripts, digits and signs inside words, words spelled out letter
/// by letter.
final class Disguise {
    private static final Map<Character, Character> LOOKS = pairs("аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwвbкkмmнhтtгrпnёeїi"
            + "αaβbεeηnιiκkνvοoρpτtυuχxγyωwσo" + "ıiɑaɡgłløoßsæa" + "АaВbЕeКkМmНhОoРpСcТtУyХxІiЈjЅs"
            + "ΑaΒbΕeΗhΙiΚkΜmΝnΟoΡpΤtΥyΧxΖz" + "ᴀaʙbᴄcᴅdᴇeɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrᴛtᴜuᴠvᴡwʏyᴢz");
    private static final Map<Character, Character> LEET = pairs("0o1i3e4a5s7t8b9g@a$s!i|l+t");
    private static final int WORD_MAX = 64;
    private static final int SPELLED_MIN = 4;

    private Disguise() {}

    private static Map<Character, Character> pairs(String pairs) {
        return IntStream.range(0, pairs.length() / 2)
                .boxed()
                .collect(Collectors.toUnmodifiableMap(
                        i -> pairs.charAt(2 * i), i -> pairs.charAt(2 * i + 1), (a, b) -> a));
    }

    /// Look-alikes as Latin letters, in words that hold nothing but look-alikes and Latin letters.
    static MappedText unmasked(MappedText source) {
        String text = source.text();
        MappedText.Builder out = new MappedText.Builder(source);
        for (int at = 0; at < text.length(); ) {
            int end = wordEnd(text, at, false);
            boolean dressed = end > at && allLookLatin(text, at, end);
            int to = Math.max(end, at + 1);
            for (int i = at; i < to; i++) {
                char unit = text.charAt(i);
                out.append(dressed ? LOOKS.getOrDefault(unit, unit) : unit, i, i + 1);
            }
            at = to;
        }
        return out.build();
    }

    private static boolean allLookLatin(String text, int from, int to) {
        boolean foreign = false;
        for (int i = from; i < to; i++) {
            char unit = text.charAt(i);
            boolean looks = LOOKS.containsKey(unit);
            foreign |= looks;
            if (!looks && unit >= 0x80 && Character.UnicodeScript.of(unit) != Character.UnicodeScript.LATIN) {
                return false;
            }
        }
        return foreign;
    }

    /// Digits and signs inside words as the letters they stand for, spelled-out words joined, long runs of a letter
    /// shortened.
    static MappedText unleeted(MappedText source) {
        String text = source.text();
        MappedText.Builder out = new MappedText.Builder(source);
        for (int at = 0; at < text.length(); ) {
            int spelled = spelledEnd(text, at);
            if (spelled > at) {
                join(text, at, spelled, out);
                boolean article = "aAiI".indexOf(text.charAt(at)) >= 0 && text.charAt(at + 1) == ' ';
                if (article) {
                    out.append(' ', at + 1, at + 2);
                    join(text, at + 2, spelled, out);
                }
                at = spelled;
                continue;
            }
            int end = wordEnd(text, at, true);
            boolean mixed = end > at && mixed(text, at, end);
            int to = Math.max(end, at + 1);
            for (int i = at; i < to; i++) {
                letter(text, i, mixed, out);
            }
            at = to;
        }
        return out.build();
    }

    /// Every second unit, the separators between them left out.
    private static void join(String text, int from, int to, MappedText.Builder out) {
        for (int i = from; i < to; i += 2) {
            char unit = text.charAt(i);
            out.append(LEET.getOrDefault(unit, unit), i, i + 1);
        }
    }

    /// The unit as a letter; of three and more equal Latin letters only the first.
    private static void letter(String text, int at, boolean leet, MappedText.Builder out) {
        char unit = text.charAt(at);
        boolean latin = Character.isLetter(unit) && unit < 0x250;
        boolean second = latin && at >= 1 && text.charAt(at - 1) == unit;
        boolean third = second && at >= 2 && text.charAt(at - 2) == unit;
        boolean before = second && at + 1 < text.length() && text.charAt(at + 1) == unit;
        if (!third && !before) {
            out.append(leet ? LEET.getOrDefault(unit, unit) : unit, at, at + 1);
        }
    }

    private static boolean mixed(String text, int from, int to) {
        boolean letters = false;
        boolean signs = false;
        for (int i = from; i < to; i++) {
            char unit = text.charAt(i);
            letters |= (unit | 0x20) >= 'a' && (unit | 0x20) <= 'z';
            signs |= LEET.containsKey(unit);
        }
        return letters && signs && to - from <= WORD_MAX;
    }

    /// The end of `x.y.z` or `x y z`: single letters or digits with the same single separator between, at least four.
    private static int spelledEnd(String text, int from) {
        if (from > 0 && Character.isLetterOrDigit(text.charAt(from - 1))) {
            return from;
        }
        int letters = 0;
        int at = from;
        char separator = from + 1 < text.length() ? text.charAt(from + 1) : 'x';
        if (Character.isLetterOrDigit(separator) || separator == '\n') {
            return from;
        }
        while (at < text.length() && spellable(text.charAt(at)) && letters < WORD_MAX) {
            letters++;
            at++;
            if (at < text.length() && text.charAt(at) == separator) {
                at++;
            } else {
                break;
            }
        }
        boolean cut = at < text.length()
                && at > from
                && Character.isLetterOrDigit(text.charAt(at))
                && text.charAt(at - 1) != separator;
        return letters >= SPELLED_MIN && !cut ? at : from;
    }

    private static boolean spellable(char unit) {
        return unit < 0x250 && (Character.isLetterOrDigit(unit) || LEET.containsKey(unit));
    }

    private static int wordEnd(String text, int from, boolean signs) {
        int at = from;
        while (at < text.length()) {
            char unit = text.charAt(at);
            if (!Character.isLetterOrDigit(unit) && !(signs && LEET.containsKey(unit))) {
                break;
            }
            at++;
        }
        return at;
    }
}
