package revontuli.causallm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Checkpoints, texts and logits that Hugging Face transformers made (`src/test/golden/make_golden.py`).
enum Golden {
    GELU_TANH("gelu-tanh"),
    GELU_SHARDED("gelu-sharded");

    /// Float error between two implementations; logits reach about 10.
    static final float TOLERANCE = 2e-4f;

    private final Path folder;

    Golden(String folder) {
        this.folder = Path.of("src/test/resources/golden", folder);
    }

    Path folder() {
        return folder;
    }

    Checkpoint checkpoint() throws CheckpointRejected {
        return Checkpoint.open(folder);
    }

    LanguageModel open(int maxSequences) throws CheckpointRejected {
        return LanguageModel.open(checkpoint(), maxSequences, 96, 2);
    }

    List<int[]> texts() {
        try {
            String json = Files.readString(folder.resolve("inputs.json"));
            List<int[]> texts = new ArrayList<>();
            for (String row : json.replace(" ", "").trim().split("],", -1)) {
                texts.add(Stream.of(row.replaceAll("[\\[\\]]", "").split(",", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray());
            }
            return texts;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    float[][] expected(int text) throws CheckpointRejected {
        SafetensorsFile file = SafetensorsFile.read("expected", folder.resolve("expected.safetensors"));
        SafetensorsFile.Entry entry = file.entry("logits." + text);
        int rows = Math.toIntExact(entry.shape().getFirst());
        int columns = Math.toIntExact(entry.shape().getLast());
        float[][] logits = new float[rows][columns];
        file.floats(entry, (start, floats) -> copy(floats, start, logits, columns));
        return logits;
    }

    private static void copy(ByteBuffer floats, long start, float[][] logits, int columns) {
        for (long i = start; floats.hasRemaining(); i++) {
            logits[(int) (i / columns)][(int) (i % columns)] = floats.getFloat();
        }
    }
}
