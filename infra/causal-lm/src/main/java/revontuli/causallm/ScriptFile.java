package revontuli.causallm;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Writes the script alone into files, for a machine that has PyTorch and nothing of this project
/// (`infra/bench/gpu_check.py`). A file holds no weights, and depends on the shape only, so it is small.
public final class ScriptFile {
    private static final int VOCABULARY = 49_152;
    private static final int POSITIONS = 8_192;

    private ScriptFile() {}

    /// Shapes that are measured, named as in `bench inference`; `AURORA_M` has all forty layers.
    enum Shape {
        AURORA_M(40, 48, 6_144),
        AURORA_M_WIDTH(2, 48, 6_144),
        M164(20, 12, 768);

        private final int layers;
        private final int heads;
        private final int width;

        Shape(int layers, int heads, int width) {
            this.layers = layers;
            this.heads = heads;
            this.width = width;
        }

        ModelConfig config() {
            return new ModelConfig(
                    VOCABULARY, POSITIONS, layers, heads, width, 4 * width, ModelConfig.Activation.GELU_TANH, 1e-5);
        }
    }

    /// `FOLDER`: writes `SHAPE-DEVICE-FORM.pt` there, f32 and bf16 for both devices.
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        if (arguments.length != 1) {
            out.println("usage: ScriptFile FOLDER");
            return;
        }
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (Shape shape : Shape.values()) {
            for (Device device : Device.values()) {
                for (Compute compute : new Compute[] {Compute.F32, Compute.BF16}) {
                    Path file = folder.resolve("%s-%s-%s.pt"
                            .formatted(shape.name().toLowerCase(Locale.ROOT), device.text(), compute.text()));
                    Files.write(file, ScriptArchive.of(GptBigCodeScript.source(shape.config(), compute, device)));
                    out.println(file);
                }
            }
        }
    }
}
