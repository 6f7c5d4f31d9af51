package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {
    private static final float[] LOGITS = {0f, 1f, 2f, 3f, 9f};
    private static final int USED = 4; // the last one is padding

    private static int[] draws(Sampling sampling, int count) {
        Sampler sampler = new Sampler(sampling, USED);
        return IntStream.range(0, count).map(_ -> sampler.next(LOGITS)).toArray();
    }

    @Test
    void greedyTakesTheHighestAndTheLowestIdAmongEquals() {
        assertThat(new Sampler(Sampling.GREEDY, USED).next(LOGITS)).isEqualTo(3);
        assertThat(new Sampler(Sampling.GREEDY, USED).next(new float[] {1, 5, 5, 2}))
                .isEqualTo(1);
    }

    @Test
    void drawsFollowTheSoftmax() {
        int count = 20_000;
        int[] seen = new int[LOGITS.length];
        for (int token : draws(new Sampling(1, 0, 1, 1, 42), count)) {
            seen[token]++;
        }

        double total =
                IntStream.range(0, USED).mapToDouble(i -> Math.exp(LOGITS[i])).sum();
        for (int i = 0; i < USED; i++) {
            assertThat((double) seen[i] / count).isCloseTo(Math.exp(LOGITS[i]) / total, within(0.015));
        }
        assertThat(seen[USED]).isZero();
    }

    @Test
    void seedDecides() {
        Sampling sampling = new Sampling(1, 3, 0.95, 1.1, 7);

        assertThat(draws(sampling, 200))
                .isEqualTo(draws(sampling, 200))
                .isNotEqualTo(draws(new Sampling(1, 3, 0.95, 1.1, 8), 200));
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "2,1,2", "4,1,4", "9,1,4", "0,0.5,1", "0,0.7,2", "0,0.99,4", "3,0.9,2", "0,0.0001,1"})
    void topKAndTopPKeepTheHeaviest(int topK, double topP, int kept) {
        Set<Integer> tokens = new HashSet<>();
        for (int token : draws(new Sampling(1, topK, topP, 1, 3), 3000)) {
            tokens.add(token);
        }

        assertThat(tokens)
                .isEqualTo(
                        new HashSet<>(IntStream.range(USED - kept, USED).boxed().toList()));
    }

    @Test
    void repetitionPenaltyWeakensWhatWasSeen() {
        Sampler sampler = new Sampler(new Sampling(0, 0, 1, 2, 0), 3);
        sampler.seen(0);

        assertThat(sampler.next(new float[] {3f, 1.6f, 1f})).isEqualTo(1);
        assertThat(sampler.next(new float[] {3f, 1.6f, 1f})).isZero();
        assertThat(sampler.next(new float[] {-1f, -1f, -1.9f})).isEqualTo(2);
    }

    @Test
    void logProbabilitiesAddUpToOne() {
        double sum = 0;
        for (int i = 0; i < LOGITS.length; i++) {
            sum += Math.exp(Sampler.logProbability(LOGITS, i));
        }

        assertThat(sum).isCloseTo(1, within(1e-12));
        assertThat(Sampler.logProbability(new float[] {1000f, 0f}, 0)).isZero();
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        refused(() -> new Sampling(-1, 0, 1, 1, 0));
        refused(() -> new Sampling(Double.NaN, 0, 1, 1, 0));
        refused(() -> new Sampling(1, -1, 1, 1, 0));
        refused(() -> new Sampling(1, 0, 0, 1, 0));
        refused(() -> new Sampling(1, 0, 1.1, 1, 0));
        refused(() -> new Sampling(1, 0, 1, 0, 0));
        refused(() -> new Sampler(Sampling.GREEDY, 0));
        refused(() -> new Sampler(Sampling.GREEDY, 2).next(new float[] {1, Float.NaN}));
    }

    private static void refused(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }
}
