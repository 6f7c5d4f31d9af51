package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.causallm.CheckpointRejected.Reason;

/// Training learns, repeats itself bit for bit, and computes AdamW as the textbook does.
class TrainingSessionTest {
    private static final double RATE = 3e-3;

    @TempDir
    private Path folder;

    private static int[][] batch(long seed) {
        int[][] rows = new int[4][];
        Arrays.setAll(rows, r -> TestModels.text(20 + 7 * r, seed * 10 + r));
        return rows;
    }

    @Test
    void lossFallsAndEvaluationAgrees() {
        int[] text = TestModels.text(60, 5);
        try (TrainingSession session = TestModels.session(1)) {
            Evaluation before = session.evaluate(text);
            StepResult first = session.step(new int[][] {text}, RATE);
            for (int i = 0; i < 60; i++) {
                session.step(new int[][] {text}, RATE);
            }
            Evaluation after = session.evaluate(text);

            assertThat(before.nats() / before.tokens()).isCloseTo(Math.log(64), within(0.1));
            assertThat(first.loss()).isCloseTo(before.nats() / before.tokens(), within(1e-4));
            assertThat(first.tokens()).isEqualTo(59);
            assertThat(after.nats()).isLessThan(before.nats() / 4);
            assertThat(session.steps()).isEqualTo(61);
        }
    }

    @Test
    void resumeIsBitEqualToNoInterruption() throws Exception {
        Path straight = folder.resolve("straight.safetensors");
        Path half = folder.resolve("half.safetensors");
        Path resumed = folder.resolve("resumed.safetensors");
        double[] losses = new double[8];
        try (TrainingSession session = TestModels.session(2)) {
            for (int i = 0; i < 8; i++) {
                if (i == 4) {
                    session.save(half, Map.of("position", "4", "random", "\"\u0000\uD83D\uDE00"));
                }
                losses[i] = session.step(batch(i), RATE).loss();
            }
            session.save(straight, Map.of("position", "8"));
        }

        try (TrainingSession session = TrainingSession.resume(half, 2)) {
            assertThat(session.callerState())
                    .containsEntry("position", "4")
                    .containsEntry("random", "\"\u0000\uD83D\uDE00");
            assertThat(session.steps()).isEqualTo(4);
            for (int i = 4; i < 8; i++) {
                assertThat(session.step(batch(i), RATE).loss()).isEqualTo(losses[i]);
            }
            session.save(resumed, Map.of("position", "8"));
        }

        assertThat(resumed).hasSameBinaryContentAs(straight);
    }

    @Test
    void seedDecidesTheRandomWeights() {
        try (TrainingSession one = TestModels.session(3);
                TrainingSession same = TestModels.session(3);
                TrainingSession other = TestModels.session(4)) {
            int[] text = TestModels.text(30, 1);

            assertThat(same.evaluate(text)).isEqualTo(one.evaluate(text)).isNotEqualTo(other.evaluate(text));
        }
    }

    @Test
    void paddingAndMaskedTargetsAreLeftOut() {
        int[] longRow = TestModels.text(40, 1);
        int[] shortRow = TestModels.text(11, 2);
        int[] inputs = Arrays.copyOf(shortRow, 10);
        int[] targets = Arrays.copyOfRange(shortRow, 1, 11);
        int[] answersOnly = targets.clone();
        Arrays.fill(answersOnly, 0, 6, -1);
        try (TrainingSession session = TestModels.session(5)) {
            double rows =
                    session.evaluate(longRow).plus(session.evaluate(shortRow)).nats();
            Evaluation head = session.evaluate(Arrays.copyOf(shortRow, 7));
            Evaluation whole = session.evaluate(shortRow);

            StepResult both = session.step(new int[][] {longRow, shortRow}, 0);
            StepResult masked = session.step(new int[][] {inputs}, new int[][] {answersOnly}, 0);

            assertThat(both.tokens()).isEqualTo(49);
            assertThat(both.loss()).isCloseTo(rows / 49, within(1e-4));
            assertThat(masked.tokens()).isEqualTo(4);
            assertThat(masked.loss()).isCloseTo((whole.nats() - head.nats()) / 4, within(1e-4));
        }
    }

    /// Gradients by differences of the loss, moments and steps in plain Java.
    @Test
    void adamWEqualsAPlainComputation() throws CheckpointRejected {
        AdamW optimizer = new AdamW(0.8, 0.9, 1e-6, 0.1, 0.05);
        Path before = folder.resolve("before.safetensors");
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");
        StepResult step;
        try (TrainingSession session = TrainingSession.random(TestModels.TINY, 6, optimizer, 2)) {
            session.save(before, Map.of());
            session.step(batch(1), RATE);
            session.save(first, Map.of());
            step = session.step(batch(2), RATE / 2);
            session.save(second, Map.of());
        }

        Map<String, float[]> was = TestModels.weights(first);
        Map<String, float[]> is = TestModels.weights(second);
        double clip = optimizer.clipNorm() / step.gradientNorm();
        double squares = 0;
        assertThat(clip).isLessThan(1);
        for (WeightLayout.Tensor tensor : WeightLayout.of(TestModels.TINY).tensors()) {
            float[] w = values(was, "weight/" + tensor.name());
            for (int i = 0; i < w.length; i++) {
                double m = values(is, "moment1/" + tensor.name())[i];
                double s = values(is, "moment2/" + tensor.name())[i];
                double g = (m - 0.8 * values(was, "moment1/" + tensor.name())[i]) / 0.2;
                squares += g * g;
                double decayed = tensor.matrix() ? w[i] * (1 - RATE / 2 * 0.1) : w[i];
                double denominator = Math.sqrt(s) / Math.sqrt(1 - 0.9 * 0.9) + 1e-6;
                double expected = decayed - RATE / 2 / (1 - 0.8 * 0.8) * m / denominator;

                assertThat(s).isCloseTo(0.9 * values(was, "moment2/" + tensor.name())[i] + 0.1 * g * g, within(1e-8));
                assertThat((double) values(is, "weight/" + tensor.name())[i]).isCloseTo(expected, within(1e-6));
            }
        }
        assertThat(Math.sqrt(squares)).isCloseTo(optimizer.clipNorm(), within(1e-4));
    }

    @Test
    void gradientNormIsTheSlopeOfTheLoss() {
        AdamW plain = new AdamW(0, 0, 1e-8, 0, Double.POSITIVE_INFINITY);
        int[][] batch = batch(3);
        try (TrainingSession session = TrainingSession.random(TestModels.TINY, 8, plain, 2)) {
            // With both betas 0 a step moves every weight by the rate against the sign of its gradient: the loss falls
            // by
            // the rate times the sum of absolute gradients, which is at least the norm.
            double norm = session.step(batch, 0).gradientNorm();
            double before = session.step(batch, 1e-5).loss();
            double after = session.step(batch, 0).loss();

            assertThat((before - after) / 1e-5).isGreaterThan(norm);
        }
    }

    @Test
    void lossThatIsNotANumberChangesNothing() throws CheckpointRejected {
        Path checkpoint = folder.resolve("before.safetensors");
        try (TrainingSession session = TestModels.session(9)) {
            for (int i = 0; i < 2; i++) {
                session.step(batch(i), 1);
            }
            session.save(checkpoint, Map.of());
        }
        Map<String, float[]> weights = TestModels.weights(checkpoint);
        values(weights, "weight/transformer.ln_f.weight")[0] = Float.MAX_VALUE;
        Path spoilt = folder.resolve("spoilt.safetensors");
        rewrite(checkpoint, spoilt, weights);

        try (TrainingSession session = TrainingSession.resume(spoilt, 2)) {
            StepResult result = session.step(batch(1), RATE);
            session.save(folder.resolve("after.safetensors"), Map.of());

            assertThat(result.applied()).isFalse();
            assertThat(session.steps()).isEqualTo(2);
        }
        assertThat(TestModels.weights(folder.resolve("after.safetensors")))
                .usingRecursiveComparison()
                .isEqualTo(weights);
    }

    private static float[] values(Map<String, float[]> weights, String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    private static void rewrite(Path from, Path to, Map<String, float[]> weights) throws CheckpointRejected {
        SafetensorsFile file = SafetensorsFile.read("from", from);
        SafetensorsWriter.write(
                to,
                file.entries().values().stream()
                        .map(entry -> new SafetensorsWriter.Tensor(
                                entry.name(),
                                entry.shape().stream().map(Math::toIntExact).toList(),
                                (start, floats) -> {
                                    float[] values = values(weights, entry.name());
                                    for (int i = (int) start; floats.hasRemaining(); i++) {
                                        floats.putFloat(values[i]);
                                    }
                                }))
                        .toList(),
                Precision.F32,
                file.metadata());
    }

    @Test
    void exportIsACheckpointWithTheSameLogits() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("model"));
        int[] text = TestModels.text(33, 1);
        try (TrainingSession session = TestModels.session(10)) {
            session.step(batch(1), RATE);
            session.export(directory, Precision.F32, OptionalInt.of(3));
            Checkpoint checkpoint = Checkpoint.open(directory);
            assertThat(checkpoint.config()).isEqualTo(TestModels.TINY);
            assertThat(checkpoint.endOfText()).hasValue(3);
            try (LanguageModel model = LanguageModel.open(checkpoint, 1, 64, 2);
                    TrainingSession again = TrainingSession.from(checkpoint, AdamW.DEFAULT, 2)) {
                double nats = -Arrays.stream(model.score(text)).sum();

                assertThat(session.evaluate(text).nats()).isEqualTo(nats);
                assertThat(again.evaluate(text).nats()).isEqualTo(nats);
                assertThat(again.steps()).isZero();
            }
        }
    }

    @Test
    void fileThatIsNoTrainingCheckpointIsRefused() throws Exception {
        Path whole = folder.resolve("whole.safetensors");
        Path spoilt = folder.resolve("spoilt.safetensors");
        try (TrainingSession session = TestModels.session(12)) {
            session.save(whole, Map.of());
        }
        SafetensorsFile file = SafetensorsFile.read("whole", whole);

        rejected(folder.resolve("gone"), Reason.FILE_MISSING);
        Map<String, String> metadata = new HashMap<>(file.metadata());
        metadata.put("format", "pt");
        SafetensorsWriter.write(spoilt, TestModels.tensors(TestModels.TINY), Precision.F32, metadata);
        rejected(spoilt, Reason.HEADER_MALFORMED);
        SafetensorsWriter.write(spoilt, TestModels.tensors(TestModels.TINY), Precision.F32, file.metadata());
        rejected(spoilt, Reason.TENSOR_MISSING);
        rewrite(whole, spoilt, TestModels.weights(whole));
        assertThat(spoilt).hasSameBinaryContentAs(whole);
        metadata.put("format", Objects.requireNonNull(file.metadata().get("format")));
        metadata.put("steps", "many");
        SafetensorsWriter.write(
                spoilt,
                file.entries().values().stream().map(TrainingSessionTest::zeros).toList(),
                Precision.F32,
                metadata);
        rejected(spoilt, Reason.HEADER_MALFORMED);
        Files.write(spoilt, Arrays.copyOf(Files.readAllBytes(whole), 5000));
        rejected(spoilt, Reason.HEADER_MALFORMED);
    }

    private static SafetensorsWriter.Tensor zeros(SafetensorsFile.Entry entry) {
        return TestModels.constant(
                entry.name(), entry.shape().stream().map(Math::toIntExact).toList(), 0);
    }

    private static void rejected(Path file, Reason reason) {
        assertThatThrownBy(() -> TrainingSession.resume(file, 1))
                .isInstanceOfSatisfying(CheckpointRejected.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(reason));
    }

    @Test
    void misuseIsRefused() {
        try (TrainingSession session = TestModels.session(11)) {
            refused(() -> session.step(new int[0][], RATE));
            refused(() -> session.step(new int[][] {{1}}, RATE));
            refused(() -> session.step(new int[][] {{1, 64}}, RATE));
            refused(() -> session.step(new int[][] {TestModels.text(162, 1)}, RATE));
            refused(() -> session.step(new int[][] {{1, 2}}, Double.NaN));
            refused(() -> session.step(new int[][] {{1, 2}}, new int[][] {{-1, -1}}, RATE));
            refused(() -> session.step(new int[][] {{1, 2}}, new int[][] {{1}}, RATE));
            refused(() -> session.evaluate(TestModels.text(162, 1)));
            Map<String, String> tooMuch = new HashMap<>();
            for (int i = 0; i <= 1000; i++) {
                tooMuch.put("key" + i, "");
            }
            refused(() -> session.save(folder.resolve("x"), tooMuch));
            assertThat(session.steps()).isZero();
        }
    }

    private static void refused(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }
}
