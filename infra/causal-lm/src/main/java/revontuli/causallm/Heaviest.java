package revontuli.causallm;

import java.util.NoSuchElementException;

/// Gives the indices of weights one by one, the heaviest first, the lower index first among equals. What is never
/// asked for is never sorted.
final class Heaviest {
    private final double[] weights;
    private final int[] heap;
    private int left;

    /// The weights are not copied and must not change.
    Heaviest(double[] weights) {
        this.weights = weights;
        this.heap = new int[weights.length];
        this.left = weights.length;
        for (int i = 0; i < left; i++) {
            heap[i] = i;
        }
        for (int i = left / 2 - 1; i >= 0; i--) {
            sink(i);
        }
    }

    int next() {
        if (left == 0) {
            throw new NoSuchElementException("no weight is left");
        }
        int first = heap[0];
        heap[0] = heap[--left];
        sink(0);
        return first;
    }

    private void sink(int from) {
        int at = from;
        int moved = heap[at];
        while (2 * at + 1 < left) {
            int child = 2 * at + 1;
            if (child + 1 < left && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], moved)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
    }

    private boolean before(int a, int b) {
        return weights[a] > weights[b] || (weights[a] == weights[b] && a < b);
    }
}
