package revontuli.bpe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntConsumer;

/// Merges, again and again, the pair of neighbours that occurs most often in a list of words; of equal ones the pair of
/// lower ids. Ids here start with the 256 bytes.
final class PairMerging {
    private final List<int[]> words = new ArrayList<>();
    private long[] times = new long[1024];
    private final Map<Long, Pair> pairs = new HashMap<>();
    private final PriorityQueue<Rated> queue = new PriorityQueue<>();
    private final List<byte[]> tokens = new ArrayList<>();
    private final List<int[]> merges = new ArrayList<>();
    private final Set<WordCounts.Word> taken = new HashSet<>();

    /// @param reserved texts that no merge may make
    PairMerging(List<String> reserved) {
        for (int b = 0; b < 256; b++) {
            token(new byte[] {(byte) b});
        }
        for (String text : reserved) {
            taken.add(new WordCounts.Word(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /// How often a pair occurs, and in which words it was seen.
    private static final class Pair {
        private long count;
        private int[] places = new int[2];
        private int placeCount;

        void sawIn(int word) {
            if (placeCount > 0 && places[placeCount - 1] == word) {
                return;
            }
            if (placeCount == places.length) {
                places = Arrays.copyOf(places, 2 * placeCount);
            }
            places[placeCount++] = word;
        }
    }

    private record Rated(long count, long pair) implements Comparable<Rated> {
        @Override
        public int compareTo(Rated other) {
            return count == other.count ? Long.compare(pair, other.pair) : Long.compare(other.count, count);
        }
    }

    void add(byte[] word, long count) {
        int[] ids = new int[word.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = word[i] & 0xFF;
        }
        if (words.size() == times.length) {
            times = Arrays.copyOf(times, 2 * times.length);
        }
        times[words.size()] = count;
        words.add(ids);
    }

    /// @param progress hears of the number of merges now and then
    void run(int mergesMost, long countMin, int tokenBytesMax, IntConsumer progress) {
        for (int word = 0; word < words.size(); word++) {
            int[] ids = words.get(word);
            for (int i = 0; i + 1 < ids.length; i++) {
                change(ids[i], ids[i + 1], times[word], word);
            }
        }
        pairs.forEach((pair, found) -> queue.add(new Rated(found.count, pair)));
        while (merges.size() < mergesMost && !queue.isEmpty()) {
            Rated best = queue.remove();
            Pair pair = pairs.get(best.pair);
            if (pair == null || pair.count != best.count) {
                continue; // rated anew since
            }
            if (best.count < countMin) {
                return;
            }
            byte[] made = joined((int) (best.pair >>> 32), (int) best.pair);
            if (made.length > tokenBytesMax || !taken.add(new WordCounts.Word(made))) {
                continue; // too long, or a token has this text already
            }
            merge(best.pair, pair, made);
            if (merges.size() % 64 == 0) {
                progress.accept(merges.size());
            }
        }
    }

    private void merge(long key, Pair pair, byte[] made) {
        int left = (int) (key >>> 32);
        int right = (int) key;
        int id = token(made);
        merges.add(new int[] {left, right});
        pairs.remove(key);
        Set<Long> changed = new HashSet<>();
        int[] places = Arrays.copyOf(pair.places, pair.placeCount);
        Arrays.sort(places);
        for (int i = 0; i < places.length; i++) {
            if (i == 0 || places[i] != places[i - 1]) {
                rewrite(places[i], left, right, id, changed);
            }
        }
        for (long touched : changed) {
            Pair found = pairs.get(touched);
            if (found != null && found.count > 0) {
                queue.add(new Rated(found.count, touched));
            }
        }
    }

    private void rewrite(int word, int left, int right, int id, Set<Long> changed) {
        int[] old = words.get(word);
        int[] ids = new int[old.length];
        int size = 0;
        for (int i = 0; i < old.length; i++) {
            boolean found = i + 1 < old.length && old[i] == left && old[i + 1] == right;
            ids[size++] = found ? id : old[i];
            i += found ? 1 : 0;
        }
        if (size == old.length) {
            return;
        }
        ids = Arrays.copyOf(ids, size);
        words.set(word, ids);
        for (int i = 0; i + 1 < old.length; i++) {
            if (old[i] != left || old[i + 1] != right) {
                changed.add(change(old[i], old[i + 1], -times[word], word));
            }
        }
        for (int i = 0; i + 1 < ids.length; i++) {
            changed.add(change(ids[i], ids[i + 1], times[word], word));
        }
    }

    private long change(int left, int right, long by, int word) {
        long key = (long) left << 32 | right;
        Pair pair = pairs.computeIfAbsent(key, unseen -> new Pair());
        pair.count += by;
        if (by > 0) {
            pair.sawIn(word);
        }
        return key;
    }

    private byte[] joined(int left, int right) {
        byte[] first = tokens.get(left);
        byte[] second = tokens.get(right);
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private int token(byte[] bytes) {
        taken.add(new WordCounts.Word(bytes));
        tokens.add(bytes);
        return tokens.size() - 1;
    }

    int tokenCount() {
        return tokens.size();
    }

    int mergeCount() {
        return merges.size();
    }

    /// A token in the letters that stand for bytes.
    String spelled(int id) {
        return ByteAlphabet.text(tokens.get(id), 0, tokens.get(id).length);
    }

    int[] merge(int rank) {
        return merges.get(rank);
    }
}
