package revontuli.causallm;

import java.util.PriorityQueue;

/// Natural logarithms of the probabilities of tokens under the plain softmax of logits, before any sampling setting.
public final class LogProbabilities {
    private final float[] logits;
    private final double highest;
    private final double logOfSum;

    /// The logits are not copied and must not change.
    public LogProbabilities(float[] logits) {
        this.logits = logits;
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Exponential.of(logit - max);
        }
        this.highest = max;
        this.logOfSum = StrictMath.log(sum);
    }

    public double of(int token) {
        return logits[token] - highest - logOfSum;
    }

    /// The likeliest `count` ids below `used` (all, if there are fewer), the likeliest first, the lower id first among
    /// equals.
    public int[] likeliest(int count, int used) {
        PriorityQueue<Integer> kept = new PriorityQueue<>(
                count + 1,
                (a, b) -> logits[a] == logits[b] ? Integer.compare(b, a) : Float.compare(logits[a], logits[b]));
        for (int id = 0; id < Math.min(used, logits.length) && count > 0; id++) {
            if (kept.size() < count) {
                kept.add(id);
            } else if (logits[id] > logits[kept.element()]) {
                kept.remove();
                kept.add(id);
            }
        }
        int[] ids = new int[kept.size()];
        for (int i = ids.length - 1; i >= 0; i--) {
            ids[i] = kept.remove();
        }
        return ids;
    }
}
