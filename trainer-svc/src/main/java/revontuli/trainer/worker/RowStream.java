package revontuli.trainer.worker;

import java.util.SplittableRandom;

/// One data set as an endless text cut into rows: its documents in an order that is drawn anew for every round, an
/// end-of-text after each. Row `k` is a function of seed and `k` alone, so that a run goes on exactly where it was.
///
/// A row has one id more than it predicts; the next row begins with that id, so every id is predicted once.
final class RowStream {
    private final ShardFile shard;
    private final int endOfText;
    private final long seed;
    private final int rowTokens;
    private final long roundTokens;
    private long round = -1;
    private int[] order = new int[0];
    private long[] ends = new long[0];

    RowStream(ShardFile shard, int endOfText, long seed, int rowTokens) {
        this.shard = shard;
        this.endOfText = endOfText;
        this.seed = seed;
        this.rowTokens = rowTokens;
        this.roundTokens = shard.size() + shard.documents();
    }

    /// The row of that number: `rowTokens + 1` ids.
    int[] row(long number) {
        int[] row = new int[rowTokens + 1];
        long at = Math.multiplyExact(number, rowTokens);
        int filled = 0;
        while (filled < row.length) {
            enter(at / roundTokens);
            filled += copy(at % roundTokens, row, filled);
            at = number * rowTokens + filled;
        }
        return row;
    }

    /// Copies from a place of the present round to the end of the document there, at most.
    private int copy(long place, int[] row, int from) {
        int slot = slotOf(place);
        int document = order[slot];
        int offset = (int) (place - (slot == 0 ? 0 : ends[slot - 1]));
        int length = shard.length(document);
        int count = 0;
        for (int i = offset; i <= length && from + count < row.length; i++) {
            row[from + count] = i < length ? shard.id(document, i) : endOfText;
            count++;
        }
        return count;
    }

    /// First slot that ends behind the place.
    private int slotOf(long place) {
        int low = 0;
        int high = ends.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] > place) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private void enter(long wanted) {
        if (wanted == round) {
            return;
        }
        round = wanted;
        order = new int[shard.documents()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        SplittableRandom random = new SplittableRandom(seed ^ (wanted + 1) * 0x9E3779B97F4A7C15L);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        ends = new long[order.length];
        long end = 0;
        for (int i = 0; i < order.length; i++) {
            end += shard.length(order[i]) + 1L;
            ends[i] = end;
        }
    }
}
