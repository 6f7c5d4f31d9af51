package revontuli.safety.text;

import java.text.Normalizer;

/// The plain form: NFKC, no invisible characters, ASCII digits and dashes, no marks piled on Latin letters. Case is
/// kept.
///
/// Works on one base character with its marks at a time, at most [#MARKS_MAX] marks, so that a megabyte of
/// combining marks costs no more than a megabyte of letters.
final class Normal {
    static final int MARKS_MAX = 32;

    private Normal() {}

    static MappedText of(MappedText source) {
        String text = source.text();
        MappedText.Builder out = new MappedText.Builder(source);
        int at = 0;
        while (at < text.length()) {
            char unit = text.charAt(at);
            boolean alone = at + 1 == text.length() || text.charAt(at + 1) < 0x300;
            if (unit < 0x80 && alone) {
                out.append(unit, at, at + 1);
                at++;
            } else {
                at = segment(text, at, out);
            }
        }
        return out.build();
    }

    /// True where [#of] would return the same text.
    static boolean holds(MappedText source, MappedText plain) {
        return source.text().equals(plain.text());
    }

    private static int segment(String text, int from, MappedText.Builder out) {
        int base = text.codePointAt(from);
        int to = from + Character.charCount(base);
        for (int marks = 0; to < text.length() && marks < MARKS_MAX; marks++) {
            int next = text.codePointAt(to);
            if (!extendsBase(next)) {
                break;
            }
            to += Character.charCount(next);
        }
        String visible = visible(text, from, to);
        if (visible.isEmpty()) {
            return to;
        }
        String composed = Normalizer.isNormalized(visible, Normalizer.Form.NFKC)
                ? visible
                : Normalizer.normalize(visible, Normalizer.Form.NFKC);
        emit(composed, from, to, out);
        return to;
    }

    private static String visible(String text, int from, int to) {
        StringBuilder visible = new StringBuilder(to - from);
        for (int at = from; at < to; ) {
            int point = text.codePointAt(at);
            if (!invisible(point)) {
                visible.appendCodePoint(point);
            }
            at += Character.charCount(point);
        }
        return visible.toString();
    }

    private static void emit(String composed, int from, int to, MappedText.Builder out) {
        boolean latin = false;
        for (int at = 0; at < composed.length(); ) {
            int point = composed.codePointAt(at);
            at += Character.charCount(point);
            int type = Character.getType(point);
            boolean mark = type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
            if (mark && latin) {
                continue;
            }
            latin = Character.UnicodeScript.of(point) == Character.UnicodeScript.LATIN || point < 0x80;
            if (type == Character.DECIMAL_DIGIT_NUMBER) {
                out.append((char) ('0' + Character.digit(point, 10)), from, to);
            } else if (type == Character.DASH_PUNCTUATION || point == 0x2212) {
                out.append('-', from, to);
            } else if (point == 0x2019 || point == 0x2018 || point == 0x02BC) {
                out.append('\'', from, to);
            } else {
                out.append(Character.toString(point), from, to);
            }
        }
    }

    static boolean extendsBase(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || point == 0xFF9E
                || point == 0xFF9F;
    }

    /// Characters that show nothing: formats, bidi controls, joiners, variation selectors, fillers, tags.
    static boolean invisible(int point) {
        if (point < 0xAD) {
            return false;
        }
        return Character.getType(point) == Character.FORMAT
                || point == 0x034F
                || point == 0x115F
                || point == 0x1160
                || point == 0x17B4
                || point == 0x17B5
                || (point >= 0x180B && point <= 0x180F)
                || point == 0x3164
                || point == 0xFFA0
                || (point >= 0xFE00 && point <= 0xFE0F)
                || (point >= 0xE0000 && point <= 0xE0FFF);
    }
}
