package revontuli.causallm;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// Chooses tokens for one sequence. Deterministic: settings, seed and the logits seen so far decide alone.
///
/// In order: repetition penalty, presence and frequency penalty, bias, temperature, top-k, top-p, min-p, then one draw.
/// Not thread-safe: one per request, one thread at a time.
public final class Sampler {
    private final Sampling sampling;
    private final int vocabularyUsed;
    private final BitSet seen = new BitSet();
    private final Map<Integer, Integer> chosen = new HashMap<>();
    private final SplitMix random;

    /// `vocabularyUsed` is the number of ids that the tokenizer knows; ids above it (padding of the table) are never
    /// chosen.
    public Sampler(Sampling sampling, int vocabularyUsed) {
        if (vocabularyUsed < 1) {
            throw new IllegalArgumentException("vocabularyUsed must be positive: " + vocabularyUsed);
        }
        this.sampling = sampling;
        this.vocabularyUsed = vocabularyUsed;
        this.random = new SplitMix(sampling.seed());
    }

    /// Tells of tokens that are in the text already (the prompt), for the repetition penalty.
    public void seen(int... tokens) {
        for (int token : tokens) {
            seen.set(token);
        }
    }

    /// Chooses the next token and counts it as seen. The logits stay as they are.
    public int next(float[] logits) {
        int candidates = Math.min(vocabularyUsed, logits.length);
        int token = plainlyGreedy() ? highest(logits, candidates) : weighed(logits, candidates);
        seen.set(token);
        chosen.merge(token, 1, Integer::sum);
        return token;
    }

    private boolean plainlyGreedy() {
        return sampling.temperature() == 0
                && sampling.bias().isEmpty()
                && sampling.penalties().equals(Sampling.Penalties.NONE);
    }

    private static int highest(float[] logits, int candidates) {
        int best = 0;
        for (int i = 0; i < candidates; i++) {
            if (!(logits[i] <= logits[best])) { // higher, or not a number
                demandNumber(logits, i);
                best = i;
            }
        }
        return best;
    }

    private static void demandNumber(float[] logits, int i) {
        if (Float.isNaN(logits[i])) {
            throw new IllegalArgumentException("the logit of token " + i + " is not a number");
        }
    }

    private int weighed(float[] logits, int candidates) {
        double[] scores = new double[candidates];
        for (int i = 0; i < candidates; i++) {
            demandNumber(logits, i);
            scores[i] = logits[i];
        }
        penalize(scores);
        sampling.bias().forEach((id, bias) -> {
            if (id < scores.length) {
                scores[id] += bias;
            }
        });
        return sampling.temperature() == 0 ? best(scores) : draw(scores);
    }

    private void penalize(double[] scores) {
        Sampling.Penalties penalties = sampling.penalties();
        double repetition = penalties.repetition();
        if (repetition != 1) {
            for (int i = seen.nextSetBit(0); i >= 0 && i < scores.length; i = seen.nextSetBit(i + 1)) {
                scores[i] = scores[i] > 0 ? scores[i] / repetition : scores[i] * repetition;
            }
        }
        if (penalties.presence() != 0 || penalties.frequency() != 0) {
            chosen.forEach((id, times) -> scores[id] -= penalties.presence() + times * penalties.frequency());
        }
    }

    private static int best(double[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[best]) {
                best = i;
            }
        }
        return best;
    }

    private int draw(double[] scores) {
        double highest = scores[best(scores)];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Exponential.of((scores[i] - highest) / sampling.temperature());
        }
        Sampling.Cut cut = sampling.cut();
        boolean cuts = (cut.topK() > 0 && cut.topK() < scores.length) || cut.topP() < 1 || cut.minP() > 0;
        return cuts ? drawFromTop(scores) : drawFromAll(scores);
    }

    private int drawFromAll(double[] weights) {
        double left = random.nextDouble() * Arrays.stream(weights).sum();
        int last = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    return i;
                }
            }
        }
        return last;
    }

    /// Keeps the heaviest `topK`, of these the fewest whose share reaches `topP`, of these the ones of at least `minP`
    /// (the heaviest weighs 1), ties to the lower id.
    private int drawFromTop(double[] weights) {
        Sampling.Cut cut = sampling.cut();
        int most = cut.topK() > 0 ? Math.min(cut.topK(), weights.length) : weights.length;
        Heaviest heaviest = new Heaviest(weights);
        int[] order = new int[most];
        int taken = 0;
        double total = 0;
        if (most < weights.length) {
            for (; taken < most; taken++) {
                order[taken] = heaviest.next();
                total += weights[order[taken]];
            }
        } else {
            total = Arrays.stream(weights).sum();
        }
        double share = 0;
        int kept = 0;
        while (kept < most && (kept == 0 || share < cut.topP() * total)) {
            if (kept == taken) {
                order[taken++] = heaviest.next();
            }
            if (kept > 0 && weights[order[kept]] < cut.minP()) {
                break;
            }
            share += weights[order[kept++]];
        }
        double left = random.nextDouble() * share;
        for (int i = 0; i < kept - 1; i++) {
            left -= weights[order[i]];
            if (left < 0) {
                return order[i];
            }
        }
        return order[kept - 1];
    }
}
