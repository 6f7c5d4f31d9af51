package revontuli.causallm;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/// A model being trained: f32 weights and both AdamW moments, all our own tensors.
///
/// **Repeatable.** The same start, batches, rates and thread count on the same kind of machine give the same bits,
/// and so does [#save] and [#resume] in between.
///
/// **Threads.** As [LanguageModel]: any platform thread, one call at a time.
///
/// **Memory.** 16 bytes a parameter outside the heap (weights, gradients, two moments) and the activations of a
/// batch.
public final class TrainingSession implements AutoCloseable {
    private TrainingSession() {}

    /// Starts from a checkpoint (continual training) at step 0.
    public static TrainingSession from(Checkpoint checkpoint, AdamW optimizer, int threads) throws CheckpointRejected {
        throw new UnsupportedOperationException();
    }

    /// Starts from random weights as GPT-2 does: normal with deviation 0.02, projections back into the residual
    /// stream divided by the square root of twice the layers, biases 0, norms 1. The seed decides every weight.
    public static TrainingSession random(ModelConfig config, long seed, AdamW optimizer, int threads) {
        throw new UnsupportedOperationException();
    }

    /// Goes on where [#save] stopped.
    public static TrainingSession resume(Path file, int threads) throws CheckpointRejected {
        throw new UnsupportedOperationException();
    }

    public ModelConfig config() {
        throw new UnsupportedOperationException();
    }

    public AdamW optimizer() {
        throw new UnsupportedOperationException();
    }

    /// How many steps were applied since the start.
    public long steps() {
        throw new UnsupportedOperationException();
    }

    /// What the caller gave to [#save] (data position, random state); empty after a fresh start.
    public Map<String, String> callerState() {
        throw new UnsupportedOperationException();
    }

    /// One step on a batch of texts: each id is predicted from those before it.
    ///
    /// Rows may differ in length (2 to positions + 1 ids); shorter ones are padded and the padding is masked.
    public StepResult step(int[][] batch, double learningRate) {
        throw new UnsupportedOperationException();
    }

    /// As above with targets of its own: `targets[r][i]` is what `inputs[r][i]` should predict, -1 where nothing is
    /// asked (the question of an instruction, for example). Both have the same lengths, 1 to positions.
    public StepResult step(int[][] inputs, int[][] targets, double learningRate) {
        throw new UnsupportedOperationException();
    }

    /// How well the present weights predict a text of 2 to positions + 1 ids. Changes nothing.
    public Evaluation evaluate(int[] ids) {
        throw new UnsupportedOperationException();
    }

    /// Writes weights, moments, step counter, settings and the caller's state into one safetensors file.
    ///
    /// The file appears whole or not at all: written beside, forced to disk, then renamed over the old one.
    public void save(Path file, Map<String, String> callerState) {
        throw new UnsupportedOperationException();
    }

    /// Writes a Hugging Face directory: `config.json` and `model.safetensors`. The directory must exist.
    public void export(Path directory, Precision precision, OptionalInt endOfText) {
        throw new UnsupportedOperationException();
    }

    /// Frees everything; waits for the step that is running. Later calls fail with `IllegalStateException`.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
