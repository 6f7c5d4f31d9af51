package revontuli.safety.personal;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Names of people by what is said around them: somebody is introduced, a form is filled in, a letter begins or ends. A
/// name that merely occurs is not looked for: most are of people whom everybody may name.
final class Names {
    private static final double INTRODUCED = 0.9;
    private static final double ADDRESSED = 0.75;
    private static final double LOWER_CASE = 0.6;
    private static final int NAME_WORDS_MAX = 5;
    private static final int NAME_UNITS_MAX = 60;
    private static final int JAPANESE_UNITS_MAX = 10;

    private static final List<Cue> CUES = new ArrayList<>();

    /// What may stand within a Latin name in lower case.
    private static final Set<String> PARTICLES =
            Set.of("de", "da", "di", "du", "la", "le", "van", "von", "der", "den", "ten", "bin", "al", "af");

    /// Words that follow an introduction and are no name.
    private static final Set<String> NO_NAMES = Set.of(
            "a",
            "an",
            "the",
            "not",
            "no",
            "on",
            "in",
            "of",
            "my",
            "your",
            "his",
            "her",
            "its",
            "their",
            "our",
            "also",
            "too",
            "very",
            "so",
            "spelled",
            "spelt",
            "written",
            "pronounced",
            "unknown",
            "important",
            "mentioned",
            "missing",
            "wrong",
            "misspelled",
            "what",
            "that",
            "this",
            "just",
            "only",
            "ei",
            "ole",
            "väärin",
            "sama",
            "se",
            "tuntematon",
            "hai",
            "kya",
            "nahi",
            "gì",
            "không",
            "एक",
            "क्या",
            "नहीं",
            "गलत",
            "सूची",
            "वही");

    /// Ends of a Japanese introduction.
    private static final List<String> JAPANESE_ENDS = List.of("です", "といいます", "と言います", "と申します", "でございます", "だ");

    private static final Set<String> NO_JAPANESE_NAMES =
            Set.of("何", "誰", "秘密", "未定", "不明", "お客", "皆", "神", "王", "仏", "各位", "以上", "別名", "同じ", "匿名");

    static {
        cues(
                Form.LATIN_ANY_CASE,
                INTRODUCED,
                "my name is|my full name is|my name's|my names|his name is|her name is|wife's name is|husband's name is"
                        + "|son's name is|daughter's name is|mother's name is|father's name is|brother's name is|sister's name is"
                        + "|friend's name is|patient's name is|customer's name is|mera naam|mera nam|meraa naam"
                        + "|nimeni on|mun nimi on|minun nimi on|hänen nimensä on|vaimoni nimi on|mieheni nimi on|poikani nimi on"
                        + "|tyttäreni nimi on|äitini nimi on|isäni nimi on|veljeni nimi on|siskoni nimi on|ystäväni nimi on"
                        + "|potilaan nimi on|asiakkaan nimi on");
        cues(
                Form.LATIN,
                INTRODUCED,
                "tên tôi là|tên em là|tên mình là|tên cháu là|tên con là|tên anh là|tên chị là|tôi tên là|tôi tên|em tên là|em tên"
                        + "|mình tên là|mình tên|cháu tên là|anh ấy tên là|cô ấy tên là|chị ấy tên là|ông ấy tên là|bà ấy tên là"
                        + "|chồng tôi tên là|vợ tôi tên là|con tôi tên là|bệnh nhân tên là|khách hàng tên là");
        cues(
                Form.LATIN,
                ADDRESSED,
                "dear mr|dear mrs|dear ms|dear miss|dear dr|dear prof|dear professor|hyvä herra|hyvä rouva|arvoisa herra"
                        + "|arvoisa rouva|kính gửi ông|kính gửi bà|kính gửi anh|kính gửi chị|kính thưa ông|kính thưa bà");
        cues(
                Form.LATIN_TWO,
                ADDRESSED,
                "full name:|first and last name:|name:|koko nimi:|nimi:|etu- ja sukunimi:|họ tên:|họ và tên:|best regards,"
                        + "|kind regards,|regards,|yours sincerely,|sincerely,|terveisin|ystävällisin terveisin,|trân trọng,|täällä");
        cues(
                Form.DEVANAGARI,
                INTRODUCED,
                "मेरा नाम|मेरा पूरा नाम|उनका नाम|पति का नाम|पत्नी का नाम|बेटे का नाम|बेटी का नाम|पिता का नाम|माता का नाम|माँ का नाम|भाई का नाम"
                        + "|बहन का नाम|दोस्त का नाम|मरीज़ का नाम|ग्राहक का नाम|पूरा नाम:|नाम:");
        cues(
                Form.DEVANAGARI,
                ADDRESSED,
                "प्रिय श्री|प्रिय श्रीमती|आदरणीय श्री|आदरणीय श्रीमती|माननीय श्री|भवदीय,|भवदीया,");
        cues(
                Form.JAPANESE,
                INTRODUCED,
                "私の名前は|わたしの名前は|僕の名前は|俺の名前は|彼の名前は|彼女の名前は|妻の名前は|夫の名前は|息子の名前は|娘の名前は|母の名前は" + "|父の名前は|患者の名前は|患者名は|本名は|氏名は");
        cues(Form.JAPANESE_FORM, INTRODUCED, "氏名:|お名前:|名前:|患者名:");
        cues(Form.JAPANESE_BEFORE, INTRODUCED, "と申します|と申す者です");
    }

    private Names() {}

    /// How the name stands to the words that tell of it.
    private enum Form {
        /// Capitalised words follow.
        LATIN,
        /// Two or more of them.
        LATIN_TWO,
        /// Or one word in lower case that ends the sentence.
        LATIN_ANY_CASE,
        DEVANAGARI,
        JAPANESE,
        JAPANESE_FORM,
        JAPANESE_BEFORE
    }

    private record Cue(String words, Form form, double score) {}

    private static void cues(Form form, double score, String words) {
        for (String one : words.split("\\|", -1)) {
            CUES.add(new Cue(Normalizer.normalize(one, Normalizer.Form.NFKC), form, score));
        }
    }

    static void find(String text, List<Sighting> found) {
        String lower = lower(text);
        for (Cue cue : CUES) {
            for (int at = lower.indexOf(cue.words()); at >= 0; at = lower.indexOf(cue.words(), at + 1)) {
                if (begins(text, at, cue)) {
                    read(text, at, cue, found);
                }
            }
        }
    }

    /// Each unit for itself, so that places stay what they are.
    private static String lower(String text) {
        char[] units = text.toCharArray();
        for (int i = 0; i < units.length; i++) {
            units[i] = units[i] == '’' ? '\'' : Character.toLowerCase(units[i]);
        }
        return new String(units);
    }

    private static boolean begins(String text, int at, Cue cue) {
        return switch (cue.form()) {
            case JAPANESE, JAPANESE_FORM, JAPANESE_BEFORE -> true;
            case LATIN, LATIN_TWO, LATIN_ANY_CASE, DEVANAGARI -> at == 0 || !letter(text.charAt(at - 1));
        };
    }

    private static void read(String text, int at, Cue cue, List<Sighting> found) {
        int after = at + cue.words().length();
        switch (cue.form()) {
            case LATIN -> latin(text, after, 1, cue.score(), found);
            case LATIN_TWO -> latin(text, after, 2, cue.score(), found);
            case LATIN_ANY_CASE -> {
                if (!latin(text, after, 1, cue.score(), found)) {
                    lowerCase(text, after, found);
                }
            }
            case DEVANAGARI -> devanagari(text, after, cue.score(), found);
            case JAPANESE -> japanese(text, after, false, cue.score(), found);
            case JAPANESE_FORM -> japanese(text, after, true, cue.score(), found);
            case JAPANESE_BEFORE -> japaneseBefore(text, at, cue.score(), found);
        }
    }

    private static int skip(String text, int from) {
        int at = from;
        while (at < text.length() && at - from < 4 && " :.\n\"'“”„「『".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private static boolean latin(String text, int after, int least, double score, List<Sighting> found) {
        int start = skip(text, after);
        if (start == after) {
            return false;
        }
        int end = start;
        int words = 0;
        int at = start;
        while (words < NAME_WORDS_MAX && at < text.length() && at - start < NAME_UNITS_MAX) {
            int to = wordEnd(text, at);
            String word = text.substring(at, to);
            boolean name = !word.isEmpty() && Character.isUpperCase(word.codePointAt(0)) && word.charAt(0) < 0x2E80;
            if (name && !(words == 0 && NO_NAMES.contains(word.toLowerCase(java.util.Locale.ROOT)))) {
                boolean initial = to - at == 1 && to < text.length() && text.charAt(to) == '.';
                end = initial ? to + 1 : to;
                words++;
                to = end;
            } else if (words == 0 || !PARTICLES.contains(word)) {
                break;
            }
            if (to >= text.length() || text.charAt(to) != ' ') {
                break;
            }
            at = to + 1;
        }
        if (words >= least) {
            found.add(new Sighting(Kind.NAME, start, end, score));
        }
        return words >= least;
    }

    private static void lowerCase(String text, int after, List<Sighting> found) {
        int start = skip(text, after);
        int end = wordEnd(text, start);
        if (start == after || end - start < 2 || text.charAt(start) >= 0x250) {
            return;
        }
        String word = text.substring(start, end);
        String rest = text.substring(end, Math.min(text.length(), end + 5)).stripLeading();
        boolean ends = rest.isEmpty()
                || ".,!?;\n".indexOf(rest.charAt(0)) >= 0
                || rest.startsWith("and ")
                || rest.startsWith("ja ")
                || rest.startsWith("hai");
        if (ends && !NO_NAMES.contains(word.toLowerCase(java.util.Locale.ROOT))) {
            found.add(new Sighting(Kind.NAME, start, end, LOWER_CASE));
        }
    }

    private static int wordEnd(String text, int from) {
        int to = from;
        while (to < text.length() && (letter(text.charAt(to)) || (to > from && joins(text, to)))) {
            to++;
        }
        return to;
    }

    /// A hyphen or an apostrophe between letters.
    private static boolean joins(String text, int at) {
        return "-'’".indexOf(text.charAt(at)) >= 0 && at + 1 < text.length() && letter(text.charAt(at + 1));
    }

    private static boolean letter(char unit) {
        int type = Character.getType(unit);
        return Character.isLetter(unit)
                || type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }

    /// Up to four words in Devanagari or Latin, before `है`, a stop, or the end.
    private static void devanagari(String text, int after, double score, List<Sighting> found) {
        int start = skip(text, after);
        if (start == after || start >= text.length()) {
            return;
        }
        if (text.charAt(start) < 0x250) {
            latin(text, after, 1, score, found);
            return;
        }
        int end = start;
        for (int words = 0, at = start; words < NAME_WORDS_MAX; words++) {
            int to = wordEnd(text, at);
            String word = text.substring(at, to);
            boolean name = to > at && text.charAt(at) >= 0x900 && text.charAt(at) <= 0x97F;
            if (word.equals("नहीं")) {
                return;
            }
            if (!name || word.equals("है") || word.equals("हैं") || word.equals("और") || word.equals("जी")) {
                break;
            }
            if (words == NAME_WORDS_MAX - 1 || (words == 0 && NO_NAMES.contains(word))) {
                return;
            }
            end = to;
            if (to >= text.length() || text.charAt(to) != ' ') {
                break;
            }
            at = to + 1;
        }
        if (end > start) {
            found.add(new Sighting(Kind.NAME, start, end, score));
        }
    }

    /// What stands between the cue and the end of the introduction, or of the line of a form.
    private static void japanese(String text, int after, boolean form, double score, List<Sighting> found) {
        int start = skip(text, after);
        int end = start;
        while (end < text.length() && end - start <= JAPANESE_UNITS_MAX && japanese(text, end) && !ended(text, end)) {
            end++;
        }
        if (form || ended(text, end)) {
            japaneseName(text, start, end, score, found);
        }
    }

    private static boolean ended(String text, int at) {
        return JAPANESE_ENDS.stream().anyMatch(end -> text.startsWith(end, at));
    }

    /// Hiragana right before, and the Chinese characters and katakana before them.
    private static void japaneseBefore(String text, int end, double score, List<Sighting> found) {
        int start = end;
        while (start > 0
                && end - start <= JAPANESE_UNITS_MAX
                && hiragana(text, start - 1)
                && "はの".indexOf(text.charAt(start - 1)) < 0) {
            start--;
        }
        while (start > 0
                && end - start <= JAPANESE_UNITS_MAX
                && japanese(text, start - 1)
                && !hiragana(text, start - 1)) {
            start--;
        }
        japaneseName(text, start, end, score, found);
    }

    private static void japaneseName(String text, int start, int end, double score, List<Sighting> found) {
        int length = end - start;
        if (length >= 2 && length <= JAPANESE_UNITS_MAX && !NO_JAPANESE_NAMES.contains(text.substring(start, end))) {
            found.add(new Sighting(Kind.NAME, start, end, score));
        }
    }

    private static boolean japanese(String text, int at) {
        char unit = text.charAt(at);
        boolean han = (unit >= 0x3400 && unit <= 0x9FFF) || unit == '々';
        return han || (unit >= 0x3041 && unit <= 0x30FF);
    }

    private static boolean hiragana(String text, int at) {
        char unit = text.charAt(at);
        return unit >= 0x3041 && unit <= 0x309F;
    }
}
