package revontuli.safety.classify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.policy.Category;
import revontuli.safety.text.Span;
import revontuli.safety.text.Words;

/// Reads a text through windows of at most [Lexicon#SPAN_MAX] characters, so that padding does not thin harm out and
/// a stream that holds that much back sees what the whole text shows.
///
/// A window ends with a sentence, or with any word of a sentence that is longer than a window; it begins with the
/// sentence or as far back as it may. Immutable; threads may share it.
public final class Classifier {
    /// Windows from this score on are all reported, below it only the best one.
    public static final double REPORTED_FROM = 0.5;

    private final Model model;
    private final Lexicon lexicon;

    Classifier(Model model, Lexicon lexicon) {
        this.model = model;
        this.lexicon = lexicon;
    }

    /// The model that comes with the suite.
    public static Classifier shipped(Lexicon lexicon) {
        return new Classifier(Model.shipped(), lexicon);
    }

    /// A window, in units of the words, with its score, 0 to 1, and the likeliest category.
    public record Judged(Category category, Span within, double score) {}

    /// The windows that peak at [#REPORTED_FROM] or more; else the best one; empty for a text without words.
    public List<Judged> read(Words words) {
        return new Pass(TextFeatures.of(words, lexicon)).run();
    }

    private final class Pass {
        private final TextFeatures features;
        private final long[] sums;
        private final Map<Tongue, int[]> tongues = new EnumMap<>(Tongue.class);
        private final List<Judged> judged = new ArrayList<>();
        private double best = Double.NEGATIVE_INFINITY;
        private int bestFrom;
        private int bestTo;

        Pass(TextFeatures features) {
            this.features = features;
            this.sums = new long[features.items() + 1];
            for (int item = 0; item < features.items(); item++) {
                long sum = sums[item];
                for (int place = features.firstShape(item); place < features.firstShape(item + 1); place++) {
                    sum += model.harm().shape(features.shape(place));
                }
                sums[item + 1] = sum;
            }
            countTongues();
        }

        private void countTongues() {
            String text = features.words().text();
            for (Tongue tongue : Tongue.values()) {
                tongues.put(tongue, new int[features.items() + 1]);
            }
            for (int item = 0; item < features.items(); item++) {
                Tongue told = Tongue.of(text, features.start(item), features.end(item));
                int at = item;
                tongues.forEach((tongue, counts) -> counts[at + 1] = counts[at] + (tongue == told ? 1 : 0));
            }
        }

        private Tongue tongue(int from, int to) {
            for (Map.Entry<Tongue, int[]> entry : tongues.entrySet()) {
                int[] counts = entry.getValue();
                if ((counts[to + 1] - counts[from]) * entry.getKey().oneIn() >= to + 1 - from) {
                    return entry.getKey();
                }
            }
            return Tongue.OTHER;
        }

        List<Judged> run() {
            int sentenceFrom = 0;
            int from = 0;
            for (int item = 0; item < features.items(); item++) {
                boolean last = item + 1 == features.items() || features.sentence(item + 1) != features.sentence(item);
                while (features.end(item) - features.start(from) > Lexicon.SPAN_MAX && from < item) {
                    from++;
                }
                int begin = Math.max(from, sentenceFrom);
                boolean full = begin > sentenceFrom;
                if (last || full) {
                    judge(begin, item);
                }
                if (last) {
                    if (from < sentenceFrom) {
                        judge(from, item);
                    }
                    sentenceFrom = item + 1;
                }
            }
            if (judged.isEmpty() && best > Double.NEGATIVE_INFINITY) {
                judged.add(found(bestFrom, bestTo, best));
            }
            return judged;
        }

        private void judge(int from, int to) {
            if (features.end(to) - features.start(from) > Lexicon.SPAN_MAX) {
                return; // one word longer than any window: nobody's language
            }
            double value = value(from, to);
            double odds = model.logOdds(value) + tongue(from, to).shift();
            if (odds > best) {
                best = odds;
                bestFrom = from;
                bestTo = to;
            }
            if (Model.probability(odds) >= REPORTED_FROM) {
                judged.add(found(from, to, odds));
            }
        }

        private double value(int from, int to) {
            int count = features.firstShape(to + 1) - features.firstShape(from);
            int[] concepts = features.concepts(features.start(from), features.end(to));
            return model.harm()
                    .value(sums[to + 1] - sums[from], count, model.harm().concepts(concepts));
        }

        private Judged found(int from, int to, double odds) {
            return new Judged(
                    category(from, to), new Span(features.start(from), features.end(to)), Model.probability(odds));
        }

        private Category category(int from, int to) {
            int first = features.firstShape(from);
            int end = features.firstShape(to + 1);
            int[] concepts = features.concepts(features.start(from), features.end(to));
            @Nullable Category likeliest = null;
            double highest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < Model.CATEGORIES.size(); i++) {
                Weights head = model.category(i);
                long sum = 0;
                for (int place = first; place < end; place++) {
                    sum += head.shape(features.shape(place));
                }
                double value = head.value(sum, end - first, head.concepts(concepts));
                if (value > highest) {
                    highest = value;
                    likeliest = Model.CATEGORIES.get(i);
                }
            }
            return Optional.ofNullable(likeliest).orElseThrow();
        }
    }
}
