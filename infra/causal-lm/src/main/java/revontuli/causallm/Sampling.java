package revontuli.causallm;

/// How the next token is chosen. Temperature 0 is greedy: the highest logit, the lowest id among equals.
///
/// `topK` 0 and `topP` 1 are off; `repetitionPenalty` 1 is off. The same values, seed and logits give the same
/// tokens.
public record Sampling(double temperature, int topK, double topP, double repetitionPenalty, long seed) {
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 1, 0);

    public Sampling {
        if (!(temperature >= 0 && temperature <= 100)) {
            throw new IllegalArgumentException("temperature must lie between 0 and 100: " + temperature);
        }
        if (topK < 0) {
            throw new IllegalArgumentException("topK must not be negative: " + topK);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be above 0 and at most 1: " + topP);
        }
        if (!(repetitionPenalty > 0 && repetitionPenalty <= 100)) {
            throw new IllegalArgumentException(
                    "repetitionPenalty must be above 0 and at most 100: " + repetitionPenalty);
        }
    }
}
