package revontuli.safety.classify;

import java.util.Set;

/// What a window is written in, as far as its letters tell. The model is surer of itself where it saw more harmful
/// texts; the shift takes that back.
enum Tongue {
    FINNISH(-0.55),
    VIETNAMESE(-3.85),
    HINDI(-0.56),
    JAPANESE(-0.65),
    /// English, romanized Hindi, and whatever else is in Latin letters.
    OTHER(-2.0);

    private static final String VIETNAMESE_LETTERS = "ăâđêôơư";
    private static final String[] FINNISH_PARTS = {"ä", "ö", "aa", "ii", "uu", "yy", "kk"};
    private static final String[] FINNISH_ENDS = {
        "ssa", "sta", "lla", "lta", "nen", "ksi", "vat", "iden", "ista", "lle", "sti", "isi", "dun", "ksen"
    };

    /// Small words that no other of these languages has.
    private static final Set<String> FINNISH_WORDS = Set.of(
            "miten",
            "kuinka",
            "miksi",
            "milloin",
            "kuka",
            "kenen",
            "kenet",
            "onko",
            "onks",
            "voiko",
            "voisi",
            "voin",
            "kerro",
            "neuvo",
            "auta",
            "haluan",
            "minun",
            "minua",
            "minulle",
            "sinun",
            "sinua",
            "joka",
            "joku",
            "jonkun",
            "jos",
            "kun",
            "kuin",
            "niin",
            "sitten",
            "vain",
            "kanssa",
            "ilman",
            "ennen",
            "mites",
            "mite",
            "mun",
            "mulle",
            "sulle",
            "hei",
            "kirjoita",
            "kirjota",
            "laadi",
            "keksi",
            "listaa",
            "selvitä",
            "olen",
            "oletko",
            "ovat",
            "oli",
            "ei",
            "eivät");

    private final double shift;

    Tongue(double shift) {
        this.shift = shift;
    }

    /// Added to the logarithm of the odds. Chosen on development data so that at most one in a hundred ordinary
    /// sentences and one in fifty ordinary questions of each language reaches the score of a refusal.
    double shift() {
        return shift;
    }

    /// What one word, or one character where words are not spaced, tells.
    static Tongue of(String text, int from, int to) {
        Tongue tongue = OTHER;
        for (int i = from; i < to && tongue == OTHER; i++) {
            char unit = text.charAt(i);
            if (unit >= 0x900 && unit <= 0x97F) {
                tongue = HINDI;
            } else if (unit >= 0x3040) {
                tongue = JAPANESE;
            } else if (VIETNAMESE_LETTERS.indexOf(unit) >= 0 || (unit >= 0x1EA0 && unit <= 0x1EF9)) {
                tongue = VIETNAMESE;
            }
        }
        return tongue == OTHER && finnish(text.substring(from, to)) ? FINNISH : tongue;
    }

    private static boolean finnish(String word) {
        if (FINNISH_WORDS.contains(word)) {
            return true;
        }
        for (String part : FINNISH_PARTS) {
            if (word.contains(part)) {
                return true;
            }
        }
        for (String end : FINNISH_ENDS) {
            if (word.length() > end.length() && word.endsWith(end)) {
                return true;
            }
        }
        return false;
    }

    /// How many of the items of a window must tell it, as one in so many.
    int oneIn() {
        return switch (this) {
            case FINNISH, HINDI, JAPANESE -> 3;
            case VIETNAMESE -> 4;
            case OTHER -> 1;
        };
    }
}
