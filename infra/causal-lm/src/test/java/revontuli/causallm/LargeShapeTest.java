package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// Two of Aurora-M's forty layers with its head, generated weights: it loads within the memory that the README accounts
/// for, and its rows are independent. Needs 2.2 GB of disk and 4 GB of memory, so only with
/// `-Drevontuli.large-shape=true`.
@EnabledIfSystemProperty(named = "revontuli.large-shape", matches = "true")
class LargeShapeTest {
    private static final ModelConfig SHAPE =
            new ModelConfig(49_152, 2_048, 2, 48, 6_144, 24_576, ModelConfig.Activation.GELU_TANH, 1e-5);

    @Test
    void auroraMsLayersLoadAndKeepTheirRowsApart(@TempDir Path folder) throws Exception {
        RandomCheckpoint.write(folder, SHAPE, 1);
        Checkpoint checkpoint = Checkpoint.open(folder);
        // linear maps of the layers and the head in bytes, the token table in bf16, the positions in f32
        long width = SHAPE.width();
        long linear =
                SHAPE.layers() * (width * (width + 2L * SHAPE.headWidth()) + width * width + 2 * width * 4 * width);
        long packed = linear + SHAPE.vocabularySize() * width * 3 + SHAPE.positionsMax() * width * 4;
        long before = anonymousBytes();
        AtomicLong peak = new AtomicLong();
        AtomicBoolean loading = new AtomicBoolean(true);
        Thread watch = Thread.ofPlatform().daemon().start(() -> {
            while (loading.get()) {
                peak.accumulateAndGet(anonymousBytes(), Math::max);
            }
        });

        try (LanguageModel model = LanguageModel.open(checkpoint, 9, 128, 2, Compute.INT8)) {
            loading.set(false);
            watch.join();
            assertThat(model.compute()).isEqualTo(Compute.INT8);
            assertThat((double) (peak.get() - before) / packed)
                    .as("%,d bytes more than before while %,d were packed", peak.get() - before, packed)
                    .isBetween(0.9, 1.2);
            int[] prompt = IntStream.range(0, 70).map(i -> 977 * i % 49_152).toArray();
            float[] alone = model.prefill(0, prompt, 0);
            float[] next = model.decode(new int[] {0}, new int[] {5})[0];
            for (int slot = 1; slot < 8; slot++) {
                model.prefill(slot, new int[] {slot, 3 * slot}, 0);
            }
            assertThat(model.prefill(8, prompt, 0)).isEqualTo(alone);
            float[][] among = model.decode(IntStream.rangeClosed(1, 8).toArray(), new int[] {1, 2, 3, 4, 6, 7, 8, 5});
            assertThat(among[7]).isEqualTo(next);
        }
    }

    /// Memory of this process that no file stands behind.
    private static long anonymousBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .sum();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
