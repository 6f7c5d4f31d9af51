package revontuli.causallm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Small models with random weights, and checkpoints on disk that a test may spoil.
final class TestModels {
    static final ModelConfig TINY = new ModelConfig(64, 160, 2, 4, 32, 64, ModelConfig.Activation.GELU_TANH, 1e-5);

    private TestModels() {}

    static TrainingSession session(long seed) {
        return TrainingSession.random(TINY, seed, AdamW.DEFAULT, 2);
    }

    /// A text of ids that depend on `seed` alone.
    static int[] text(int length, long seed) {
        SplitMix random = new SplitMix(seed);
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = (int) (random.nextDouble() * TINY.vocabularySize());
        }
        return ids;
    }

    static Path exported(Path folder, ModelConfig config, Precision precision) {
        try (TrainingSession session = TrainingSession.random(config, 7, AdamW.DEFAULT, 2)) {
            session.export(folder, precision, OptionalInt.of(0));
            return folder;
        }
    }

    /// What [SafetensorsWriter] would write for the layout, every value 0.5; for headers that a test changes.
    static List<SafetensorsWriter.Tensor> tensors(ModelConfig config) {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        for (WeightLayout.Tensor tensor : WeightLayout.of(config).tensors()) {
            tensors.add(constant(tensor.name(), tensor.shape(), 0.5f));
        }
        return tensors;
    }

    static SafetensorsWriter.Tensor constant(String name, List<Integer> shape, float value) {
        return new SafetensorsWriter.Tensor(name, shape, (start, floats) -> {
            while (floats.hasRemaining()) {
                floats.putFloat(value);
            }
        });
    }

    static void write(Path folder, List<SafetensorsWriter.Tensor> tensors) throws IOException {
        Files.writeString(folder.resolve(Checkpoint.CONFIG), TINY.toJson(OptionalInt.empty()));
        SafetensorsWriter.write(folder.resolve(Checkpoint.WEIGHTS), tensors, Precision.F32, Map.of());
    }

    static Map<String, float[]> weights(Path safetensors) throws CheckpointRejected {
        SafetensorsFile file = SafetensorsFile.read("weights", safetensors);
        Map<String, float[]> weights = new HashMap<>();
        for (SafetensorsFile.Entry entry : file.entries().values()) {
            float[] values = new float[Math.toIntExact(entry.elements())];
            file.floats(entry, (start, floats) -> floats.asFloatBuffer().get(values, (int) start, floats.limit() / 4));
            weights.put(entry.name(), values);
        }
        return weights;
    }
}
