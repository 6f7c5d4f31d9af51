package revontuli.bpe;

import java.util.Arrays;

/// Tokens that whole words become. Does not change once it is made.
final class WordIndex {
    private final Vocabulary vocabulary;
    private final int[] slots;
    private final int mask;
    private int longest;

    WordIndex(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        slots = new int[Integer.highestOneBit(Math.max(16, 3 * vocabulary.size() / 2)) << 1];
        mask = slots.length - 1;
        Arrays.fill(slots, -1);
    }

    void add(int id) {
        int slot = slot(vocabulary.bytes(), vocabulary.start(id), vocabulary.end(id));
        slots[slot] = id;
        longest = Math.max(longest, vocabulary.length(id));
    }

    /// The token that is this word, or -1.
    int find(byte[] bytes, int from, int to) {
        return to - from > longest ? -1 : slots[slot(bytes, from, to)];
    }

    private int slot(byte[] bytes, int from, int to) {
        long hash = (long) to - from;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001B3L;
        }
        int slot = (int) ((hash * 0x9E3779B97F4A7C15L) >>> 33) & mask;
        while (slots[slot] >= 0 && !same(slots[slot], bytes, from, to)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean same(int id, byte[] bytes, int from, int to) {
        return vocabulary.length(id) == to - from
                && Arrays.equals(vocabulary.bytes(), vocabulary.start(id), vocabulary.end(id), bytes, from, to);
    }
}
