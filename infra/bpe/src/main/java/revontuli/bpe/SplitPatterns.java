package revontuli.bpe;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The split patterns that have a scanner. Every one of them covers every character, so that nothing lies between two
/// matches.
final class SplitPatterns {
    static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
    static final String LLAMA3 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    static final String QWEN2 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    static final String QWEN_MARKS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    static final String CL100K = "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}"
            + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+";
    private static final String CAPITALS = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String SMALL = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String PREFIX = "[^\\r\\n\\p{L}\\p{N}]?";
    private static final String ENDING = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
    static final String O200K = PREFIX + CAPITALS + "*" + SMALL + "+" + ENDING + "|" + PREFIX + CAPITALS + "+" + SMALL
            + "*" + ENDING + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    static final String TEKKEN = PREFIX + CAPITALS + "*" + SMALL + "+|" + PREFIX + CAPITALS + "+" + SMALL
            + "*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final Map<String, Scanner> KNOWN = Map.of(
            GPT2,
            new GptScanner(),
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            new GptScanner(),
            LLAMA3,
            new LineScanner(CodePoints.LETTER, 3),
            CL100K,
            new LineScanner(CodePoints.LETTER, 3),
            "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                    + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            new LineScanner(CodePoints.LETTER, 3),
            QWEN2,
            new LineScanner(CodePoints.LETTER, 1),
            QWEN_MARKS,
            new LineScanner(CodePoints.LETTER | CodePoints.MARK, 1),
            O200K,
            new CamelScanner(true, 3),
            TEKKEN,
            new CamelScanner(false, 1));

    private SplitPatterns() {}

    static @Nullable Scanner find(String pattern) {
        return KNOWN.get(pattern);
    }
}
