package revontuli.bpe;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts the words of texts. One thread at a time.
final class WordCounts {
    /// Longer words are counted in parts of this many bytes: no token of them would be learned whole.
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
            for (int from = at; from < limit; from += WORD_BYTES_MAX) {
                add(new Word(Arrays.copyOfRange(utf8, from, Math.min(limit, from + WORD_BYTES_MAX))), 1);
            }
            at = limit;
        }
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
