package revontuli.cli.bench.endurance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Whether a quantity grows over time: the median of the slopes between all pairs of samples (Theil and Sen), which
/// single outliers do not move.
final class Trend {
    private Trend() {}

    /// Change for each step from a sample to the next; 0 for fewer than two samples.
    static double slope(double[] samples) {
        List<Double> slopes = new ArrayList<>();
        for (int i = 0; i < samples.length; i++) {
            for (int j = i + 1; j < samples.length; j++) {
                slopes.add((samples[j] - samples[i]) / (j - i));
            }
        }
        if (slopes.isEmpty()) {
            return 0;
        }
        Collections.sort(slopes);
        int middle = slopes.size() / 2;
        return slopes.size() % 2 == 1 ? slopes.get(middle) : (slopes.get(middle - 1) + slopes.get(middle)) / 2;
    }

    /// By how much it grew from the first to the last sample, by the slope.
    static double growth(double[] samples) {
        return slope(samples) * Math.max(0, samples.length - 1);
    }
}
