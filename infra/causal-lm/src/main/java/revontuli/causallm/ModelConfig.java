package revontuli.causallm;

import java.util.OptionalInt;

/// The shape of a GPTBigCode model (StarCoder family): one K/V head for all query heads, learned positions, tied
/// head.
///
/// `vocabularySize` is the length of the embedding table, which may be padded beyond what the tokenizer uses;
/// `positionsMax` the length of the position table.
public record ModelConfig(
        int vocabularySize,
        int positionsMax,
        int layers,
        int heads,
        int width,
        int innerWidth,
        Activation activation,
        double layerNormEpsilon) {

    /// The two forms of gelu that checkpoints of this family use; they are not interchangeable.
    public enum Activation {
        /// By the error function; `gelu` in config.json.
        GELU,
        /// By the hyperbolic tangent; `gelu_pytorch_tanh` in config.json.
        GELU_TANH
    }

    /// Reads config.json and refuses what this room does not compute exactly.
    public static ModelConfig parse(byte[] json) throws CheckpointRejected {
        throw new UnsupportedOperationException();
    }

    /// config.json for this shape, readable by Hugging Face transformers.
    public String toJson(OptionalInt endOfText) {
        throw new UnsupportedOperationException();
    }

    public int headWidth() {
        return width / heads;
    }

    /// How many weights, the tied head counted once.
    public long parameters() {
        throw new UnsupportedOperationException();
    }
}
