package revontuli.bpe;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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

    /// Reads all texts, each valid UTF-8.
    ///
    /// @throws UnusableText if one is not UTF-8
    /// @throws IllegalArgumentException if a limit is passed
    public Learned learn(Iterator<byte[]> texts, int threads) throws InterruptedException {
        Map<WordCounts.Word, long[]> counts = counted(texts, threads).counts();
        List<WordCounts.Word> words = new ArrayList<>(counts.keySet());
        words.sort(null);
        PairMerging merging = new PairMerging(plan.specials());
        for (WordCounts.Word word : words) {
            merging.add(word.bytes(), counts.getOrDefault(word, new long[1])[0]);
        }
        merging.run(plan.size() - plan.specials().size() - 256, plan.pairCountMin(), plan.tokenBytesMax());
        byte[] json = new VocabularyFile(plan).write(merging);
        return new Learned(json, plan.specials().size() + merging.tokenCount(), merging.mergeCount());
    }

    private WordCounts counted(Iterator<byte[]> texts, int threads) throws InterruptedException {
        Source source = new Source(texts);
        WordCounts all = new WordCounts(VocabularyFile.stages(plan.split()), limits.wordsMax());
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<WordCounts>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                parts.add(pool.submit(() -> part(source)));
            }
            for (Future<WordCounts> part : parts) {
                all.addAll(part.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        }
        return all;
    }

    private WordCounts part(Source source) {
        WordCounts counts = new WordCounts(VocabularyFile.stages(plan.split()), limits.wordsMax());
        for (byte[] text = source.next(); text.length > 0; text = source.next()) {
            int bad = Utf8.firstMalformed(text, 0, text.length);
            if (bad >= 0) {
                throw UnusableText.notUtf8(bad);
            }
            counts.count(text);
        }
        return counts;
    }

    /// Hands out texts one by one; an empty one ends them.
    private final class Source {
        private final Iterator<byte[]> texts;
        private long taken;

        Source(Iterator<byte[]> texts) {
            this.texts = texts;
        }

        synchronized byte[] next() {
            while (texts.hasNext()) {
                byte[] text = texts.next();
                taken += text.length;
                if (text.length > limits.textBytesMax()) {
                    throw new IllegalArgumentException(
                            "a text has " + text.length + " bytes, allowed are " + limits.textBytesMax());
                }
                if (taken > limits.corpusBytesMax()) {
                    throw new IllegalArgumentException(
                            "the texts have more than " + limits.corpusBytesMax() + " bytes");
                }
                if (text.length > 0) {
                    return text;
                }
            }
            return new byte[0];
        }
    }
}
