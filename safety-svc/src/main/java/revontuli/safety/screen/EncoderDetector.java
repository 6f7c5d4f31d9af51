package revontuli.safety.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import revontuli.safety.encoder.SequenceClassifier;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.policy.Category;
import revontuli.safety.policy.Direction;
import revontuli.safety.text.Span;
import revontuli.safety.text.View;

/// A classifier from a directory as the stage `classifier`, in place of the shipped one; it reads every view. Its
/// rule is named after the label.
///
/// It reads sentence by sentence, and what is longer than [Lexicon#SPAN_MAX] units in stretches of that length that
/// overlap by half: what a stream sees is what it holds back.
public final class EncoderDetector implements Detector {
    private static final String RULE = "classifier.";
    private static final int STRETCH = Lexicon.SPAN_MAX;
    private static final String ENDS = ".!?\n。！？।";

    private final SequenceClassifier classifier;
    private final List<Category> categories = new ArrayList<>();

    /// @param labels which category a label means; labels that are not named mean no harm
    public EncoderDetector(SequenceClassifier classifier, Map<String, Category> labels) {
        this.classifier = classifier;
        TreeMap<String, Category> left = new TreeMap<>(labels);
        for (String label : classifier.labels()) {
            categories.add(left.remove(label));
        }
        if (labels.isEmpty() || !left.isEmpty()) {
            throw new IllegalArgumentException("revontuli.safety.classifier.labels: "
                    + (labels.isEmpty() ? "names no label" : left.firstKey() + " is none of the model's")
                    + "; give a category to one or more of " + classifier.labels());
        }
    }

    @Override
    public String stage() {
        return ClassifierDetector.STAGE;
    }

    @Override
    public List<Finding> read(View view, Direction direction, boolean opening) {
        String text = view.text().text();
        List<Finding> findings = new ArrayList<>();
        for (Span stretch : stretches(text)) {
            String part = text.substring(stretch.start(), stretch.end());
            if (part.isBlank()) {
                continue;
            }
            double[] probabilities = classifier.probabilities(part);
            Map<Category, Finding> surest = new TreeMap<>();
            for (int label = 0; label < probabilities.length; label++) {
                Category category = categories.get(label);
                if (category != null) {
                    surest.merge(
                            category,
                            finding(view, stretch, label, probabilities[label]),
                            (one, other) -> other.score() > one.score() ? other : one);
                }
            }
            findings.addAll(surest.values());
        }
        return findings;
    }

    private Finding finding(View view, Span stretch, int label, double score) {
        String rule = RULE + classifier.labels().get(label);
        return new Finding(
                categories.get(label),
                rule,
                rule,
                stage(),
                view.name(),
                view.text().original(stretch.start(), stretch.end()),
                score);
    }

    /// Sentences, and stretches of those that are long.
    static List<Span> stretches(String text) {
        List<Span> stretches = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= text.length(); at++) {
            boolean last = at == text.length();
            if (last || ENDS.indexOf(text.charAt(at)) >= 0) {
                int to = last ? at : at + 1;
                cut(text, from, to, stretches);
                from = to;
            }
        }
        return stretches;
    }

    private static void cut(String text, int from, int to, List<Span> stretches) {
        if (to - from <= STRETCH) {
            if (to > from) {
                stretches.add(new Span(from, to));
            }
            return;
        }
        for (int at = from; at < to; at += STRETCH / 2) {
            int begin = whole(text, at);
            int end = whole(text, Math.min(to, at + STRETCH));
            stretches.add(new Span(begin, end));
            if (end == to) {
                return;
            }
        }
    }

    /// Not inside a character.
    private static int whole(String text, int at) {
        boolean inside = at > 0
                && at < text.length()
                && Character.isLowSurrogate(text.charAt(at))
                && Character.isHighSurrogate(text.charAt(at - 1));
        return inside ? at - 1 : at;
    }
}
