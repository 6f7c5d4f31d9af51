package revontuli.safety.personal;

import java.util.ArrayList;
import java.util.List;

/// Groups of digits with one separator between them, as people write numbers: `4111 1111 1111 1111`, `123-45-6789`.
record Numbers(int start, int end, String digits, List<Integer> groups, String separators) {
    private static final int DIGITS_MAX = 19;
    private static final int GROUPS_MAX = 6;

    /// All ways to take neighbouring groups of a text together, so that a number is found also beside another one.
    static List<Numbers> in(String text) {
        List<Numbers> found = new ArrayList<>();
        for (int at = 0; at < text.length(); at++) {
            boolean begins = digit(text, at) && !digit(text, at - 1);
            if (begins && free(text, at - 1, -1)) {
                from(text, at, found);
            }
        }
        return found;
    }

    private static void from(String text, int start, List<Numbers> found) {
        StringBuilder digits = new StringBuilder();
        StringBuilder separators = new StringBuilder();
        List<Integer> groups = new ArrayList<>();
        int at = start;
        while (groups.size() < GROUPS_MAX) {
            int group = at;
            while (digit(text, at) && at - group <= DIGITS_MAX) {
                at++;
            }
            if (digits.length() + at - group > DIGITS_MAX) {
                return;
            }
            digits.append(text, group, at);
            groups.add(at - group);
            if (free(text, at, 1)) {
                found.add(new Numbers(start, at, digits.toString(), List.copyOf(groups), separators.toString()));
            }
            if (at >= text.length() || " -.".indexOf(text.charAt(at)) < 0 || !digit(text, at + 1)) {
                return;
            }
            separators.append(text.charAt(at));
            at++;
        }
    }

    boolean grouped(Integer... sizes) {
        return groups.equals(List.of(sizes));
    }

    boolean separatedBy(String allowed) {
        return separators.chars().allMatch(c -> allowed.indexOf(c) >= 0)
                && separators.chars().distinct().count() <= 1;
    }

    boolean solid() {
        return groups.size() == 1;
    }

    /// True where a word begins: no letter or digit stands before, or one of a script without spaces.
    static boolean begins(String text, int at) {
        return at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)) || text.charAt(at - 1) >= 0x2E80;
    }

    /// True where nothing at `at` continues a number or name in the direction `step`: no letter, no `_`, no money
    /// sign, and no point, comma, slash or dash with a digit beyond.
    static boolean free(String text, int at, int step) {
        if (at < 0 || at >= text.length()) {
            return true;
        }
        char unit = text.charAt(at);
        if (Character.isLetterOrDigit(unit)) {
            return unit >= 0x2E80;
        }
        boolean joint = ".,-/:".indexOf(unit) >= 0 && digit(text, at + step);
        return !joint && "_$€£¥₹#".indexOf(unit) < 0;
    }

    private static boolean digit(String text, int at) {
        return at >= 0 && at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }
}
