package revontuli.safety.encoder;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What a `tokenizer.json` does to a text before it is cut, as its `normalizer` says.
final class TextNormalizer {
    private TextNormalizer() {}

    static UnaryOperator<String> of(JsonFile tokenizer) {
        Optional<JsonFile> normalizer = tokenizer.findObject("normalizer");
        return normalizer.map(TextNormalizer::one).orElse(UnaryOperator.identity());
    }

    private static UnaryOperator<String> one(JsonFile normalizer) {
        String type = normalizer.text("type");
        return switch (type) {
            case "BertNormalizer" -> bert(normalizer);
            case "Precompiled" -> charsMap(normalizer);
            case "Lowercase" -> text -> text.toLowerCase(Locale.ROOT);
            case "StripAccents" -> TextNormalizer::withoutMarks;
            case "NFC" -> text -> Normalizer.normalize(text, Normalizer.Form.NFC);
            case "NFD" -> text -> Normalizer.normalize(text, Normalizer.Form.NFD);
            case "NFKC" -> text -> Normalizer.normalize(text, Normalizer.Form.NFKC);
            case "NFKD" -> text -> Normalizer.normalize(text, Normalizer.Form.NFKD);
            case "Sequence" -> {
                List<UnaryOperator<String>> steps = new ArrayList<>();
                normalizer.objects("normalizers").forEach(step -> steps.add(one(step)));
                yield text -> {
                    String changed = text;
                    for (UnaryOperator<String> step : steps) {
                        changed = step.apply(changed);
                    }
                    return changed;
                };
            }
            default -> throw normalizer.malformed("type", "is " + type + ", which is not done here");
        };
    }

    private static UnaryOperator<String> charsMap(JsonFile normalizer) {
        try {
            return new CharsMap(Base64.getDecoder().decode(normalizer.text("precompiled_charsmap")))::normalized;
        } catch (IllegalArgumentException _) {
            throw normalizer.malformed("precompiled_charsmap", "is no table of characters in base64");
        }
    }

    private static UnaryOperator<String> bert(JsonFile normalizer) {
        boolean clean = normalizer.flagOr("clean_text", true);
        boolean spaced = normalizer.flagOr("handle_chinese_chars", true);
        boolean lower = normalizer.flagOr("lowercase", true);
        boolean bare = normalizer.flagOr("strip_accents", lower);
        return text -> {
            String changed = clean ? cleaned(text) : text;
            changed = spaced ? spacedOut(changed) : changed;
            changed = bare ? withoutMarks(Normalizer.normalize(changed, Normalizer.Form.NFD)) : changed;
            return lower ? changed.toLowerCase(Locale.ROOT) : changed;
        };
    }

    private static String cleaned(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (space(point)) {
                out.append(' ');
            } else if (point != 0 && point != 0xFFFD && !control(point)) {
                out.appendCodePoint(point);
            }
        });
        return out.toString();
    }

    static boolean space(int point) {
        return point == '\t'
                || point == '\n'
                || point == '\r'
                || point == 0x85
                || Character.isSpaceChar(point)
                || (point >= 0x0B && point <= 0x0C);
    }

    private static boolean control(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static String spacedOut(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> {
            if (chinese(point)) {
                out.append(' ').appendCodePoint(point).append(' ');
            } else {
                out.appendCodePoint(point);
            }
        });
        return out.toString();
    }

    private static boolean chinese(int point) {
        return (point >= 0x4E00 && point <= 0x9FFF)
                || (point >= 0x3400 && point <= 0x4DBF)
                || (point >= 0x20000 && point <= 0x2A6DF)
                || (point >= 0x2A700 && point <= 0x2B73F)
                || (point >= 0x2B740 && point <= 0x2B81F)
                || (point >= 0x2B920 && point <= 0x2CEAF)
                || (point >= 0xF900 && point <= 0xFAFF)
                || (point >= 0x2F800 && point <= 0x2FA1F);
    }

    private static String withoutMarks(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .filter(point -> Character.getType(point) != Character.NON_SPACING_MARK)
                .forEach(out::appendCodePoint);
        return out.toString();
    }
}
