package revontuli.bpe;

import java.util.Arrays;

/// Merges the bytes of one piece into tokens: always the pair of lowest rank, of these the leftmost. Used by one thread
/// at a time; nothing is allocated once the arrays have grown.
///
/// Short pieces are searched directly. Long ones keep, per rank, a list of the places where it applies, and take the
/// ranks in order: every byte enters and leaves a list a bounded number of times, so the cost is linear but for finding
/// the next rank in a bit map. Giant ones are merged in windows, so that the lists stay near the processor. All that
/// needs ordered merges ([Merges#ordered]); files with others use a heap.
final class Merger {
    private static final int SHORT_MAX = 40;
    private static final int ROOM_KEPT = 1 << 16;
    private static final int WINDOW = 1 << 14;

    private final Merges merges;
    private final int window;

    private int[] ids = new int[SHORT_MAX + 1];
    private int[] ranks = new int[SHORT_MAX + 1];
    private int[] prev = new int[0];
    private int[] next = new int[0];
    private int[] listPrev = new int[0];
    private int[] listNext = new int[0];

    private final int[] heads;
    private final long[] used;
    private final long[] usedWords;

    private long[] heap = new long[0];
    private int heapSize;
    private long steps;

    Merger(Merges merges) {
        this(merges, WINDOW);
    }

    /// @param window bytes that are merged at once; changes the time, never the ids
    Merger(Merges merges, int window) {
        this.merges = merges;
        this.window = window;
        int words = (merges.count() >>> 6) + 1;
        heads = merges.ordered() ? new int[merges.count()] : new int[0];
        Arrays.fill(heads, -1);
        used = new long[words];
        usedWords = new long[(words >>> 6) + 1];
    }

    /// Merges and list operations so far: what the cost is made of.
    long steps() {
        return steps;
    }

    void merge(byte[] bytes, int from, int to, Ids out) {
        if (merges.gaps()) {
            mergeKnown(bytes, from, to, out);
        } else {
            mergeAll(bytes, from, to, out);
        }
    }

    /// Leaves out bytes that have no token.
    private void mergeKnown(byte[] bytes, int from, int to, Ids out) {
        int gap = from;
        while (gap < to && merges.idOf(bytes[gap]) != Definition.NO_TOKEN) {
            gap++;
        }
        if (gap == to) {
            mergeAll(bytes, from, to, out);
            return;
        }
        byte[] known = new byte[to - from];
        int size = 0;
        for (int i = from; i < to; i++) {
            if (merges.idOf(bytes[i]) != Definition.NO_TOKEN) {
                known[size++] = bytes[i];
            }
        }
        mergeAll(known, 0, size, out);
    }

    private void mergeAll(byte[] bytes, int from, int to, Ids out) {
        int length = to - from;
        if (length <= SHORT_MAX) {
            mergeShort(bytes, from, length, out);
            return;
        }
        if (length > window && merges.ordered()) {
            mergeInWindows(bytes, from, to, out);
        } else {
            mergeLong(bytes, from, length);
            append(length, out);
        }
        if (length > ROOM_KEPT) {
            release();
        }
    }

    /// Merges window after window. The next one begins at a token a little before the end of this one, and counts
    /// only if it begins with that same token: then no merge of the whole piece crosses the place between. For let
    /// the first merge that crosses any place between tokens join parts of two neighbours; these two stood side by
    /// side in one of the windows, were the same parts there at the turn of that rank, and were not joined.
    private void mergeInWindows(byte[] bytes, int from, int to, Ids out) {
        int begin = from;
        int length = window;
        mergeLong(bytes, begin, length);
        while (begin + length < to) {
            int kept = out.size();
            int cut = append(length - Math.max(1, window / 32), out);
            int expected = ids[cut];
            int following = Math.min(window, to - begin - cut);
            if (cut > 0) {
                mergeLong(bytes, begin + cut, following);
            }
            if (cut > 0 && ids[0] == expected) {
                begin += cut;
                length = following;
            } else { // what lies ahead reaches far back: look further
                out.shrink(kept);
                length = Math.min(2 * length, to - begin);
                mergeLong(bytes, begin, length);
            }
        }
        append(length, out);
    }

    /// Appends what was merged, token by token, up to the last one that ends there or before; returns where the next
    /// one begins.
    private int append(int to, Ids out) {
        int at = 0;
        while (at < to && next[at] <= to) {
            out.add(ids[at]);
            at = next[at];
        }
        return at;
    }

    /// Leaves the ids in `ids`, from 0 on by way of `next`.
    private void mergeLong(byte[] bytes, int from, int length) {
        reserve(length);
        for (int i = 0; i < length; i++) {
            ids[i] = merges.idOf(bytes[from + i]);
            ranks[i] = i + 1 < length ? merges.rankOfBytes(bytes[from + i], bytes[from + i + 1]) : Merges.NONE;
            prev[i] = i - 1;
            next[i] = i + 1;
        }
        if (merges.ordered()) {
            mergeByRank(length);
        } else {
            mergeByHeap(length);
        }
    }

    private void mergeShort(byte[] bytes, int from, int length, Ids out) {
        int[] ids = this.ids;
        int[] ranks = this.ranks;
        int count = length;
        for (int i = 0; i < count; i++) {
            ids[i] = merges.idOf(bytes[from + i]);
        }
        for (int i = 0; i < count - 1; i++) {
            ranks[i] = merges.rankOfBytes(bytes[from + i], bytes[from + i + 1]);
        }
        while (count > 1) {
            int best = 0;
            int lowest = ranks[0];
            for (int i = 1; i < count - 1; i++) {
                if (ranks[i] < lowest) {
                    lowest = ranks[i];
                    best = i;
                }
            }
            if (lowest == Merges.NONE) {
                break;
            }
            steps++;
            ids[best] = merges.made(lowest);
            count--;
            for (int i = best + 1; i < count; i++) {
                ids[i] = ids[i + 1];
                ranks[i] = ranks[i + 1];
            }
            if (best > 0) {
                ranks[best - 1] = merges.rank(ids[best - 1], ids[best]);
            }
            if (best < count - 1) {
                ranks[best] = merges.rank(ids[best], ids[best + 1]);
            }
        }
        out.addAll(ids, 0, count);
    }

    private void mergeByRank(int length) {
        for (int i = length - 2; i >= 0; i--) {
            if (ranks[i] != Merges.NONE) {
                enter(i);
            }
        }
        for (int rank = lowest(); rank >= 0; rank = lowest()) {
            while (heads[rank] >= 0) {
                mergeRun(heads[rank], rank, length);
            }
            used[rank >>> 6] &= ~(1L << rank);
            if (used[rank >>> 6] == 0) {
                usedWords[rank >>> 12] &= ~(1L << (rank >>> 6));
            }
        }
    }

    /// Merges a place and, where equal neighbours overlap (`aaaa`), the whole run it stands in, from its left end.
    private void mergeRun(int place, int rank, int length) {
        int at = place;
        while (prev[at] >= 0 && ranks[prev[at]] == rank) {
            at = prev[at];
            steps++;
        }
        while (at < length && ranks[at] == rank) {
            join(at, rank, length);
            at = next[at];
        }
    }

    private void join(int at, int rank, int length) {
        steps++;
        int gone = next[at];
        int after = next[gone];
        leave(at);
        if (ranks[gone] != Merges.NONE) {
            leave(gone);
        }
        ids[at] = merges.made(rank);
        next[at] = after;
        if (after < length) {
            prev[after] = at;
        }
        ranks[at] = after < length ? merges.rank(ids[at], ids[after]) : Merges.NONE;
        if (ranks[at] != Merges.NONE) {
            enter(at);
        }
        int before = prev[at];
        if (before >= 0) {
            if (ranks[before] != Merges.NONE) {
                leave(before);
            }
            ranks[before] = merges.rank(ids[before], ids[at]);
            if (ranks[before] != Merges.NONE) {
                enter(before);
            }
        }
    }

    private void enter(int place) {
        int rank = ranks[place];
        int head = heads[rank];
        listNext[place] = head;
        listPrev[place] = -1;
        if (head >= 0) {
            listPrev[head] = place;
        } else {
            used[rank >>> 6] |= 1L << rank;
            usedWords[rank >>> 12] |= 1L << (rank >>> 6);
        }
        heads[rank] = place;
    }

    private void leave(int place) {
        int before = listPrev[place];
        int after = listNext[place];
        if (before >= 0) {
            listNext[before] = after;
        } else {
            heads[ranks[place]] = after;
        }
        if (after >= 0) {
            listPrev[after] = before;
        }
    }

    /// The lowest rank whose list was entered, or -1. Its list may have been left again.
    private int lowest() {
        for (int i = 0; i < usedWords.length; i++) {
            if (usedWords[i] != 0) {
                int word = (i << 6) + Long.numberOfTrailingZeros(usedWords[i]);
                return (word << 6) + Long.numberOfTrailingZeros(used[word]);
            }
        }
        return -1;
    }

    private void mergeByHeap(int length) {
        heapSize = 0;
        for (int i = 0; i < length - 1; i++) {
            if (ranks[i] != Merges.NONE) {
                push((long) ranks[i] << 32 | i);
            }
        }
        while (heapSize > 0) {
            long top = pop();
            int at = (int) top;
            int rank = (int) (top >>> 32);
            if (ranks[at] != rank) {
                continue; // the place has changed since
            }
            int gone = next[at];
            int after = next[gone];
            ids[at] = merges.made(rank);
            ranks[gone] = Merges.NONE;
            next[at] = after;
            if (after < length) {
                prev[after] = at;
            }
            rate(at, after < length ? merges.rank(ids[at], ids[after]) : Merges.NONE);
            int before = prev[at];
            if (before >= 0) {
                rate(before, merges.rank(ids[before], ids[at]));
            }
        }
    }

    private void rate(int place, int rank) {
        ranks[place] = rank;
        if (rank != Merges.NONE) {
            push((long) rank << 32 | place);
        }
    }

    private void push(long item) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, Math.max(64, 2 * heapSize));
        }
        int at = heapSize++;
        while (at > 0 && heap[(at - 1) >>> 1] > item) {
            heap[at] = heap[(at - 1) >>> 1];
            at = (at - 1) >>> 1;
            steps++;
        }
        heap[at] = item;
    }

    private long pop() {
        long top = heap[0];
        long last = heap[--heapSize];
        int at = 0;
        for (int child = 1; child < heapSize; child = 2 * at + 1) {
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[at] = heap[child];
            at = child;
            steps++;
        }
        heap[at] = last;
        return top;
    }

    private void reserve(int length) {
        if (ids.length <= length) {
            int room = Math.max(length + 1, 2 * ids.length);
            ids = new int[room];
            ranks = new int[room];
        }
        if (prev.length <= length) {
            prev = new int[ids.length];
            next = new int[ids.length];
            listPrev = new int[ids.length];
            listNext = new int[ids.length];
        }
    }

    /// Arrays of a rare giant are not kept.
    private void release() {
        ids = new int[SHORT_MAX + 1];
        ranks = new int[SHORT_MAX + 1];
        prev = new int[0];
        next = new int[0];
        listPrev = new int[0];
        listNext = new int[0];
        heap = new long[0];
    }
}
