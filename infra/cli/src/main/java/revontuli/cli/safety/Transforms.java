package revontuli.cli.safety;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Disguises that leave a text readable to people or to a model. A text in a script that a disguise does not touch
/// stays as it is.
final class Transforms {
    private static final String LATIN = "aceijopsxyABCEHIKMOPTXY";
    private static final String CYRILLIC = "асеіјорѕхуАВСЕНІКМОРТХУ";
    private static final String PLAIN_LEET = "aeiost";
    private static final String LEET = "43105+";
    private static final int BOLD_LOWER = 0x1D41A;
    private static final int BOLD_UPPER = 0x1D400;

    private Transforms() {}

    /// By name, in the order of the report.
    static Map<String, UnaryOperator<String>> all() {
        Map<String, UnaryOperator<String>> all = new LinkedHashMap<>();
        all.put("upper-case", text -> text.toUpperCase(Locale.ROOT));
        all.put("full-width", text -> each(text, unit -> unit > ' ' && unit < 0x7F ? unit + 0xFEE0 : unit));
        all.put("mathematical-bold", text -> each(text, Transforms::bold));
        all.put("decomposed", text -> Normalizer.normalize(text, Normalizer.Form.NFD));
        all.put("zero-width-spaces", text -> between(text, "\u200B"));
        all.put("soft-hyphens", text -> between(text, "\u00AD"));
        all.put("variation-selectors", text -> between(text, "\uFE0F"));
        all.put("combining-marks", text -> each2(text, "\u0334\u0316"));
        all.put("look-alikes", text -> mapped(text, LATIN, CYRILLIC));
        all.put("leet", text -> mapped(text, PLAIN_LEET, LEET));
        all.put("reversed-with-bidi", text -> "\u202E" + new StringBuilder(text).reverse() + "\u202C");
        all.put("base64", text -> Base64.getEncoder().encodeToString(bytes(text)));
        all.put("base64-twice", text -> Base64.getEncoder()
                .encodeToString(bytes(Base64.getEncoder().encodeToString(bytes(text)))));
        all.put("hex", text -> HexFormat.of().formatHex(bytes(text)));
        all.put("percent", Transforms::percent);
        all.put("rot13", text -> each(text, Transforms::rotated));
        return all;
    }

    private interface Unit {
        int of(int point);
    }

    private static String each(String text, Unit unit) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(point -> out.appendCodePoint(unit.of(point)));
        return out.toString();
    }

    private static int bold(int point) {
        if (point >= 'a' && point <= 'z') {
            return BOLD_LOWER + point - 'a';
        }
        return point >= 'A' && point <= 'Z' ? BOLD_UPPER + point - 'A' : point;
    }

    private static int rotated(int point) {
        int first = point >= 'a' && point <= 'z' ? 'a' : point >= 'A' && point <= 'Z' ? 'A' : 0;
        return first == 0 ? point : first + (point - first + 13) % 26;
    }

    private static String between(String text, String sign) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(point -> {
            out.appendCodePoint(point);
            if (Character.isLetter(point)) {
                out.append(sign);
            }
        });
        return out.toString();
    }

    private static String each2(String text, String marks) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(point -> {
            out.appendCodePoint(point);
            if (Character.isLetter(point) && point < 0x250) {
                out.append(marks);
            }
        });
        return out.toString();
    }

    private static String mapped(String text, String from, String to) {
        return each(text, point -> {
            int at = from.indexOf(point);
            return at < 0 ? point : to.charAt(at);
        });
    }

    private static String percent(String text) {
        StringBuilder out = new StringBuilder();
        for (byte one : bytes(text)) {
            out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
        }
        return out.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
