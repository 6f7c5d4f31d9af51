package revontuli.causallm;

/// How well a text was predicted: negative log-likelihood in nats, summed over `tokens` predicted tokens.
public record Evaluation(double nats, long tokens) {
    private static final double LN_2 = StrictMath.log(2);

    public static final Evaluation NONE = new Evaluation(0, 0);

    public Evaluation plus(Evaluation other) {
        return new Evaluation(nats + other.nats, tokens + other.tokens);
    }

    /// Bits per byte of a text that has this many UTF-8 bytes: comparable between tokenizers, unlike bits per token.
    public double bitsPerByte(long textBytes) {
        if (textBytes < 1) {
            throw new IllegalArgumentException("textBytes must be positive: " + textBytes);
        }
        return nats / LN_2 / textBytes;
    }
}
