package revontuli.inference.engine;

import java.util.Map;

/// How tokens are drawn. Temperature 0 is greedy. The same values, seed and prompt give the same tokens.
///
/// @param bias added to the logits of ids
public record Sampling(double temperature, Cut cut, Penalties penalties, Map<Integer, Float> bias, long seed) {
    /// Which tokens are kept: the likeliest `topK` (0 = all), of these the fewest whose share reaches `topP` (1 = all),
    /// of these those at least `minP` times as likely as the likeliest (0 = all).
    public record Cut(int topK, double topP, double minP) {}

    /// What weakens tokens that are there already: of prompt and output (1 = off); of the output (0 = off); of the
    /// output, each time that they are there (0 = off).
    public record Penalties(double repetition, double presence, double frequency) {}

    public Sampling {
        bias = Map.copyOf(bias);
    }
}
