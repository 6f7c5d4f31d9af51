package revontuli.cli.bench.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.ModelConfig;
import revontuli.causallm.RandomCheckpoint;

/// The shapes that are measured, with generated weights.
enum BenchShape {
    /// Aurora-M's layers (StarCoderPlus), 2 of 40.
    AURORA_M_WIDTH,
    /// A small StarCoder.
    M164;

    private static final long SEED = 20_261_125;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    ModelConfig config() {
        return switch (this) {
            case AURORA_M_WIDTH ->
                new ModelConfig(49_152, 2_048, 2, 48, 6_144, 24_576, ModelConfig.Activation.GELU_TANH, 1e-5);
            case M164 -> new ModelConfig(49_152, 8_192, 20, 12, 768, 3_072, ModelConfig.Activation.GELU_TANH, 1e-5);
        };
    }

    /// Weights that are read for one token: all but the tables of positions.
    long weightsRead() {
        return config().parameters() - (long) config().positionsMax() * config().width();
    }

    /// The folder of its checkpoint below `work`, made when it is not there.
    Path checkpoint(Path work) {
        Path folder = work.resolve(label());
        if (!Files.exists(folder.resolve("model.safetensors"))) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            RandomCheckpoint.write(folder, config(), SEED);
        }
        return folder;
    }

    /// The same weights for llama.cpp, in bf16.
    Path gguf(Path work) throws CheckpointRejected {
        Path file = checkpoint(work).resolve("bf16.gguf");
        if (!Files.exists(file)) {
            Path beside = file.resolveSibling("bf16.gguf.part");
            GgufFile.write(Checkpoint.open(checkpoint(work)), beside);
            try {
                Files.move(beside, file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return file;
    }
}
