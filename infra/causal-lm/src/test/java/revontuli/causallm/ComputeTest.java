package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Which form is taken, and how far the rounded ones lie from the reference.
class ComputeTest {
    private static final long LARGE = 1_000_000_000;

    @ParameterizedTest
    @CsvSource({
        "avx2 avx512f avx512_vnni avx512_bf16, INT8",
        "avx2 avx_vnni,                        INT8",
        "avx512f avx512_bf16,                  BF16",
        "avx2,                                 F32",
        "'',                                   F32"
    })
    void largeModelTakesWhatTheProcessorMultipliesFast(String flags, Compute expected) {
        assertThat(Compute.automatic(LARGE, Processor.of(flags))).isEqualTo(expected);
    }

    @Test
    void smallModelIsNotRounded() {
        assertThat(Compute.automatic(6_000_000, Processor.of("avx512_vnni"))).isEqualTo(Compute.F32);
    }

    @Test
    void namesAreThoseOfTheSettings() {
        assertThat(Compute.named("int8")).contains(Compute.INT8);
        assertThat(Compute.named("INT8")).isEmpty();
        assertThat(Compute.named("fp4")).isEmpty();
    }

    /// Root of the mean square of the difference over that of the reference, over all texts and positions. The golden
    /// weights are random and large, so this is harder than a trained model.
    @ParameterizedTest
    @EnumSource
    void roundedFormsStayCloseToTheReference(Golden golden) throws CheckpointRejected {
        assertThat(distance(golden, Compute.BF16)).isGreaterThan(0).isLessThan(0.02);
        assertThat(distance(golden, Compute.INT8)).isGreaterThan(0).isLessThan(0.08);
        assertThat(distance(golden, Compute.INT4)).isGreaterThan(0).isLessThan(0.35);
    }

    @Test
    void whatDoesNotFitFourBitsTakesTheNextForm() {
        assertThat(Compute.INT4.fits(shape(64, 32), Device.CPU)).isTrue();
        assertThat(Compute.INT4.fits(shape(70, 32), Device.CPU)).isFalse();
        assertThat(Compute.INT4.fits(shape(64, 24), Device.CPU)).isFalse();
        assertThat(Compute.INT8.fits(shape(70, 24), Device.CPU)).isTrue();
        assertThat(Compute.INT4.simpler()).contains(Compute.INT8);
    }

    private static ModelConfig shape(int vocabulary, int width) {
        return new ModelConfig(vocabulary, 64, 1, 2, width, 64, ModelConfig.Activation.GELU, 1e-5);
    }

    private static double distance(Golden golden, Compute compute) throws CheckpointRejected {
        double error = 0;
        double whole = 0;
        try (LanguageModel model = LanguageModel.open(golden.checkpoint(), 1, 96, 2, compute)) {
            for (int text = 0; text < golden.texts().size(); text++) {
                float[][] found = model.logits(golden.texts().get(text));
                float[][] expected = golden.expected(text);
                for (int i = 0; i < found.length; i++) {
                    for (int j = 0; j < found[i].length; j++) {
                        error += Math.pow(found[i][j] - expected[i][j], 2);
                        whole += Math.pow(expected[i][j], 2);
                    }
                }
            }
        }
        return Math.sqrt(error / whole);
    }

    @Test
    void aSmallModelHasOneThread() {
        assertThat(StepThreads.automatic(1_000_000, 8)).isEqualTo(1);
        assertThat(StepThreads.automatic(164_000_000, 8)).isEqualTo(8);
    }
}
