package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows do not influence each other, slots carry nothing over, and misuse is refused before it touches native memory.
@ParameterizedClass
@EnumSource
class LanguageModelTest {
    private static final int SLOTS = 40;

    @SuppressWarnings("NullAway.Init") // before each form
    private static LanguageModel model;

    private final Compute compute;

    LanguageModelTest(Compute compute) {
        this.compute = compute;
    }

    @BeforeParameterizedClassInvocation
    static void open(Compute compute, @TempDir Path folder) throws CheckpointRejected {
        ModelConfig config = new ModelConfig(320, 256, 2, 4, 128, 512, ModelConfig.Activation.GELU_TANH, 1e-5);
        Checkpoint checkpoint = Checkpoint.open(TestModels.exported(folder, config, Precision.F32));
        model = LanguageModel.open(checkpoint, SLOTS, 200, 2, compute);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        model.close();
    }

    @Test
    void formThatWasAskedForKeepsItsPromisesHere() {
        assertThat(model.compute()).isEqualTo(compute);
        assertThat(model.engine()).contains(", " + compute.text() + ", ");
    }

    @Test
    void severalTokensAtOnceGiveTheBitsOfOneAfterTheOther() {
        int[] prompt = TestModels.text(61, 11);
        int[] next = TestModels.text(7, 12);
        model.prefill(0, prompt, 0);
        float[][] single = new float[next.length][];
        for (int i = 0; i < next.length; i++) {
            single[i] = model.decode(new int[] {0}, new int[] {next[i]})[0];
        }
        model.prefill(1, prompt, 0);
        model.prefill(2, TestModels.text(90, 13), 0);
        model.prefill(3, TestModels.text(5, 14), 0);

        float[][][] together = model.decode(new int[] {2, 1, 3}, new int[][] {{4, 5}, next, {9}});

        assertThat(together[1]).isDeepEqualTo(single);
        assertThat(model.length(1)).isEqualTo(68);
        model.truncate(1, 63);
        assertThat(model.decode(new int[] {1}, new int[] {next[2]})[0]).isEqualTo(single[2]);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 8, 9, 16, 23, 40})
    void rowGivesTheSameBitsAloneAndAmongOthers(int rows) {
        int[] prompt = TestModels.text(58, 1);
        float[][] alone = generate(new int[] {3}, new int[][] {prompt}, 12)[0];

        int[] slots = IntStream.range(0, rows).toArray();
        int[][] prompts = new int[rows][];
        Arrays.setAll(prompts, r -> r == rows / 2 ? prompt : TestModels.text(1 + 13 * r % 140, 100 + r));
        float[][] among = generate(slots, prompts, 12)[rows / 2];

        assertThat(among).isDeepEqualTo(alone);
    }

    @Test
    void reusedSlotRemembersNothing() {
        int[] prompt = TestModels.text(70, 2);
        model.prefill(0, TestModels.text(150, 3), 0);
        generate(new int[] {1}, new int[][] {TestModels.text(100, 4)}, 50);
        float[] fresh = model.prefill(2, prompt, 0);

        float[] reused = model.prefill(1, prompt, 0);

        assertThat(reused).isEqualTo(fresh);
        assertThat(model.decode(new int[] {1}, new int[] {5})[0])
                .isEqualTo(model.decode(new int[] {2}, new int[] {5})[0]);
        assertThat(model.length(1)).isEqualTo(71);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 8, 63, 64, 65, 170})
    void rowsOfAPrefillAreThoseOfPrefillsThatEndThere(int length) {
        int[] prompt = TestModels.text(length, 21);

        float[][] rows = model.prefillRows(0, prompt, 0);

        assertThat(rows).hasDimensions(length, 320);
        for (int end : new int[] {1, length / 2, length - 1, length}) {
            if (end > 0) {
                assertThat(rows[end - 1]).isEqualTo(model.prefill(1, Arrays.copyOf(prompt, end), 0));
            }
        }
        assertThat(model.decode(new int[] {0}, new int[] {5})[0])
                .isEqualTo(decodedBehind(prompt)); // the slot holds the same
    }

    private static float[] decodedBehind(int[] prompt) {
        model.prefill(2, prompt, 0);
        return model.decode(new int[] {2}, new int[] {5})[0];
    }

    @Test
    void prefillInChunksGivesTheBitsOfOneCall() {
        int[] prompt = TestModels.text(170, 5);
        float[] whole = model.prefill(0, prompt, 0);

        for (int from = 0; from < prompt.length; from += LanguageModel.PREFILL_CHUNK) {
            int end = Math.min(from + LanguageModel.PREFILL_CHUNK, prompt.length);
            float[] chunk = model.prefill(1, Arrays.copyOfRange(prompt, from, end), from);
            if (end == prompt.length) {
                assertThat(chunk).isEqualTo(whole);
            }
        }
    }

    @Test
    void prefixUpToABorderIsReusedBitForBit() {
        int[] prompt = TestModels.text(150, 6);
        float[] fresh = model.prefill(0, prompt, 0);
        model.prefill(1, Arrays.copyOf(prompt, 140), 0);
        model.truncate(1, 128);

        float[] reused = model.prefill(1, Arrays.copyOfRange(prompt, 128, 150), 128);

        assertThat(reused).isEqualTo(fresh);
    }

    @Test
    void prefixCopiedFromAnotherSlotIsReusedBitForBit() {
        int[] prompt = TestModels.text(150, 6);
        float[] fresh = model.prefill(0, prompt, 0);
        float[] next = model.decode(new int[] {0}, new int[] {3})[0];
        model.prefill(4, TestModels.text(190, 8), 0);

        model.copy(0, 4, 128);
        float[] reused = model.prefill(4, Arrays.copyOfRange(prompt, 128, 150), 128);

        assertThat(reused).isEqualTo(fresh);
        assertThat(model.decode(new int[] {4}, new int[] {3})[0]).isEqualTo(next);
        assertThat(model.length(0)).isEqualTo(151);
    }

    @Test
    void logitsAndScoresLeaveTheSlotsAlone() {
        model.prefill(0, TestModels.text(20, 7), 0);
        model.logits(TestModels.text(256, 8));
        model.score(TestModels.text(257, 8));

        assertThat(model.length(0)).isEqualTo(20);
    }

    @Test
    void callsFromManyThreadsRunOneAfterTheOther() {
        int[] prompt = TestModels.text(30, 10);
        float[] expected = model.prefill(0, prompt, 0);
        List<float[]> found = new CopyOnWriteArrayList<>();

        List<Thread> threads = IntStream.range(1, 9)
                .mapToObj(slot -> Thread.ofPlatform().start(() -> found.add(model.prefill(slot, prompt, 0))))
                .toList();
        for (Thread thread : threads) {
            assertThat(joined(thread)).isTrue();
        }

        assertThat(found).hasSize(8).allSatisfy(logits -> assertThat(logits).isEqualTo(expected));
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(60));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void engineIsKeptOffline() {
        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }

    @Test
    void misuseIsRefused() {
        model.prefill(0, TestModels.text(200, 9), 0);
        model.prefill(1, TestModels.text(20, 9), 0);
        model.truncate(2, 0);

        refused(() -> model.prefill(SLOTS, new int[] {1}, 0));
        refused(() -> model.prefill(0, new int[0], 0));
        refused(() -> model.prefill(0, new int[] {320}, 0));
        refused(() -> model.prefill(0, new int[] {-1}, 0));
        refused(() -> model.prefill(0, TestModels.text(201, 1), 0));
        refused(() -> model.prefill(1, new int[] {1}, 64));
        refused(() -> model.prefill(1, new int[] {1}, 20));
        refused(() -> model.decode(new int[] {0}, new int[] {1}));
        refused(() -> model.decode(new int[] {2}, new int[] {1}));
        refused(() -> model.decode(new int[] {1, 1}, new int[] {1, 2}));
        refused(() -> model.decode(new int[] {1}, new int[] {1, 2}));
        refused(() -> model.decode(new int[0], new int[0]));
        refused(() -> model.decode(new int[] {1}, new int[][] {TestModels.text(181, 1)}));
        refused(() -> model.decode(new int[] {1}, new int[][] {{}}));
        refused(() -> model.copy(1, 3, 21));
        refused(() -> model.copy(1, 1, 5));
        refused(() -> model.copy(1, SLOTS, 5));
        refused(() -> model.truncate(1, 21));
        refused(() -> model.logits(TestModels.text(257, 1)));
        assertThat(model.length(1)).isEqualTo(20);
    }

    private static void refused(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void closedModelSaysSo(@TempDir Path folder) throws CheckpointRejected {
        Checkpoint checkpoint = Checkpoint.open(TestModels.exported(folder, TestModels.TINY, Precision.F32));
        LanguageModel closed = LanguageModel.open(checkpoint, 1, 16, 1, compute);
        closed.close();
        closed.close();

        assertThatThrownBy(() -> closed.prefill(0, new int[] {1}, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(closed.engine()).contains("libtorch 2.7.1").contains("threads 1");
    }

    /// The logits of every row at every step, the tokens being chosen greedily.
    private float[][][] generate(int[] slots, int[][] prompts, int steps) {
        float[][][] logits = new float[slots.length][steps + 1][];
        for (int r = 0; r < slots.length; r++) {
            logits[r][0] = model.prefill(slots[r], prompts[r], 0);
        }
        for (int s = 0; s < steps; s++) {
            int[] tokens = new int[slots.length];
            for (int r = 0; r < slots.length; r++) {
                tokens[r] = new Sampler(Sampling.GREEDY, 320).next(logits[r][s]);
            }
            float[][] next = model.decode(slots, tokens);
            for (int r = 0; r < slots.length; r++) {
                logits[r][s + 1] = next[r];
            }
        }
        return logits;
    }
}
