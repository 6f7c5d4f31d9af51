package revontuli.safety.screen;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which language a text is in, by script, by letters that one language has, and by its commonest words.
/// Good enough to choose thresholds; every word list is read whatever the language.
public enum Language {
    EN("en"),
    FI("fi"),
    HI("hi"),
    JA("ja"),
    VI("vi"),
    CODE("code"),
    UNKNOWN("und");

    private static final int READ_MAX = 2_000;
    private static final String VIETNAMESE = "ăâđêôơư";
    private static final Map<String, Language> WORDS = words();
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

    private final String id;

    Language(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    /// Reads the first 2,000 units.
    public static Language of(String text) {
        String head = text.substring(0, Math.min(text.length(), READ_MAX)).toLowerCase(Locale.ROOT);
        int[] counts = new int[values().length];
        int letters = 0;
        for (int i = 0; i < head.length(); i++) {
            char unit = head.charAt(i);
            letters += Character.isLetter(unit) ? 1 : 0;
            if (unit >= 0x3040 && unit <= 0x30FF) {
                counts[JA.ordinal()] += 3;
            } else if (unit >= 0x4E00 && unit <= 0x9FFF) {
                counts[JA.ordinal()] += 2;
            } else if (unit >= 0x900 && unit <= 0x97F) {
                counts[HI.ordinal()] += 2;
            } else if (VIETNAMESE.indexOf(unit) >= 0 || (unit >= 0x1EA0 && unit <= 0x1EF9)) {
                counts[VI.ordinal()] += 3;
            } else if (unit == 'ä' || unit == 'ö') {
                counts[FI.ordinal()] += 2;
            }
        }
        counts[CODE.ordinal()] = codeSigns(head) * 6;
        int words = count(head, counts);
        return best(counts, letters, words);
    }

    private static int count(String head, int[] counts) {
        int words = 0;
        int start = -1;
        for (int i = 0; i <= head.length(); i++) {
            boolean letter = i < head.length() && Character.isLetter(head.charAt(i));
            if (letter && start < 0) {
                start = i;
            } else if (!letter && start >= 0) {
                String word = head.substring(start, i);
                Language language = WORDS.get(word);
                counts[language == null ? ending(word).ordinal() : language.ordinal()] += language == null ? 1 : 4;
                words++;
                start = -1;
            }
        }
        return words;
    }

    /// What a word's form hints at: doubled vowels and endings of Finnish, endings of English.
    private static Language ending(String word) {
        if (word.length() >= 4) {
            boolean finnish = word.contains("aa")
                    || word.contains("ii")
                    || word.contains("uu")
                    || word.endsWith("ssa")
                    || word.endsWith("sta")
                    || word.endsWith("lla")
                    || word.endsWith("lta")
                    || word.endsWith("nen")
                    || word.endsWith("kaan")
                    || word.endsWith("ksi")
                    || word.endsWith("vat")
                    || word.contains("yy");
            if (finnish) {
                return FI;
            }
            boolean english = word.endsWith("ing")
                    || word.endsWith("tion")
                    || word.endsWith("ed")
                    || word.endsWith("ly")
                    || word.contains("th")
                    || word.contains("wh");
            if (english) {
                return EN;
            }
        }
        return UNKNOWN;
    }

    private static Language best(int[] counts, int letters, int words) {
        Language best = UNKNOWN;
        int most = Math.max(0, words / 3);
        for (Language language : values()) {
            if (language != UNKNOWN && counts[language.ordinal()] > most) {
                most = counts[language.ordinal()];
                best = language;
            }
        }
        return letters == 0 && best != CODE ? UNKNOWN : best;
    }

    private static int codeSigns(String head) {
        int found = 0;
        for (String sign : CODE_SIGNS) {
            for (int at = head.indexOf(sign); at >= 0; at = head.indexOf(sign, at + sign.length())) {
                found++;
            }
        }
        return found <= 1 ? 0 : found;
    }

    private static Map<String, Language> words() {
        Map<String, Language> words = new HashMap<>();
        put(
                words,
                EN,
                "the of and to is that it for was with as his on be at by this had not are but from or have they which one"
                        + " you were her all she there would their we him been has when who will more if out so what how do i my your can"
                        + " me an in a about write explain does why should could please help");
        put(
                words,
                FI,
                "ja on ei se että oli hän ovat mutta kun niin myös tai kuin joka jos mitä miten miksi minä sinä olen"
                        + " olla ole hänen sen ne he me te tämä nyt vain jo sitten voi mikä missä minun kanssa mukaan jälkeen ennen kuinka"
                        + " onko anna kerro kirjoita voinko saan haluan pitäisi sekä eivät ettei");
        put(
                words,
                HI,
                "hai hain kaise kya ka ki ke mein nahi nahin karo kare mujhe aur ko se banaye batao ek yeh ye woh wo tha thi"
                        + " kar karna karne liye bhi tum aap main mera meri mere kaun kahan kyun kyon raha rahe rahi hota hoti par pe"
                        + " banaen bataye bataiye chahiye sakta sakte kuch");
        put(
                words,
                VI,
                "và là của có không được trong cho một những các với để người này đó khi tôi bạn làm thế nào cách hãy từ đã"
                        + " sẽ về như ra nào gì");
        put(words, CODE, "int void null elif endif stdin stdout printf println argv struct nullptr async await");
        return Map.copyOf(words);
    }

    private static void put(Map<String, Language> words, Language language, String list) {
        Arrays.stream(list.split(" ")).forEach(word -> words.putIfAbsent(word, language));
    }
}
