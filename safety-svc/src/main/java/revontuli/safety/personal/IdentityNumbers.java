package revontuli.safety.personal;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/// Cards and the identity numbers of states. What has a checksum must pass it; what has none needs its name nearby.
final class IdentityNumbers {
    private static final double SURE = 0.97;
    private static final String CENTURY_18 = "+";
    private static final String CENTURY_19 = "-YXWVU";
    private static final String CENTURY_20 = "ABCDEF";
    private static final int PAN_LENGTH = 10;
    private static final int HETU_LENGTH = 11;
    private static final int PASSPORT_MIN = 8;

    private IdentityNumbers() {}

    static void find(String text, List<Sighting> found) {
        for (Numbers numbers : Numbers.in(text)) {
            card(text, numbers, found);
            twelve(text, numbers, found);
            ssn(text, numbers, found);
        }
        for (int at = 0; at + PAN_LENGTH <= text.length(); at++) {
            hetu(text, at, found);
            pan(text, at, found);
        }
        for (int at = 0; at + PASSPORT_MIN <= text.length(); at++) {
            passport(text, at, found);
        }
    }

    private static void card(String text, Numbers numbers, List<Sighting> found) {
        String digits = numbers.digits();
        int length = digits.length();
        boolean form = numbers.solid()
                || numbers.grouped(4, 4, 4, 4)
                || numbers.grouped(4, 6, 5)
                || numbers.grouped(4, 6, 4)
                || numbers.grouped(4, 4, 4, 4, 3);
        if (length < 12 || !form || !numbers.separatedBy(" -") || !issued(digits) || !Checksums.luhn(digits)) {
            return;
        }
        boolean named = Context.names(Kind.CARD, text, numbers.start(), numbers.end());
        boolean usual = length == 16 || length == 15;
        double alone = numbers.solid() ? (usual ? 0.75 : 0.4) : 0.9;
        found.add(sighting(Kind.CARD, numbers, named ? SURE : alone));
    }

    /// Lengths and first digits that card networks give out.
    private static boolean issued(String digits) {
        int two = Integer.parseInt(digits.substring(0, 2));
        int four = Integer.parseInt(digits.substring(0, 4));
        return switch (digits.length()) {
            case 12 -> two == 50 || (two >= 56 && two <= 69);
            case 13 -> two / 10 == 4;
            case 14 -> two == 36 || two == 38 || two == 39 || (four >= 3000 && four <= 3059);
            case 15 -> two == 34 || two == 37 || four == 2131 || four == 1800;
            case 16 ->
                two / 10 == 4
                        || (two >= 51 && two <= 55)
                        || (four >= 2221 && four <= 2720)
                        || four == 6011
                        || two == 65
                        || two == 62
                        || two == 60
                        || (four >= 6440 && four <= 6499)
                        || two == 35;
            case 19 -> two / 10 == 4 || two == 62;
            default -> false;
        };
    }

    private static void twelve(String text, Numbers numbers, List<Sighting> found) {
        String digits = numbers.digits();
        boolean form = numbers.solid() || numbers.grouped(4, 4, 4) || numbers.grouped(3, 3, 3, 3);
        if (digits.length() != 12 || !form || !numbers.separatedBy(" -")) {
            return;
        }
        boolean fours = numbers.grouped(4, 4, 4);
        if (digits.charAt(0) >= '2' && Checksums.verhoeff(digits)) {
            boolean named = Context.names(Kind.AADHAAR, text, numbers.start(), numbers.end());
            found.add(sighting(Kind.AADHAAR, numbers, named ? SURE : fours ? 0.6 : 0.4));
        }
        if (Checksums.myNumber(digits)) {
            boolean named = Context.names(Kind.MY_NUMBER, text, numbers.start(), numbers.end());
            found.add(sighting(Kind.MY_NUMBER, numbers, named ? SURE + 0.01 : 0.35));
        }
        int province = Integer.parseInt(digits.substring(0, 3));
        if (province >= 1 && province <= 96 && digits.charAt(3) <= '3') {
            boolean named = Context.names(Kind.CCCD, text, numbers.start(), numbers.end());
            found.add(sighting(Kind.CCCD, numbers, named ? 0.95 : 0.35));
        }
    }

    private static void ssn(String text, Numbers numbers, List<Sighting> found) {
        String digits = numbers.digits();
        boolean form = numbers.solid() || numbers.grouped(3, 2, 4);
        if (digits.length() != 9 || !form || !numbers.separatedBy(" -")) {
            return;
        }
        boolean issued = !digits.startsWith("000")
                && !digits.startsWith("666")
                && digits.charAt(0) != '9'
                && !digits.startsWith("00", 3)
                && !digits.endsWith("0000");
        if (issued) {
            boolean named = Context.names(Kind.SSN, text, numbers.start(), numbers.end());
            double alone = numbers.solid() ? 0.2 : numbers.separatedBy("-") ? 0.75 : 0.45;
            found.add(sighting(Kind.SSN, numbers, named ? SURE : alone));
        }
    }

    private static Sighting sighting(Kind kind, Numbers numbers, double score) {
        return new Sighting(kind, numbers.start(), numbers.end(), score);
    }

    /// `DDMMYYSNNNC`: the sign tells the century (`+` 18, `-YXWVU` 19, `ABCDEF` 20).
    private static void hetu(String text, int at, List<Sighting> found) {
        if (at + HETU_LENGTH > text.length() || text.charAt(at) > '3' || !Numbers.free(text, at - 1, -1)) {
            return;
        }
        String code = text.substring(at, at + HETU_LENGTH).toUpperCase(Locale.ROOT);
        if (code.length() != HETU_LENGTH || !digits(code, 0, 6) || !digits(code, 7, 10)) {
            return;
        }
        String sign = code.substring(6, 7);
        int century = CENTURY_19.contains(sign)
                ? 1900
                : CENTURY_20.contains(sign) ? 2000 : CENTURY_18.equals(sign) ? 1800 : 0;
        boolean ends = at + HETU_LENGTH == text.length() || Numbers.free(text, at + HETU_LENGTH, 1);
        boolean number = Integer.parseInt(code.substring(7, 10)) >= 2;
        if (century > 0 && ends && number && date(code, century)) {
            if (Checksums.hetu(code.substring(0, 6) + code.substring(7, 10), code.charAt(10))) {
                found.add(new Sighting(Kind.HETU, at, at + HETU_LENGTH, 0.99));
            }
        }
    }

    private static boolean date(String code, int century) {
        try {
            LocalDate.of(
                    century + Integer.parseInt(code.substring(4, 6)),
                    Integer.parseInt(code.substring(2, 4)),
                    Integer.parseInt(code.substring(0, 2)));
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }

    /// Five capitals, the fourth of which tells the kind of holder, four digits and a capital.
    private static void pan(String text, int at, List<Sighting> found) {
        boolean form = capitals(text, at, at + 5)
                && "ABCFGHLJPT".indexOf(text.charAt(at + 3)) >= 0
                && digits(text, at + 5, at + 9)
                && capitals(text, at + 9, at + 10)
                && Numbers.free(text, at - 1, -1)
                && Numbers.free(text, at + PAN_LENGTH, 1);
        if (form) {
            boolean named = Context.names(Kind.PAN, text, at, at + PAN_LENGTH);
            found.add(new Sighting(Kind.PAN, at, at + PAN_LENGTH, named ? 0.95 : 0.6));
        }
    }

    /// One or two capitals and seven digits (India: a capital and seven, Vietnam too, Finland and Japan: two and
    /// seven), or nine digits alone (United States), where a word nearby says passport.
    private static void passport(String text, int at, List<Sighting> found) {
        if (!Numbers.free(text, at - 1, -1)) {
            return;
        }
        int letters = 0;
        while (letters < 3 && at + letters < text.length() && capitals(text, at + letters, at + letters + 1)) {
            letters++;
        }
        int end = at + letters + (letters == 0 ? 9 : 7);
        boolean form =
                letters <= 2 && end <= text.length() && digits(text, at + letters, end) && Numbers.free(text, end, 1);
        if (form && Context.names(Kind.PASSPORT, text, at, end)) {
            found.add(new Sighting(Kind.PASSPORT, at, end, SURE));
        }
    }

    private static boolean digits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean capitals(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < 'A' || text.charAt(i) > 'Z') {
                return false;
            }
        }
        return true;
    }
}
