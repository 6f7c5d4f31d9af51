package revontuli.platform.prompt;

import java.util.List;

/// How a family of tokenizers spells its tokens of fill-in-the-middle.
///
/// @param pad fills up rows; empty where the family has none
public record FimSpelling(String prefix, String middle, String suffix, String pad) {
    /// Spellings in use: StarCoder, SantaCoder, Qwen and CodeGemma, DeepSeek.
    public static final List<FimSpelling> KNOWN = List.of(
            new FimSpelling("<fim_prefix>", "<fim_middle>", "<fim_suffix>", "<fim_pad>"),
            new FimSpelling("<fim-prefix>", "<fim-middle>", "<fim-suffix>", "<fim-pad>"),
            new FimSpelling("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>"),
            new FimSpelling("<｜fim▁begin｜>", "<｜fim▁end｜>", "<｜fim▁hole｜>", ""));
}
