package revontuli.cli.offline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.Compute;
import revontuli.causallm.LanguageModel;
import revontuli.cli.CliException;
import revontuli.cli.Out;

/// Computes the logits of given ids with the model of a folder.
public final class BulkLogits {
    private BulkLogits() {}

    public static int run(Path folder, Compute compute, Path in, Path out, Out screen) {
        try {
            Checkpoint checkpoint = Checkpoint.open(folder);
            int positions = checkpoint.config().positionsMax();
            try (LanguageModel model = LanguageModel.open(
                    checkpoint, 1, positions, Runtime.getRuntime().availableProcessors(), compute)) {
                return LineFiles.run(in, out, screen, (line, result) -> logits(model, line, result));
            }
        } catch (CheckpointRejected e) {
            throw CliException.refused("cannot use the model " + folder + ": " + e.getMessage());
        }
    }

    private static void logits(LanguageModel model, JsonNode line, ObjectNode result) {
        JsonNode given = line.path("ids");
        int most = model.config().positionsMax();
        if (!given.isArray() || given.isEmpty() || given.size() > most) {
            throw new IllegalArgumentException("field 'ids' must hold 1 to " + most + " ids");
        }
        int[] ids = new int[given.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = given.get(i);
            if (!id.isInt() || id.asInt() < 0 || id.asInt() >= model.config().vocabularySize()) {
                throw new IllegalArgumentException(
                        "ids[" + i + "] must be 0 to " + (model.config().vocabularySize() - 1) + ": " + id);
            }
            ids[i] = id.asInt();
        }
        ArrayNode rows = result.putArray("logits");
        for (float[] row : model.logits(ids)) {
            ArrayNode numbers = rows.addArray();
            for (float number : row) {
                numbers.add(number);
            }
        }
    }
}
