package revontuli.bpe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Learns a byte-level BPE vocabulary from text and writes it as a `tokenizer.json`. The same text, in any order and
/// with any number of threads, gives the same bytes.
public final class VocabularyLearner {
    private final VocabularyPlan plan;
    private final Limits limits;

    /// How much text is taken; more is refused.
    ///
    /// @param textBytesMax bytes of one text
    /// @param corpusBytesMax bytes of all texts
    /// @param wordsMax different words, of which each costs about 200 bytes of memory
    public record Limits(int textBytesMax, long corpusBytesMax, int wordsMax) {
        public static final Limits DEFAULT = new Limits(16 << 20, 1L << 40, 5_000_000);
    }

    public VocabularyLearner(VocabularyPlan plan, Limits limits) {
        this.plan = plan;
        this.limits = limits;
    }

    /// A learned vocabulary: its file, and how many tokens it came to.
    @SuppressWarnings("ArrayRecordComponent")
    public record Learned(byte[] tokenizerJson, int tokens, int merges) {}

    /// Where text comes from: hands over texts, each valid UTF-8 and none changed afterwards, one after another.
    @FunctionalInterface
    public interface Corpus {
        void read(Consumer<byte[]> texts);
    }

    /// Hears how far the work has come. Called by the thread that learns.
    public interface Progress {
        /// Hears nothing.
        Progress NONE = new Progress() {
            @Override
            public void counted(long bytes) {}

            @Override
            public void merged(int merges, int most) {}
        };

        /// Bytes of text taken so far.
        void counted(long bytes);

        /// Merges found so far, of the most there may be.
        void merged(int merges, int most);
    }

    /// Reads all texts. Words are counted by many threads; merges are found by one.
    ///
    /// @throws UnusableText if one is not UTF-8
    /// @throws IllegalArgumentException if a limit is passed
    public Learned learn(Corpus corpus, int threads, Progress progress) throws InterruptedException {
        Map<WordCounts.Word, long[]> counts = counted(corpus, threads, progress).counts();
        List<WordCounts.Word> words = new ArrayList<>(counts.keySet());
        words.sort(null);
        PairMerging merging = new PairMerging(plan.specials());
        for (WordCounts.Word word : words) {
            merging.add(word.bytes(), counts.getOrDefault(word, new long[1])[0]);
        }
        int most = plan.size() - plan.specials().size() - 256;
        merging.run(most, plan.pairCountMin(), plan.tokenBytesMax(), merges -> progress.merged(merges, most));
        byte[] json = new VocabularyFile(plan).write(merging);
        return new Learned(json, plan.specials().size() + merging.tokenCount(), merging.mergeCount());
    }

    private WordCounts counted(Corpus corpus, int threads, Progress progress) throws InterruptedException {
        WordCounts all = new WordCounts(VocabularyFile.stages(plan.split()), limits.wordsMax());
        Feed feed = new Feed(threads, progress);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<WordCounts>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                parts.add(pool.submit(() -> part(feed)));
            }
            try {
                corpus.read(feed);
            } finally {
                feed.end(threads);
            }
            for (Future<WordCounts> part : parts) {
                all.addAll(part.get());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException refused ? refused : new IllegalStateException(e.getCause());
        }
        return all;
    }

    private WordCounts part(Feed feed) throws InterruptedException {
        WordCounts counts = new WordCounts(VocabularyFile.stages(plan.split()), limits.wordsMax());
        for (byte[] text = feed.next(); text != Feed.END; text = feed.next()) {
            try {
                counts.count(text);
            } catch (RuntimeException e) {
                throw feed.failed(e);
            } catch (OutOfMemoryError e) {
                throw feed.failed(new IllegalArgumentException(
                        "the different words of the texts do not fit into memory: allow fewer, or give more memory",
                        e));
            }
        }
        return counts;
    }

    /// Texts on their way from the reader to those who count.
    private final class Feed implements Consumer<byte[]> {
        private static final byte[] END = new byte[0];
        private static final int TEXTS_A_THREAD = 4;

        private final BlockingQueue<byte[]> queue;
        private final Progress progress;
        private volatile @Nullable RuntimeException failure;
        private long taken;

        Feed(int threads, Progress progress) {
            this.queue = new ArrayBlockingQueue<>(TEXTS_A_THREAD * threads);
            this.progress = progress;
        }

        @Override
        public void accept(byte[] text) {
            RuntimeException failed = failure;
            if (failed != null) {
                throw failed;
            }
            taken += text.length;
            if (text.length > limits.textBytesMax()) {
                throw new IllegalArgumentException(
                        "a text has " + text.length + " bytes, allowed are " + limits.textBytesMax());
            }
            if (taken > limits.corpusBytesMax()) {
                throw new IllegalArgumentException("the texts have more than " + limits.corpusBytesMax() + " bytes");
            }
            int bad = Utf8.firstMalformed(text, 0, text.length);
            if (bad >= 0) {
                throw UnusableText.notUtf8(bad);
            }
            if (text.length > 0) {
                put(text);
                progress.counted(taken);
            }
        }

        private void put(byte[] text) {
            try {
                queue.put(text);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while reading texts", e);
            }
        }

        void end(int threads) throws InterruptedException {
            for (int i = 0; i < threads; i++) {
                queue.put(END);
            }
        }

        /// Stops the reader, which must not wait for a queue that nobody empties.
        RuntimeException failed(RuntimeException e) throws InterruptedException {
            failure = e;
            for (byte[] text = next(); text != END; ) {
                text = next();
            }
            return e;
        }

        byte[] next() throws InterruptedException {
            return queue.take();
        }
    }
}
