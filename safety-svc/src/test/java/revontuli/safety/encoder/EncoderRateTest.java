package revontuli.safety.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Prints how fast large encoders are computed on one thread, with made-up weights: speed does not depend on them.
@EnabledIfSystemProperty(named = "revontuli.measure", matches = "true")
class EncoderRateTest {
    private static final int WARM = 6;
    private static final int MEASURED = 30;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"distilbert,6", "xlm-roberta,12"})
    void speedOfABaseModel(String model, int layers) {
        SequenceClassifier classifier = SequenceClassifier.open(MadeDirectory.writeBase(folder, model, layers));
        for (int tokens : new int[] {16, 64}) {
            int[] ids = new int[tokens];
            Arrays.fill(ids, 5);
            long[] nanos = new long[MEASURED];
            for (int i = -WARM; i < MEASURED; i++) {
                long begin = System.nanoTime();
                assertThat(classifier.logits(ids)).hasSize(3);
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - begin;
                }
            }
            Arrays.sort(nanos);
            System.out.printf(
                    Locale.ROOT,
                    "%s, %d layers of 768, %d tokens: %.1f ms, p99 %.1f ms, %.1f texts a second%n",
                    model,
                    layers,
                    tokens,
                    nanos[MEASURED / 2] / 1e6,
                    nanos[MEASURED - 1] / 1e6,
                    1e9 * MEASURED / Arrays.stream(nanos).sum());
        }
    }
}
