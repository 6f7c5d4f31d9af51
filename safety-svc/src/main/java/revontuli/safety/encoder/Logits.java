package revontuli.safety.encoder;

/// A sequence classifier at its core.
interface Logits {
    /// Ids of one text, special ones included, to one logit a label.
    float[] logits(int[] ids);
}
