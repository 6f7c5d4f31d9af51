package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Correct means: the logits of the reference implementation, at every position, in every way to compute them.
class GoldenLogitsTest {
    @ParameterizedTest
    @EnumSource
    void wholeTextsMatchTheReference(Golden golden) throws CheckpointRejected {
        try (LanguageModel model = golden.open(1)) {
            for (int t = 0; t < golden.texts().size(); t++) {
                float[][] logits = model.logits(golden.texts().get(t));

                assertClose(logits, golden.expected(t));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void prefillThenDecodeMatchesTheReference(Golden golden) throws CheckpointRejected {
        try (LanguageModel model = golden.open(1)) {
            for (int t = 0; t < golden.texts().size(); t++) {
                int[] ids = golden.texts().get(t);
                for (int prompt : new int[] {1, 7, 60, 64, 70}) {
                    if (prompt <= ids.length) {
                        assertClose(stepByStep(model, ids, prompt), tail(golden.expected(t), prompt - 1));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void scoresAreTheLogProbabilitiesOfTheReference(Golden golden) throws CheckpointRejected {
        try (LanguageModel model = golden.open(1)) {
            int[] ids = golden.texts().getFirst();

            double[] scores = model.score(ids);

            float[][] expected = golden.expected(0);
            for (int i = 0; i < scores.length; i++) {
                assertThat(scores[i])
                        .isCloseTo(new LogProbabilities(expected[i]).of(ids[i + 1]), within((double) Golden.TOLERANCE));
            }
        }
    }

    private static float[][] stepByStep(LanguageModel model, int[] ids, int prompt) {
        float[][] logits = new float[ids.length - prompt + 1][];
        logits[0] = model.prefill(0, Arrays.copyOf(ids, prompt), 0);
        for (int i = prompt; i < ids.length; i++) {
            logits[i - prompt + 1] = model.decode(new int[] {0}, new int[] {ids[i]})[0];
        }
        return logits;
    }

    private static float[][] tail(float[][] rows, int from) {
        return Arrays.copyOfRange(rows, from, rows.length);
    }

    private static void assertClose(float[][] found, float[][] expected) {
        assertThat(found).hasDimensions(expected.length, expected[0].length);
        float worst = 0;
        for (int i = 0; i < expected.length; i++) {
            for (int j = 0; j < expected[i].length; j++) {
                worst = Math.max(worst, Math.abs(found[i][j] - expected[i][j]));
            }
        }
        assertThat(worst).isLessThan(Golden.TOLERANCE);
    }
}
