package revontuli.inference.generate;

import java.util.Map;
import java.util.OptionalLong;
import revontuli.inference.engine.Sampling;
import revontuli.platform.fault.Fault;

/// How tokens are drawn, within the limits of the API; without a seed the server draws one. Numbers are of single
/// precision, as records have them, so that a replay draws with the same ones.
///
/// @param bias added to the logits of ids
public record Draw(
        double temperature,
        Sampling.Cut cut,
        Sampling.Penalties penalties,
        Map<Integer, Float> bias,
        OptionalLong seed) {
    private static final int TOP_K_MAX = 1_000;
    private static final int BIASES_MAX = 300;

    public Draw {
        // Claims are written so that NaN, which compares as false, is refused.
        require(temperature >= 0 && temperature <= 2, "temperature", "0 to 2");
        require(cut.topK() >= 0 && cut.topK() <= TOP_K_MAX, "top_k", "0 to " + TOP_K_MAX);
        require(cut.topP() > 0 && cut.topP() <= 1, "top_p", "above 0 and at most 1");
        require(cut.minP() >= 0 && cut.minP() <= 1, "min_p", "0 to 1");
        require(penalties.repetition() >= 1 && penalties.repetition() <= 2, "repetition_penalty", "1 to 2");
        require(Math.abs(penalties.presence()) <= 2, "presence_penalty", "-2 to 2");
        require(Math.abs(penalties.frequency()) <= 2, "frequency_penalty", "-2 to 2");
        require(bias.size() <= BIASES_MAX, "logit_bias", "at most " + BIASES_MAX + " ids");
        for (Map.Entry<Integer, Float> one : bias.entrySet()) {
            require(one.getKey() >= 0, "logit_bias", "about ids of the vocabulary, from 0");
            require(Math.abs(one.getValue()) <= 100, "logit_bias", "-100 to 100 for each id");
        }
        temperature = single(temperature);
        // what is above 0 stays so: the least float is
        cut = new Sampling.Cut(cut.topK(), Math.max(Float.MIN_VALUE, single(cut.topP())), single(cut.minP()));
        penalties = new Sampling.Penalties(
                single(penalties.repetition()), single(penalties.presence()), single(penalties.frequency()));
        bias = Map.copyOf(bias);
    }

    private static double single(double number) {
        return (float) number;
    }

    private static void require(boolean claim, String field, String range) {
        if (!claim) {
            throw Fault.invalid("OUT_OF_RANGE", "sampling." + field, "must be " + range);
        }
    }

    /// The same with the seed counted on, where there is one.
    Draw counted(int more) {
        return seed.isEmpty() || more == 0
                ? this
                : new Draw(temperature, cut, penalties, bias, OptionalLong.of(seed.getAsLong() + more));
    }

    Sampling with(long drawnSeed) {
        return new Sampling(temperature, cut, penalties, bias, seed.orElse(drawnSeed));
    }

    /// Refuses a bias for an id that the model's tokenizer does not have.
    void requireKnown(int vocabularyUsed) {
        require(
                bias.keySet().stream().allMatch(id -> id < vocabularyUsed),
                "logit_bias",
                "about ids of this model's vocabulary, 0 to " + (vocabularyUsed - 1));
    }
}
