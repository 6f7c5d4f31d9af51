package revontuli.bpe;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts the words of texts. One thread at a time.
final class WordCounts {
    /// Longer words are counted in parts of at most this many bytes, cut between characters: no token of them would be
    // learned whole.
    private static final int WORD_BYTES_MAX = 1024;

    private final Scanner[] stages;
    private final int[] ends;
    private final int wordsMax;
    private final Map<Word, long[]> counts = new HashMap<>();

    WordCounts(List<Scanner> stages, int wordsMax) {
        this.stages = stages.toArray(Scanner[]::new);
        this.ends = new int[this.stages.length];
        this.wordsMax = wordsMax;
    }

    /// A word's bytes as a key.
    @SuppressWarnings("ArrayRecordComponent")
    record Word(byte[] bytes) implements Comparable<Word> {
        @Override
        public boolean equals(Object other) {
            return other instanceof Word word && Arrays.equals(bytes, word.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public int compareTo(Word other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }
    }

    void count(byte[] text) {
        byte[] utf8 = Arrays.copyOf(text, text.length + Scratch.PADDING);
        Arrays.fill(ends, 0);
        for (int at = 0; at < text.length; ) {
            int limit = text.length;
            for (int i = 0; i < stages.length; i++) {
                if (ends[i] <= at) {
                    ends[i] = stages[i].next(utf8, at, limit);
                }
                limit = ends[i];
            }
            for (int from = at, to; from < limit; from = to) {
                to = limit - from <= WORD_BYTES_MAX ? limit : characterStart(utf8, from + WORD_BYTES_MAX);
                add(new Word(Arrays.copyOfRange(utf8, from, to)), 1);
            }
            at = limit;
        }
    }

    /// Where the character begins that has a byte here.
    private static int characterStart(byte[] utf8, int at) {
        int start = at;
        while ((utf8[start] & 0xC0) == 0x80) {
            start--;
        }
        return start;
    }

    void addAll(WordCounts others) {
        others.counts.forEach((word, count) -> add(word, count[0]));
    }

    private void add(Word word, long times) {
        counts.computeIfAbsent(word, unseen -> new long[1])[0] += times;
        if (counts.size() > wordsMax) {
            throw new IllegalArgumentException(
                    "the text has more than " + wordsMax + " different words: allow more, or give less text");
        }
    }

    Map<Word, long[]> counts() {
        return counts;
    }
}
