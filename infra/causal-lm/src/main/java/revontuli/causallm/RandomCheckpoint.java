package revontuli.causallm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Checkpoints of a given shape with weights that mean nothing: for measurements and for tests of large shapes.
public final class RandomCheckpoint {
    private static final float HALF_WIDTH = 0.035f; // a deviation of 0.02, as models start

    private RandomCheckpoint() {}

    /// Writes a Hugging Face directory in bf16, which must exist. The seed decides every weight.
    public static void write(Path directory, ModelConfig config, long seed) {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        long salt = seed;
        for (WeightLayout.Tensor tensor : WeightLayout.of(config).tensors()) {
            long own = ++salt;
            boolean norm = tensor.name().contains("ln_") && tensor.name().endsWith(".weight");
            tensors.add(new SafetensorsWriter.Tensor(
                    tensor.name(), tensor.shape(), (start, floats) -> fill(floats, own, start, norm ? 1 : 0)));
        }
        SafetensorsWriter.write(directory.resolve(Checkpoint.WEIGHTS), tensors, Precision.BF16, Map.of("format", "pt"));
        try {
            Files.writeString(directory.resolve(Checkpoint.CONFIG), config.toJson(OptionalInt.of(0)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Uniform around `center`.
    private static void fill(ByteBuffer floats, long salt, long start, float center) {
        SplitMix random = new SplitMix(salt * 0x5851f42d4c957f2dL + start);
        while (floats.hasRemaining()) {
            floats.putFloat(center + (float) (2 * random.nextDouble() - 1) * HALF_WIDTH);
        }
    }
}
