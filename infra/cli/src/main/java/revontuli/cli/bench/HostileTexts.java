package revontuli.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;

/// Twenty families of texts that make splitting or merging work hard, each of any size in characters.
final class HostileTexts {
    static final Map<String, IntFunction<String>> FAMILIES = families();

    private HostileTexts() {}

    static String of(String family, int size) {
        return Objects.requireNonNull(FAMILIES.get(family), family).apply(size);
    }

    private static Map<String, IntFunction<String>> families() {
        Map<String, IntFunction<String>> all = new LinkedHashMap<>();
        all.put("one letter", size -> "a".repeat(size));
        all.put("two letters", size -> "ab".repeat(size / 2));
        all.put("a word without spaces", size -> "thethe".repeat(size / 6));
        all.put("spaces", size -> " ".repeat(size));
        all.put("spaces and a letter", size -> " ".repeat(size - 1) + "a");
        all.put("line ends", size -> "\n".repeat(size));
        all.put("line ends and spaces", size -> "\n ".repeat(size / 2));
        all.put("tabs and line ends", size -> "\t\r\n".repeat(size / 3));
        all.put("underscores", size -> "_".repeat(size));
        all.put("signs", size -> "!?".repeat(size / 2));
        all.put("apostrophes", size -> "'".repeat(size));
        all.put("contractions", size -> "'s'S".repeat(size / 4));
        all.put("digits", size -> "1".repeat(size));
        all.put("one ideograph", size -> "\u4E2D".repeat(size));
        all.put("capitals after an ideograph", size -> "\u4E2D" + "A".repeat(size - 1));
        all.put("ideographs and capitals", size -> "\u4E2DA".repeat(size / 2));
        all.put("marks", size -> "e" + "\u0301\u0323".repeat(size / 2));
        all.put("emoji joined", size -> "\uD83D\uDC68\u200D".repeat(size / 3));
        all.put("beginnings of special tokens", size -> "<|endoftext|".repeat(size / 12));
        all.put("random letters", size -> random(size, 26, 'a'));
        all.put("random bytes of Latin", size -> random(size, 0x180, 0x100));
        return all;
    }

    private static String random(int size, int choices, int first) {
        Random random = new Random(size);
        StringBuilder text = new StringBuilder(size);
        for (int i = 0; i < size; i++) {
            text.append((char) (first + random.nextInt(choices)));
        }
        return text.toString();
    }
}
