package revontuli.bpe;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What vocabulary to learn.
///
/// @param size tokens in all: the special ones, the 256 bytes, and what is learned; fewer if the text gives no more
/// @param pairCountMin a pair that occurs less often is not merged
/// @param specials contents of special tokens, which get the first ids in their order and are never made by merging
/// @param split how text is cut into words
/// @param tokenBytesMax bytes of the longest token that may be learned
public record VocabularyPlan(int size, long pairCountMin, List<String> specials, Split split, int tokenBytesMax) {
    private static final int SIZE_MAX = 1 << 20;
    private static final int SPECIALS_MAX = 1024;
    private static final int SPECIAL_CHARS_MAX = 256;

    /// Ways to cut text into words, by the tokenizers that made them known.
    public enum Split {
        /// GPT-2's pattern.
        GPT2,
        /// Every digit alone, then GPT-2's pattern.
        STARCODER,
        LLAMA3,
        QWEN2,
        O200K
    }

    public VocabularyPlan {
        specials = List.copyOf(specials);
        Set<String> seen = new HashSet<>();
        for (String special : specials) {
            boolean fits =
                    !special.isEmpty() && special.length() <= SPECIAL_CHARS_MAX && !Utf8.hasLoneSurrogate(special);
            if (!fits || !seen.add(special) || special.length() == 1) {
                throw new IllegalArgumentException("specials: each must differ from the others and have 2 to "
                        + SPECIAL_CHARS_MAX + " characters: " + ModelReader.shown(special));
            }
        }
        if (specials.size() > SPECIALS_MAX) {
            throw new IllegalArgumentException("specials: at most " + SPECIALS_MAX);
        }
        if (size < 256 + specials.size() || size > SIZE_MAX) {
            throw new IllegalArgumentException(
                    "size: must be from " + (256 + specials.size()) + " (bytes and special tokens) to " + SIZE_MAX);
        }
        if (pairCountMin < 1) {
            throw new IllegalArgumentException("pairCountMin: must be at least 1");
        }
        if (tokenBytesMax < 2 || tokenBytesMax > 1024) {
            throw new IllegalArgumentException("tokenBytesMax: must be from 2 to 1024");
        }
    }
}
