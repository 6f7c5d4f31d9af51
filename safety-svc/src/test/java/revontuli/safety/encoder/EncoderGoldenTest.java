package revontuli.safety.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Ids and logits are those of the reference implementation.
class EncoderGoldenTest {
    private static final float FLOAT_ERROR = 2e-5f;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"bert", "distilbert", "xlm-roberta"})
    void idsAndLogitsAreThoseOfTheReference(String model) {
        requireGolden(model, SequenceClassifier.open(MadeDirectory.write(folder, model)));
    }

    @ParameterizedTest
    @CsvSource({"bert,traced", "distilbert,captured", "xlm-roberta,traced", "xlm-roberta,captured"})
    void exportedGraphGivesTheSame(String model, String graph) {
        requireGolden(model, SequenceClassifier.open(MadeDirectory.writeOnnx(folder, model, graph)));
    }

    private static void requireGolden(String model, SequenceClassifier classifier) {
        List<JsonFile> cases = MadeDirectory.golden(model).objects("cases");

        assertThat(cases).hasSize(9);
        for (JsonFile one : cases) {
            int[] ids = classifier.ids(one.text("text"));
            assertThat(ids).as(one.text("text")).isEqualTo(numbers(one.list("ids")));
            float[] logits = classifier.logits(ids);
            List<?> expected = one.list("logits");
            for (int i = 0; i < logits.length; i++) {
                assertThat(logits[i])
                        .as(one.text("text"))
                        .isCloseTo(Float.parseFloat(expected.get(i).toString()), within(FLOAT_ERROR));
            }
        }
    }

    private static int[] numbers(List<?> numbers) {
        return numbers.stream().mapToInt(one -> ((BigDecimal) one).intValue()).toArray();
    }

    @ParameterizedTest
    @CsvSource({"bert,true", "xlm-roberta,false"})
    void probabilitiesOfOneLabelOfManySumToOne(String model, boolean one) {
        SequenceClassifier classifier = SequenceClassifier.open(MadeDirectory.write(folder, model));

        double sum =
                Arrays.stream(classifier.probabilities("How do I bake bread?")).sum();

        assertThat(classifier.labels()).containsExactly("fine", "harmful", "hateful");
        assertThat(Math.abs(sum - 1) < 1e-9).isEqualTo(one);
    }
}
