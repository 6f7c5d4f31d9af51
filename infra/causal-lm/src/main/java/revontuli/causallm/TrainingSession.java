package revontuli.causallm;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;

/// A model being trained: f32 weights and both AdamW moments, all our own tensors.
///
/// **Repeatable.** The same start, batches, rates and thread count on the same kind of machine give the same bits,
/// and so does [#save] and [#resume] in between.
///
/// **Threads.** As [LanguageModel]: one platform thread, one call at a time.
///
/// **Memory.** 16 bytes a parameter outside the heap (weights, gradients, two moments) and the activations of a
/// batch.
public final class TrainingSession implements AutoCloseable {
    private static final int ROWS_MAX = 65_536;

    private final ModelConfig config;
    private final AdamW optimizer;
    private final Torch torch;
    private final Weights weights;
    private final Weights moments1;
    private final Weights moments2;
    private long steps;
    private Map<String, String> callerState = Map.of();

    private TrainingSession(ModelConfig config, AdamW optimizer, int threads) {
        this.config = config;
        this.optimizer = optimizer;
        this.torch = Torch.load(config, Compute.F32, threads);
        WeightLayout layout = WeightLayout.of(config);
        this.weights = Weights.zeros(torch, layout);
        this.moments1 = Weights.zeros(torch, layout);
        this.moments2 = Weights.zeros(torch, layout);
    }

    /// How a session is filled before anybody sees it.
    @FunctionalInterface
    private interface Filling {
        void fill(TrainingSession session) throws CheckpointRejected;
    }

    private static TrainingSession start(ModelConfig config, AdamW optimizer, int threads, Filling filling)
            throws CheckpointRejected {
        TrainingSession session = new TrainingSession(config, optimizer, threads);
        boolean ready = false;
        try {
            filling.fill(session);
            for (PtNDArray weight : session.weights.arrays()) {
                weight.setRequiresGradient(true);
            }
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    /// Starts from a checkpoint (continual training) at step 0.
    public static TrainingSession from(Checkpoint checkpoint, AdamW optimizer, int threads) throws CheckpointRejected {
        return start(checkpoint.config(), optimizer, threads, session -> session.weights.load(checkpoint));
    }

    /// Starts from random weights as GPT-2 does: normal with deviation 0.02, projections back into the residual
    /// stream divided by the square root of twice the layers, biases 0, norms 1. The seed decides every weight.
    public static TrainingSession random(ModelConfig config, long seed, AdamW optimizer, int threads) {
        try {
            return start(
                    config,
                    optimizer,
                    threads,
                    session -> session.weights.randomize(new SplitMix(seed), config.layers()));
        } catch (CheckpointRejected e) {
            throw new IllegalStateException(e);
        }
    }

    /// Goes on where [#save] stopped.
    public static TrainingSession resume(Path file, int threads) throws CheckpointRejected {
        TrainingState.Stored stored = TrainingState.read(file);
        TrainingState state = stored.state();
        return start(state.config(), state.optimizer(), threads, session -> {
            stored.load(session.weights, session.moments1, session.moments2);
            session.steps = state.steps();
            session.callerState = state.callerState();
        });
    }

    public ModelConfig config() {
        return config;
    }

    public AdamW optimizer() {
        return optimizer;
    }

    /// What computes, for receipts: engine versions, device, precision, threads.
    public String engine() {
        return torch.description();
    }

    /// How many steps were applied since the start.
    public long steps() {
        return torch.step(_ -> steps);
    }

    /// What the caller gave to [#save] (data position, random state); empty after a fresh start.
    public Map<String, String> callerState() {
        return callerState;
    }

    /// One step on a batch of texts: each id is predicted from those before it.
    ///
    /// Rows may differ in length (2 to positions + 1 ids); shorter ones are padded and the padding is masked.
    public StepResult step(int[][] batch, double learningRate) {
        int[][] inputs = new int[batch.length][];
        int[][] targets = new int[batch.length][];
        for (int r = 0; r < batch.length; r++) {
            if (batch[r].length < 2) {
                throw new IllegalArgumentException("row " + r + " must have 2 ids or more: " + batch[r].length);
            }
            inputs[r] = Arrays.copyOf(batch[r], batch[r].length - 1);
            targets[r] = Arrays.copyOfRange(batch[r], 1, batch[r].length);
        }
        return step(inputs, targets, learningRate);
    }

    /// As above with targets of its own: `targets[r][i]` is what `inputs[r][i]` should predict, -1 where nothing is
    /// asked (the question of an instruction, for example). Both have the same lengths, 1 to positions.
    public StepResult step(int[][] inputs, int[][] targets, double learningRate) {
        if (!(learningRate >= 0 && learningRate <= 1)) {
            throw new IllegalArgumentException("learningRate must lie between 0 and 1: " + learningRate);
        }
        TrainingBatch batch = TrainingBatch.of(inputs, targets, ROWS_MAX, config);
        return torch.step(step -> step(step, batch, learningRate));
    }

    private StepResult step(TorchStep step, TrainingBatch batch, double learningRate) {
        Shape shape = new Shape(batch.rows(), batch.columns());
        NDList out =
                step.gradients(step.longs(batch.inputs(), shape), step.longs(batch.targets(), shape), weights.arrays());
        float loss = out.get(0).getFloat();
        IValue gradients = step.list(out.subNDList(1));
        double norm = Math.sqrt(step.runForTensor("square", gradients).getDouble());
        boolean applied = Float.isFinite(loss) && Double.isFinite(norm);
        if (applied) {
            double[] settings = settings((double) steps + 1, learningRate, norm);
            step.run("adamw", weights.list(), gradients, moments1.list(), moments2.list(), step.floats(settings));
            steps++;
        }
        return new StepResult(loss, norm, batch.asked(), applied);
    }

    /// The scalars of one AdamW step, in the order in which the script takes them.
    private double[] settings(double step, double learningRate, double norm) {
        double clip = norm > optimizer.clipNorm() ? optimizer.clipNorm() / norm : 1;
        double correction1 = 1 - StrictMath.pow(optimizer.beta1(), step);
        double correction2 = 1 - StrictMath.pow(optimizer.beta2(), step);
        return new double[] {
            clip,
            1 - learningRate * optimizer.weightDecay(),
            optimizer.beta1(),
            optimizer.beta2(),
            StrictMath.sqrt(correction2),
            optimizer.epsilon(),
            -learningRate / correction1
        };
    }

    /// How well the present weights predict a text of 2 to positions + 1 ids. Changes nothing.
    public Evaluation evaluate(int[] ids) {
        LanguageModel.checkIds(ids, config.positionsMax() + 1, "ids", config);
        double[] scores = torch.step(step -> Scores.of(step, weights.list(), ids));
        return new Evaluation(-Arrays.stream(scores).sum(), scores.length);
    }

    /// Writes weights, moments, step counter, settings and the caller's state into one safetensors file.
    ///
    /// The file appears whole or not at all: written beside, forced to disk, then renamed over the old one.
    public void save(Path file, Map<String, String> callerState) {
        torch.step(_ -> {
            new TrainingState(config, optimizer, steps, callerState).write(file, weights, moments1, moments2);
            this.callerState = Map.copyOf(callerState);
            return file;
        });
    }

    /// Writes a Hugging Face directory: `config.json` and `model.safetensors`. The directory must exist.
    public void export(Path directory, Precision precision, OptionalInt endOfText) {
        torch.step(_ -> {
            SafetensorsWriter.write(
                    directory.resolve(Checkpoint.WEIGHTS), weights.toWrite(""), precision, Map.of("format", "pt"));
            try {
                Files.writeString(directory.resolve(Checkpoint.CONFIG), config.toJson(endOfText));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return directory;
        });
    }

    /// Frees everything; waits for the step that is running. Later calls fail with `IllegalStateException`.
    @Override
    public void close() {
        torch.close(() -> {
            weights.close();
            moments1.close();
            moments2.close();
        });
    }
}
