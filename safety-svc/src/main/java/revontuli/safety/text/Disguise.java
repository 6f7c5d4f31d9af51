package revontuli.safety.text;

import java.text.Normalizer;
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
    private static final char[] BARE = bare();
    private static final String FINNISH = "äöåÄÖÅ";
    private static final String VIETNAMESE = "ăđơưĂĐƠƯ";
    private static final int WORD_MAX = 64;
    private static final int LEET_WORDS_MIN = 3;
    private static final int NUMBER_WORD_MAX = 3;
    private static final int SPELLED_MIN = 4;
    private static final int SPELLED_MIN_WHERE_MOST_IS = 2;

    private Disguise() {}

    private static Map<Character, Character> pairs(String pairs) {
        return IntStream.range(0, pairs.length() / 2)
                .boxed()
                .collect(Collectors.toUnmodifiableMap(
                        i -> pairs.charAt(2 * i), i -> pairs.charAt(2 * i + 1), (a, b) -> a));
    }

    /// Latin letters with marks by their bare letters; 0 where there is none.
    private static char[] bare() {
        char[] bare = new char[0x250];
        for (char unit = 0xC0; unit < bare.length; unit++) {
            String parts = Normalizer.normalize(String.valueOf(unit), Normalizer.Form.NFD);
            if (parts.length() > 1 && parts.charAt(0) < 0x80) {
                bare[unit] = parts.charAt(0);
            }
        }
        return bare;
    }

    /// The letter that a look-alike stands for, or the unit itself. Marks are taken off only where no language of ours
    /// writes them: never from Finnish letters, and not at all in Vietnamese.
    private static char undressed(char unit, boolean marksOff) {
        boolean marked = marksOff && unit < BARE.length && BARE[unit] != 0 && FINNISH.indexOf(unit) < 0;
        return marked ? BARE[unit] : LOOKS.getOrDefault(unit, unit);
    }

    private static boolean vietnamese(String text) {
        return text.chars().anyMatch(unit -> VIETNAMESE.indexOf(unit) >= 0 || (unit >= 0x1EA0 && unit <= 0x1EF9));
    }

    /// Look-alikes as Latin letters, in words that hold nothing but look-alikes and Latin letters.
    static MappedText unmasked(MappedText source) {
        String text = source.text();
        boolean marksOff = !vietnamese(text);
        MappedText.Builder out = new MappedText.Builder(source);
        for (int at = 0; at < text.length(); ) {
            int end = wordEnd(text, at, false);
            boolean dressed = end > at && allLookLatin(text, at, end, marksOff);
            int to = Math.max(end, at + 1);
            for (int i = at; i < to; i++) {
                char unit = text.charAt(i);
                out.append(dressed ? undressed(unit, marksOff) : unit, i, i + 1);
            }
            at = to;
        }
        return out.build();
    }

    private static boolean allLookLatin(String text, int from, int to, boolean marksOff) {
        boolean foreign = false;
        for (int i = from; i < to; i++) {
            char unit = text.charAt(i);
            boolean looks = undressed(unit, marksOff) != unit;
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
        boolean speech = leetSpeech(text);
        int spelledMin = mostlySpelled(text) ? SPELLED_MIN_WHERE_MOST_IS : SPELLED_MIN;
        for (int at = 0; at < text.length(); ) {
            int spelled = spelledEnd(text, at, spelledMin);
            if (spelled > at) {
                join(text, at, spelled, out);
                boolean article =
                        spelledMin == SPELLED_MIN && "aAiI".indexOf(text.charAt(at)) >= 0 && text.charAt(at + 1) == ' ';
                if (article) {
                    out.append(' ', at + 1, at + 2);
                    join(text, at + 2, spelled, out);
                }
                at = spelled;
                continue;
            }
            int end = wordEnd(text, at, true);
            boolean mixed = end > at && (mixed(text, at, end) || (speech && end - at <= NUMBER_WORD_MAX));
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

    /// True where several words are mixed: then short numbers may be words too, such as `15` for `is`.
    private static boolean leetSpeech(String text) {
        int words = 0;
        for (int at = 0; at < text.length() && words < LEET_WORDS_MIN; ) {
            int end = wordEnd(text, at, true);
            words += end > at && mixed(text, at, end) && Character.isLetter(text.charAt(at)) ? 1 : 0;
            at = Math.max(end, at + 1);
        }
        return words >= LEET_WORDS_MIN;
    }

    /// True where at least eight in ten letters stand alone: then two of them may make a word too.
    private static boolean mostlySpelled(String text) {
        int letters = 0;
        int alone = 0;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isLetter(text.charAt(i))) {
                boolean left = i == 0 || !Character.isLetter(text.charAt(i - 1));
                boolean right = i + 1 == text.length() || !Character.isLetter(text.charAt(i + 1));
                letters++;
                alone += left && right ? 1 : 0;
            }
        }
        return letters >= 2 * SPELLED_MIN && alone * 10 >= letters * 8;
    }

    /// Latin letters thirteen places on in the alphabet.
    static MappedText rotated(MappedText source) {
        String text = source.text();
        MappedText.Builder out = new MappedText.Builder(source);
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            char first = unit >= 'a' && unit <= 'z' ? 'a' : unit >= 'A' && unit <= 'Z' ? 'A' : 0;
            out.append(first == 0 ? unit : (char) (first + (unit - first + 13) % 26), i, i + 1);
        }
        return out.build();
    }

    /// The end of `x.y.z` or `x y z`: single letters or digits with the same single separator between, at least four.
    private static int spelledEnd(String text, int from, int lettersMin) {
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
        boolean overran = at + 1 < text.length()
                && at > from
                && text.charAt(at - 1) != separator
                && ".-_*".indexOf(text.charAt(at)) >= 0
                && Character.isLetterOrDigit(text.charAt(at + 1));
        if (overran) { // the last letter begins a word that is spelled with another separator
            letters--;
            at--;
        }
        boolean cut = at < text.length()
                && at > from
                && Character.isLetterOrDigit(text.charAt(at))
                && text.charAt(at - 1) != separator;
        return letters >= lettersMin && !cut ? at : from;
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
