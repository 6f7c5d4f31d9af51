package revontuli.trainer.worker;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Draws the rows of a stage from its data sets by weight. Which data set a row comes from follows from the seed and
/// the row's number alone; how many rows each has given is the only state.
final class Mixture {
    private final List<RowStream> streams;
    private final double[] upTo;
    private final long seed;
    private final long[] taken;

    /// @param taken rows that each data set has given before, in the order of the streams
    Mixture(List<RowStream> streams, double[] weights, long seed, List<Long> taken) {
        this.streams = List.copyOf(streams);
        this.seed = seed;
        this.taken = taken.stream().mapToLong(Long::longValue).toArray();
        this.upTo = new double[weights.length];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            upTo[i] = sum;
        }
    }

    /// The rows of one step.
    int[][] rows(long step, int count) {
        int[][] rows = new int[count][];
        for (int r = 0; r < count; r++) {
            int chosen = choose(step * count + r);
            rows[r] = streams.get(chosen).row(taken[chosen]);
            taken[chosen]++;
        }
        return rows;
    }

    List<Long> taken() {
        return Arrays.stream(taken).boxed().toList();
    }

    private int choose(long row) {
        double point =
                new SplittableRandom(seed ^ (row + 1) * 0xBF58476D1CE4E5B9L).nextDouble() * upTo[upTo.length - 1];
        int found = Arrays.binarySearch(upTo, point);
        return Math.min(found >= 0 ? found + 1 : -found - 1, upTo.length - 1);
    }
}
