package revontuli.safety.personal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Telephone numbers: international with `+`, and as people write them in the five languages' countries and in
/// North America.
///
/// Own rules instead of libphonenumber: its matcher runs backtracking expressions over the text and reads metadata
/// files by class loading, and it takes bare digits in running text for numbers; here bare digits need a word that
/// names a telephone.
final class Phones {
    private static final int DIGITS_MIN = 7;
    private static final int DIGITS_MAX = 15;
    private static final int LENGTH_MAX = 26;
    private static final int EXTENSION_MAX = 6;
    private static final double NAMED = 0.95;
    private static final Set<String> COUNTRIES = Set.of(
            ("1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90"
                            + " 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235"
                            + " 236 237 238 239 240 241 242 243 244 245 246 248 249 250 251 252 253 254 255 256 257 258 260 261 262"
                            + " 263 264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372"
                            + " 373 374 375 376 377 378 380 381 382 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507"
                            + " 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683"
                            + " 685 686 687 688 689 690 691 692 850 852 853 855 856 880 886 960 961 962 963 964 965 966 967 968 970"
                            + " 971 972 973 974 975 976 977 992 993 994 995 996 998")
                    .split(" "));

    private Phones() {}

    /// The number as written up to the end of one of its groups.
    private record Written(int start, int end, String digits, List<Integer> groups, boolean plus, boolean bracket) {
        boolean solid() {
            return groups.size() == 1;
        }

        boolean grouped(Integer... sizes) {
            return groups.equals(List.of(sizes));
        }
    }

    static void find(String text, List<Sighting> found) {
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            boolean begins = unit == '+' || unit == '(' || digit(text, at);
            if (begins && Numbers.free(text, at - 1, -1) && !digit(text, at - 1)) {
                int end = longest(text, at, found);
                // What follows a plus is one number: its groups are not looked at by themselves.
                at = unit == '+' && end > at ? end - 1 : at;
            }
        }
    }

    /// Where the likeliest number that begins here ends; `start` where there is none.
    private static int longest(String text, int start, List<Sighting> found) {
        List<Written> all = read(text, start);
        double best = 0;
        int end = start;
        for (Written written : all) {
            int after = extensionEnd(text, written.end());
            boolean ends = after > written.end() || Numbers.free(text, written.end(), 1);
            if (written.digits().length() < DIGITS_MIN || !ends) {
                continue;
            }
            boolean named = Context.names(Kind.PHONE, text, written.start(), written.end());
            double score = score(written, named, named && Context.labelled(text, start));
            if (score >= best && score > 0) {
                best = score;
                end = after;
            }
        }
        if (best > 0) {
            found.add(new Sighting(Kind.PHONE, start, end, best));
        }
        return end;
    }

    /// Past the `x459` of an extension, where one stands at `at`; else `at`.
    private static int extensionEnd(String text, int at) {
        if (at + 1 >= text.length() || text.charAt(at) != 'x' || !digit(text, at + 1)) {
            return at;
        }
        int end = at + 1;
        while (digit(text, end) && end - at <= EXTENSION_MAX) {
            end++;
        }
        return Numbers.free(text, end, 1) ? end : at;
    }

    /// Reads groups with at most two separators between them; each group's end is a candidate.
    private static List<Written> read(String text, int start) {
        List<Written> all = new ArrayList<>();
        List<Integer> groups = new ArrayList<>();
        StringBuilder digits = new StringBuilder();
        boolean plus = text.charAt(start) == '+';
        boolean bracket = text.charAt(start) == '(';
        int at = plus || bracket ? start + 1 : start;
        while (at - start < LENGTH_MAX && digit(text, at)) {
            int from = at;
            while (digit(text, at) && at - from <= DIGITS_MAX) {
                at++;
            }
            digits.append(text, from, at);
            groups.add(at - from);
            if (digits.length() > DIGITS_MAX) {
                break;
            }
            all.add(new Written(start, at, digits.toString(), List.copyOf(groups), plus, bracket));
            for (int i = 0; i < 2 && at < text.length() && " -.()/".indexOf(text.charAt(at)) >= 0; i++) {
                bracket |= text.charAt(at) == '(';
                at++;
            }
        }
        return all;
    }

    private static double score(Written w, boolean named, boolean labelled) {
        String d = w.digits();
        if (w.plus()) {
            return d.length() >= 8 && country(d) ? 0.9 : 0;
        }
        double national =
                Math.max(Math.max(american(w), finnish(w)), Math.max(indian(w), Math.max(japanese(w), vietnamese(w))));
        if (named && national > 0) {
            return NAMED;
        }
        boolean loose = d.length() <= 13 && (labelled || !dateLike(w));
        double worded = named && loose ? (d.charAt(0) == '0' || w.bracket() || d.length() >= 9 ? 0.8 : 0.6) : 0;
        return Math.max(national, worded);
    }

    private static boolean country(String digits) {
        return COUNTRIES.contains(digits.substring(0, 1))
                || COUNTRIES.contains(digits.substring(0, 2))
                || COUNTRIES.contains(digits.substring(0, 3));
    }

    private static double american(Written w) {
        String d = w.digits();
        boolean one = w.grouped(1, 3, 3, 4) && d.charAt(0) == '1';
        String ten = one ? d.substring(1) : d;
        boolean form = one || w.grouped(3, 3, 4);
        return form && ten.charAt(0) >= '2' && ten.charAt(3) >= '2' ? 0.75 : 0;
    }

    private static double finnish(Written w) {
        String d = w.digits();
        boolean mobile = d.startsWith("050") || d.startsWith("04");
        if (!mobile || d.length() < 9 || d.length() > 10) {
            return 0;
        }
        return w.solid() ? 0.6 : w.groups().getFirst() == 3 ? 0.75 : 0;
    }

    private static double indian(Written w) {
        String d = w.digits();
        boolean zero = d.length() == 11 && d.charAt(0) == '0';
        String ten = zero ? d.substring(1) : d;
        if (ten.length() != 10 || ten.charAt(0) < '6') {
            return 0;
        }
        return w.grouped(5, 5) || w.grouped(6, 5) ? 0.7 : w.solid() ? 0.35 : 0;
    }

    private static double japanese(Written w) {
        String d = w.digits();
        if (d.charAt(0) != '0' || d.length() < 10 || d.length() > 11) {
            return 0;
        }
        boolean mobile = d.length() == 11 && d.charAt(2) == '0' && "5789".indexOf(d.charAt(1)) >= 0;
        if (mobile) {
            return w.grouped(3, 4, 4) ? 0.85 : w.solid() ? 0.6 : 0;
        }
        boolean land = w.grouped(2, 4, 4) || w.grouped(3, 3, 4) || w.grouped(4, 2, 4) || w.grouped(4, 3, 3);
        return d.length() == 10 && land ? 0.7 : 0;
    }

    private static double vietnamese(Written w) {
        String d = w.digits();
        if (d.length() != 10 || d.charAt(0) != '0' || "35789".indexOf(d.charAt(1)) < 0) {
            return 0;
        }
        return w.solid() ? 0.6 : w.groups().getFirst() >= 3 ? 0.75 : 0;
    }

    /// `2024-01-31`, `31.1.2024`, `1998 2005`, `12 000 000`: dates, years and counts, never telephones.
    private static boolean dateLike(Written w) {
        String d = w.digits();
        boolean yearFirst = year(d) && (w.grouped(4, 2, 2) || w.grouped(4, 4) || w.grouped(4, 2, 2, 2));
        boolean yearLast = year(d.substring(d.length() - 4)) && (w.grouped(2, 2, 4) || w.grouped(1, 2, 4));
        boolean singles = w.groups().stream().allMatch(size -> size == 1);
        boolean thousands = w.groups().size() > 1
                && w.groups().getFirst() < 4
                && w.groups().stream().skip(1).allMatch(size -> size == 3)
                && d.charAt(0) != '0'
                && !w.bracket();
        return yearFirst || yearLast || singles || thousands;
    }

    private static boolean year(String digits) {
        return digits.startsWith("19") || digits.startsWith("20");
    }

    private static boolean digit(String text, int at) {
        return at >= 0 && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }
}
