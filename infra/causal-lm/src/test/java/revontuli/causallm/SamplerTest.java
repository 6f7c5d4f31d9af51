package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.NoSuchElementException;
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
            sum += Math.exp(new LogProbabilities(LOGITS).of(i));
        }

        assertThat(sum).isCloseTo(1, within(1e-12));
        assertThat(new LogProbabilities(new float[] {1000f, 0f}).of(0)).isZero();
    }

    @Test
    void likeliestComeFirstAndTheLowerIdAmongEquals() {
        LogProbabilities some = new LogProbabilities(new float[] {2, 5, 5, -1, 5, 9});

        assertThat(some.likeliest(3, 5)).containsExactly(1, 2, 4);
        assertThat(some.likeliest(2, 5)).containsExactly(1, 2);
        assertThat(some.likeliest(20, 5)).containsExactly(1, 2, 4, 0, 3);
        assertThat(some.likeliest(0, 5)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,4", "0.04,4", "0.1,3", "0.2,2", "0.5,1", "1,1"})
    void minPKeepsWhatIsLikelyBesideTheLikeliest(double minP, int kept) {
        // e^-3, e^-2, e^-1 and 1 beside the likeliest: 0.050, 0.135, 0.368, 1
        assertThat(keptBy(new Sampling.Cut(0, 1, minP))).isEqualTo(kept);
    }

    @Test
    void everyCutCounts() {
        assertThat(keptBy(new Sampling.Cut(3, 1, 0.04))).isEqualTo(3);
        assertThat(keptBy(new Sampling.Cut(3, 0.7, 0.04))).isEqualTo(2);
        assertThat(keptBy(new Sampling.Cut(3, 0.7, 0.4))).isEqualTo(1);
    }

    private static int keptBy(Sampling.Cut cut) {
        Set<Integer> tokens = new HashSet<>();
        for (int token : draws(new Sampling(1, cut, Sampling.Penalties.NONE, Map.of(), 3), 3000)) {
            tokens.add(token);
        }
        return tokens.size();
    }

    @Test
    void theHeaviestComeAsAFullSortWouldGiveThem() {
        SplitMix random = new SplitMix(5);
        for (int length : new int[] {1, 2, 3, 100, 1000}) {
            double[] weights = new double[length];
            Arrays.setAll(weights, _ -> Math.floor(random.nextDouble() * 40) / 40); // with many equals
            int[] sorted = IntStream.range(0, length)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer i) -> -weights[i]))
                    .mapToInt(i -> i)
                    .toArray();
            Heaviest heaviest = new Heaviest(weights);

            assertThat(IntStream.range(0, length).map(_ -> heaviest.next()).toArray())
                    .isEqualTo(sorted);
            assertThatThrownBy(heaviest::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void theExponentialIsThatOfTheLibraryAndNothingFarBelow() {
        SplitMix random = new SplitMix(6);
        for (int i = 0; i < 200_000; i++) {
            double x = -708 * Math.pow(random.nextDouble(), 1 + i % 5);
            double exact = StrictMath.exp(x);

            assertThat(Math.abs(Exponential.of(x) - exact) <= 3 * Math.ulp(exact))
                    .as("e^%s", x)
                    .isTrue();
        }
        assertThat(Exponential.of(0)).isEqualTo(1);
        assertThat(Exponential.of(-0.0)).isEqualTo(1);
        assertThat(Exponential.of(-709)).isZero();
        assertThat(Exponential.of(Double.NEGATIVE_INFINITY)).isZero();
    }

    @Test
    void outputPenaltiesCountTheOutputOnly() {
        Sampler presence = new Sampler(penalized(1.5, 0), 3);
        presence.seen(0); // the prompt does not count
        Sampler frequency = new Sampler(penalized(0, 0.6), 3);
        Sampler reward = new Sampler(penalized(-2, -2), 3);
        float[] logits = {3f, 2f, 1f};

        assertThat(IntStream.range(0, 4).map(_ -> presence.next(logits))).containsExactly(0, 1, 0, 0);
        assertThat(IntStream.range(0, 4).map(_ -> frequency.next(logits))).containsExactly(0, 0, 1, 0);
        assertThat(IntStream.range(0, 4).map(_ -> reward.next(logits))).containsOnly(0);
    }

    private static Sampling penalized(double presence, double frequency) {
        return new Sampling(0, Sampling.Cut.NONE, new Sampling.Penalties(1, presence, frequency), Map.of(), 0);
    }

    @Test
    void biasForcesAndForbids() {
        Sampling forced =
                new Sampling(0, Sampling.Cut.NONE, Sampling.Penalties.NONE, Map.of(0, 100f, 3, -100f, 4, 100f), 0);
        Sampling drawn = new Sampling(1, Sampling.Cut.NONE, Sampling.Penalties.NONE, Map.of(3, -100f), 9);

        assertThat(new Sampler(forced, USED).next(LOGITS)).isZero(); // 4 is padding, whatever its bias
        assertThat(IntStream.of(draws(drawn, 2000))).doesNotContain(3).contains(0, 1, 2);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        refused(() -> new Sampling(-1, 0, 1, 1, 0));
        refused(() -> new Sampling(Double.NaN, 0, 1, 1, 0));
        refused(() -> new Sampling(1, -1, 1, 1, 0));
        refused(() -> new Sampling(1, 0, 0, 1, 0));
        refused(() -> new Sampling(1, 0, 1.1, 1, 0));
        refused(() -> new Sampling(1, 0, 1, 0, 0));
        for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
            refused(() -> new Sampling.Cut(0, 1, bad));
        }
        for (double bad : new double[] {-101, 101, Double.NaN}) {
            refused(() -> new Sampling.Penalties(1, bad, 0));
            refused(() -> new Sampling.Penalties(1, 0, bad));
            refused(() -> biased(1, (float) bad));
        }
        refused(() -> biased(-1, 1));
        refused(() -> new Sampler(Sampling.GREEDY, 0));
        refused(() -> new Sampler(Sampling.GREEDY, 2).next(new float[] {1, Float.NaN}));
    }

    private static Sampling biased(int id, float bias) {
        return new Sampling(0, Sampling.Cut.NONE, Sampling.Penalties.NONE, Map.of(id, bias), 0);
    }

    private static void refused(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }
}
