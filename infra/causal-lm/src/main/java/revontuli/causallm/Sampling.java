package revontuli.causallm;

import java.util.Map;

/// How the next token is chosen. Temperature 0 is greedy: the highest logit, the lowest id among equals. The same
/// values, seed and logits give the same tokens.
///
/// @param bias added to the logits of ids, -100 to 100 each
public record Sampling(double temperature, Cut cut, Penalties penalties, Map<Integer, Float> bias, long seed) {
    public static final Sampling GREEDY = new Sampling(0, 0, 1, 1, 0);

    /// Which tokens are kept: the likeliest `topK` (0 = all), of these the fewest whose share reaches `topP` (1 = all),
    /// of these those at least `minP` times as likely as the likeliest (0 = all).
    public record Cut(int topK, double topP, double minP) {
        /// Keeps all.
        public static final Cut NONE = new Cut(0, 1, 0);

        public Cut {
            require(topK >= 0, "topK must not be negative", topK);
            require(topP > 0 && topP <= 1, "topP must be above 0 and at most 1", topP);
            require(minP >= 0 && minP <= 1, "minP must lie between 0 and 1", minP);
        }
    }

    /// What weakens tokens that are there already.
    ///
    /// @param repetition divides logits above zero of tokens in prompt or output, multiplies others; 1 = off
    /// @param presence taken from the logits of tokens in the output; 0 = off
    /// @param frequency the same for each time that they are there; 0 = off
    public record Penalties(double repetition, double presence, double frequency) {
        /// All off.
        public static final Penalties NONE = new Penalties(1, 0, 0);

        public Penalties {
            require(repetition > 0 && repetition <= 100, "repetition must be above 0 and at most 100", repetition);
            require(presence >= -100 && presence <= 100, "presence must lie between -100 and 100", presence);
            require(frequency >= -100 && frequency <= 100, "frequency must lie between -100 and 100", frequency);
        }
    }

    public Sampling {
        require(temperature >= 0 && temperature <= 100, "temperature must lie between 0 and 100", temperature);
        bias = Map.copyOf(bias);
        bias.forEach((id, value) -> {
            require(id >= 0, "ids must not be negative", id);
            require(value >= -100 && value <= 100, "bias must lie between -100 and 100", value);
        });
    }

    /// Without min-p, bias and penalties on the output.
    public Sampling(double temperature, int topK, double topP, double repetitionPenalty, long seed) {
        this(temperature, new Cut(topK, topP, 0), new Penalties(repetitionPenalty, 0, 0), Map.of(), seed);
    }

    /// The claim is written so that NaN, which compares as false, is refused.
    private static void require(boolean claim, String what, Number found) {
        if (!claim) {
            throw new IllegalArgumentException(what + ": " + found);
        }
    }
}
