package revontuli.cli.bench.endurance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.cli.CliException;
import revontuli.cli.Service;

class EnduranceResultTest {
    private static final int MINUTES = 60;

    private static double[] series(IntToDoubleFunction value) {
        double[] samples = new double[MINUTES];
        for (int i = 0; i < MINUTES; i++) {
            samples[i] = value.applyAsDouble(i);
        }
        return samples;
    }

    @Test
    void aSlopeIsFoundThroughNoiseAndOutliers() {
        double[] samples = series(i -> 100 + 0.5 * i + (i % 7 - 3) * 0.4 + (i == 20 ? 500 : 0));

        assertThat(Trend.slope(samples)).isCloseTo(0.5, within(0.02));
        assertThat(Trend.growth(samples)).isCloseTo(0.5 * (MINUTES - 1), within(1.0));
    }

    @Test
    void nothingGrowsFromOneSampleOrNone() {
        assertThat(Trend.growth(new double[0])).isZero();
        assertThat(Trend.growth(new double[] {7})).isZero();
    }

    private static EnduranceResult result(IntToDoubleFunction heap, IntToDoubleFunction outside, double slots) {
        EnduranceResult result = new EnduranceResult(4);
        for (int i = 0; i < MINUTES; i++) {
            Holding steady = new Holding(40, 300, 50, 100);
            Holding inference = new Holding(heap.applyAsDouble(i), outside.applyAsDouble(i), 60, 120);
            result.sample(new EnduranceResult.Sample(
                    Map.of(
                            Service.INFERENCE, inference,
                            Service.SAFETY, steady,
                            Service.TOKENIZER, steady,
                            Service.TRAINER, steady),
                    i == MINUTES / 2 ? slots : 0,
                    0));
        }
        return result;
    }

    @Test
    void whatOnlyWarmsUpPasses() {
        EnduranceResult result = result(i -> 30 + i % 3, i -> 400 + 20 * Math.min(i, 12) + i % 5, 0);

        assertThat(result.passed()).as(result.lines().toString()).isTrue();
        assertThat(result.json().path("passed").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0.2, 0, 0", "0, 0.4, 0", "0, 0, 1"})
    void aLeakOrAKeptSlotDoesNot(double heapAMinute, double outsideAMinute, double slots) {
        EnduranceResult result =
                result(i -> 30 + heapAMinute * i + i % 3, i -> 400 + outsideAMinute * i + i % 5, slots);

        assertThat(result.passed()).as(result.lines().toString()).isFalse();
    }

    @Test
    void aCallThatFailedDoesNotPass() {
        EnduranceResult result = result(i -> 30, i -> 400, 0);
        result.failed("stream", "UNAVAILABLE");

        assertThat(result.passed()).isFalse();
        assertThat(result.lines()).anyMatch(line -> line.contains("stream: UNAVAILABLE"));
    }

    @ParameterizedTest
    @CsvSource({"' def new generation  ', ' tenured generation  '", "'DefNew    ', 'Tenured   '"})
    void theHeapIsReadFromWhatTheMachineTells(String young, String old) {
        Holding.Heap heap = Holding.heap("""
                1524:
                Command executed successfully
                %s total 44288K, used 12K [0x00000000f0000000, 0x00000000f3000000, 0x00000000f3000000)
                  eden space 39424K,   0%% used [0x00000000f0000000, 0x00000000f0000000, 0x00000000f2680000)
                %s total 212992K, used 7404K [0x00000000f3000000, 0x0000000100000000, 0x0000000100000000)
                   the space 212992K,   3%% used [0x00000000f3000000, 0x00000000f373b0f0, 0x0000000100000000)
                 Metaspace       used 8311K, committed 8512K, reserved 1114112K
                """.formatted(young, old));

        assertThat(heap).isEqualTo(new Holding.Heap(7416, 0xf0000000L, 0x100000000L));
        assertThatThrownBy(() -> Holding.heap("no heap")).isInstanceOf(CliException.class);
    }
}
