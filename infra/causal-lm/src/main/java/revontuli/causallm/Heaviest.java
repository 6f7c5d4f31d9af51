package revontuli.causallm;

import java.util.NoSuchElementException;

/// Gives the indices of weights one by one, the heaviest first, the lower index first among equals. Weights lie
/// between 0 and 1.
///
/// They are counted into narrow classes of weight; a class is sorted when its first index is asked for, so what is
/// never asked for is never sorted.
final class Heaviest {
    /// 128 classes to each halving; what weighs less than 2^-32 shares the last one.
    private static final int CLASS_SHIFT = 45;

    private static final int CLASSES = 32 << (52 - CLASS_SHIFT);
    private static final long HEAVIEST_CLASS = Double.doubleToRawLongBits(1.0) >> CLASS_SHIFT;

    private final double[] weights;
    private final int[] order;
    private final int[] merged;
    private final int[] ends = new int[CLASSES];
    private int next;
    private int sorted;
    private int group;

    /// The weights are not copied and must not change.
    Heaviest(double[] weights) {
        this.weights = weights;
        this.order = new int[weights.length];
        this.merged = new int[weights.length];
        for (double weight : weights) {
            ends[group(weight)]++;
        }
        int at = 0;
        for (int i = 0; i < CLASSES; i++) {
            int count = ends[i];
            ends[i] = at; // where the class begins, for now
            at += count;
        }
        for (int i = 0; i < weights.length; i++) {
            order[ends[group(weights[i])]++] = i;
        }
    }

    private static int group(double weight) {
        long below = HEAVIEST_CLASS - (Double.doubleToRawLongBits(weight) >> CLASS_SHIFT);
        return Math.clamp(below, 0, CLASSES - 1);
    }

    int next() {
        if (next == order.length) {
            throw new NoSuchElementException("no weight is left");
        }
        while (next == sorted) {
            int from = sorted;
            sorted = ends[group++];
            sort(from, sorted);
        }
        return order[next++];
    }

    /// A stable merge sort: indices of a class come in ascending order.
    private void sort(int from, int to) {
        if (to - from < 2) {
            return;
        }
        int middle = (from + to) >>> 1;
        sort(from, middle);
        sort(middle, to);
        System.arraycopy(order, from, merged, from, to - from);
        int left = from;
        int right = middle;
        for (int at = from; at < to; at++) {
            boolean takeLeft = right == to || (left < middle && weights[merged[left]] >= weights[merged[right]]);
            order[at] = merged[takeLeft ? left++ : right++];
        }
    }
}
