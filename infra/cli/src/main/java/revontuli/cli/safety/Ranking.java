package revontuli.cli.safety;

import java.util.Arrays;
import java.util.List;

/// How well scores tell harmful texts from harmless ones.
final class Ranking {
    private static final int BINS = 10;

    private Ranking() {}

    /// A score with the truth.
    record Scored(double score, boolean harmful) {}

    /// The chance that a harmful text scores above a harmless one, ties half; NaN where one side is empty.
    static double auc(List<Scored> scored) {
        double[] harmless = scored.stream()
                .filter(one -> !one.harmful())
                .mapToDouble(Scored::score)
                .sorted()
                .toArray();
        double[] harmful = scored.stream()
                .filter(Scored::harmful)
                .mapToDouble(Scored::score)
                .toArray();
        double wins = 0;
        for (double score : harmful) {
            wins += (below(harmless, score, false) + below(harmless, score, true)) / 2.0;
        }
        return wins / ((double) harmful.length * harmless.length);
    }

    private static int below(double[] sorted, double score, boolean orEqual) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (orEqual ? sorted[middle] <= score : sorted[middle] < score) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Expected calibration error over ten equal bins: how far scores are from the share of harmful texts.
    static double calibrationError(List<Scored> scored) {
        double[] scores = new double[BINS];
        double[] harmful = new double[BINS];
        for (Scored one : scored) {
            int bin = Math.min(BINS - 1, (int) (one.score() * BINS));
            scores[bin] += one.score();
            harmful[bin] += one.harmful() ? 1 : 0;
        }
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            error += Math.abs(scores[bin] - harmful[bin]);
        }
        return scored.isEmpty() ? Double.NaN : error / scored.size();
    }

    /// The value below which the share `quantile` of the values lies.
    static double quantile(double[] values, double quantile) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[Math.min(sorted.length - 1, (int) (quantile * sorted.length))];
    }
}
