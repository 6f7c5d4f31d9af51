package revontuli.causallm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A checkpoint with texts (`inputs.json`, rows of ids) and the logits that the reference implementation gives after
/// each of their ids (`expected.safetensors`, `logits.0`, `logits.1`, ..).
public record GoldenFolder(Path folder) {
    public Checkpoint checkpoint() throws CheckpointRejected {
        return Checkpoint.open(folder);
    }

    public List<int[]> texts() {
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
            throw new UncheckedIOException(e);
        }
    }

    public float[][] expected(int text) throws CheckpointRejected {
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

    /// The largest difference of a logit from the reference, over all texts and positions.
    public double largestDifference(Compute compute, int threads) throws CheckpointRejected {
        double worst = 0;
        Checkpoint checkpoint = checkpoint();
        try (LanguageModel model =
                LanguageModel.open(checkpoint, 1, checkpoint.config().positionsMax(), threads, compute)) {
            for (int text = 0; text < texts().size(); text++) {
                float[][] found = model.logits(texts().get(text));
                float[][] expected = expected(text);
                for (int i = 0; i < expected.length; i++) {
                    for (int j = 0; j < expected[i].length; j++) {
                        worst = Math.max(worst, Math.abs((double) found[i][j] - expected[i][j]));
                    }
                }
            }
        }
        return worst;
    }
}
