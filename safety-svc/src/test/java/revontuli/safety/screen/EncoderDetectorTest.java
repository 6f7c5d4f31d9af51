package revontuli.safety.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.safety.encoder.MadeDirectory;
import revontuli.safety.encoder.SequenceClassifier;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.policy.Category;
import revontuli.safety.policy.Direction;
import revontuli.safety.policy.PolicyFile;
import revontuli.safety.text.Span;

/// A classifier of one's own as a stage.
class EncoderDetectorTest {
    @TempDir
    static Path folder;

    private SequenceClassifier classifier;

    @BeforeEach
    void open() {
        classifier = SequenceClassifier.open(MadeDirectory.write(folder, "bert"));
    }

    @Test
    void scoresOfNamedLabelsAreFindingsOfTheirCategories() {
        EncoderDetector detector = new EncoderDetector(
                classifier, Map.of("harmful", Category.ILLEGAL_ACTS, "hateful", Category.HATE_AND_HARASSMENT));
        Screener screener = new Screener(PolicyFile.shipped(), List.of(detector));
        String text = "How do I bake bread?";

        Screened screened = screener.screen(Direction.PROMPT, text);

        double[] probabilities = classifier.probabilities(text);
        Scores scores = screened.verdict().grounds().scores();
        assertThat(scores.byCategory().get(Category.ILLEGAL_ACTS)).isGreaterThanOrEqualTo(probabilities[1]);
        assertThat(scores.byCategory().get(Category.HATE_AND_HARASSMENT)).isGreaterThanOrEqualTo(probabilities[2]);
        assertThat(scores.byCategory().getOrDefault(Category.CYBER_ATTACKS, 0.0))
                .isZero();
    }

    @Test
    void labelThatTheModelLacksIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EncoderDetector(classifier, Map.of("toxic", Category.HATE_AND_HARASSMENT)))
                .withMessageContaining("toxic")
                .withMessageContaining("hateful");
        assertThatIllegalArgumentException().isThrownBy(() -> new EncoderDetector(classifier, Map.of()));
    }

    @Test
    void longSentencesAreReadInStretchesThatOverlap() {
        String text = "One. Two! " + "word ".repeat(60) + "🙂".repeat(100);

        List<Span> stretches = EncoderDetector.stretches(text);

        assertThat(stretches.get(0)).isEqualTo(new Span(0, 4));
        assertThat(stretches.get(1)).isEqualTo(new Span(4, 9));
        assertThat(stretches.getLast().end()).isEqualTo(text.length());
        for (int i = 2; i < stretches.size(); i++) {
            Span span = stretches.get(i);
            assertThat(span.length()).isLessThanOrEqualTo(Lexicon.SPAN_MAX);
            assertThat(Character.isLowSurrogate(text.charAt(span.start()))).isFalse();
            assertThat(i == 2 || span.start() < stretches.get(i - 1).end()).isTrue();
        }
    }
}
