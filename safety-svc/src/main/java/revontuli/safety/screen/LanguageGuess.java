package revontuli.safety.screen;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which language a text is in, by script, by letters that one language has, by its commonest words and by the
/// shape of others. Good enough to choose thresholds; every word list is read whatever the language.
final class LanguageGuess {
    private static final int READ_MAX = 2_000;
    private static final int SHAPE_MIN = 4;
    private static final String VIETNAMESE = "ăâđêôơư";
    private static final Map<String, Language> WORDS = words();
    private static final List<String> FINNISH_PARTS = List.of("aa", "ii", "uu", "yy");
    private static final List<String> FINNISH_ENDS =
            List.of("ssa", "sta", "lla", "lta", "nen", "kaan", "ksi", "vat", "iden", "ista");
    private static final List<String> ENGLISH_PARTS = List.of("th", "wh");
    private static final List<String> ENGLISH_ENDS = List.of("ing", "tion", "ed", "ly", "ness", "ment");
    private static final List<String> CODE_SIGNS = List.of(
            "();",
            "){",
            ") {",
            "};",
            "=>",
            "->",
            "==",
            "!=",
            "#include",
            "import ",
            "def ",
            "return ",
            "public ",
            "const ",
            "function",
            "print(",
            "&&",
            "||",
            "</",
            "/>",
            "self.",
            "::",
            "[i]",
            "+=",
            "var ",
            "let ");

    private final Map<Language, Integer> counts = new EnumMap<>(Language.class);
    private int letters;
    private int words;

    private LanguageGuess() {}

    /// Reads the first 2,000 units.
    static Language of(String text) {
        LanguageGuess guess = new LanguageGuess();
        String head = text.substring(0, Math.min(text.length(), READ_MAX)).toLowerCase(Locale.ROOT);
        guess.readLetters(head);
        guess.readWords(head);
        guess.readSigns(head);
        return guess.best();
    }

    private void add(Language language, int weight) {
        counts.merge(language, weight, Integer::sum);
    }

    private void readLetters(String head) {
        for (int i = 0; i < head.length(); i++) {
            char unit = head.charAt(i);
            letters += Character.isLetter(unit) ? 1 : 0;
            if (unit >= 0x3040 && unit <= 0x30FF) {
                add(Language.JA, 3);
            } else if (unit >= 0x4E00 && unit <= 0x9FFF) {
                add(Language.JA, 2);
            } else if (unit >= 0x900 && unit <= 0x97F) {
                add(Language.HI, 2);
            } else if (VIETNAMESE.indexOf(unit) >= 0 || (unit >= 0x1EA0 && unit <= 0x1EF9)) {
                add(Language.VI, 3);
            } else if (unit == 'ä' || unit == 'ö') {
                add(Language.FI, 2);
            }
        }
    }

    private void readWords(String head) {
        int start = -1;
        for (int i = 0; i <= head.length(); i++) {
            boolean letter = i < head.length() && Character.isLetter(head.charAt(i));
            if (letter && start < 0) {
                start = i;
            } else if (!letter && start >= 0) {
                readWord(head.substring(start, i));
                start = -1;
            }
        }
    }

    private void readWord(String word) {
        words++;
        Language known = WORDS.get(word);
        if (known != null) {
            add(known, 4);
        } else if (word.length() >= SHAPE_MIN) {
            if (FINNISH_PARTS.stream().anyMatch(word::contains)
                    || FINNISH_ENDS.stream().anyMatch(word::endsWith)) {
                add(Language.FI, 1);
            } else if (ENGLISH_PARTS.stream().anyMatch(word::contains)
                    || ENGLISH_ENDS.stream().anyMatch(word::endsWith)) {
                add(Language.EN, 1);
            }
        }
    }

    private void readSigns(String head) {
        int found = 0;
        for (String sign : CODE_SIGNS) {
            for (int at = head.indexOf(sign); at >= 0; at = head.indexOf(sign, at + sign.length())) {
                found++;
            }
        }
        if (found > 1) {
            add(Language.CODE, found * 6);
        }
    }

    private Language best() {
        Language best = Language.UNKNOWN;
        int most = words / 3;
        for (Map.Entry<Language, Integer> count : counts.entrySet()) {
            if (count.getValue() > most) {
                most = count.getValue();
                best = count.getKey();
            }
        }
        return letters == 0 && best != Language.CODE ? Language.UNKNOWN : best;
    }

    private static Map<String, Language> words() {
        Map<String, Language> words = new HashMap<>();
        put(
                words,
                Language.EN,
                "the of and to is that it for was with as his on be at by this had not are but from or have they"
                        + " which one you were her all she there would their we him been has when who will more if out so what how do i my"
                        + " your can me an in a about write explain does why should could please help");
        put(
                words,
                Language.FI,
                "ja on ei se että oli hän ovat mutta kun niin myös tai kuin joka jos mitä miten miksi minä sinä olen"
                        + " olla ole hänen sen ne he te tämä nyt vain jo sitten voi mikä missä minun kanssa mukaan jälkeen ennen"
                        + " kuinka onko anna kerro kirjoita voinko saan haluan pitäisi sekä eivät ettei");
        put(
                words,
                Language.HI,
                "hai hain kaise kya ka ki ke mein nahi nahin karo kare mujhe aur ko se banaye batao ek yeh ye woh wo"
                        + " tha thi kar karna karne liye bhi tum aap main mera meri mere kaun kahan kyun kyon raha rahe rahi hota hoti par"
                        + " pe banaen bataye bataiye chahiye sakta sakte kuch");
        put(
                words,
                Language.VI,
                "và là của có không được trong cho một những các với để người này đó khi tôi bạn làm thế nào cách hãy"
                        + " từ đã sẽ về như ra nào gì");
        put(
                words,
                Language.CODE,
                "int void null elif endif stdin stdout printf println argv struct nullptr async await");
        return Map.copyOf(words);
    }

    private static void put(Map<String, Language> words, Language language, String list) {
        Arrays.stream(list.split(" ", -1)).forEach(word -> words.putIfAbsent(word, language));
    }
}
