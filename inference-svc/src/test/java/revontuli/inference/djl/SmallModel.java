package revontuli.inference.djl;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import revontuli.causallm.AdamW;
import revontuli.causallm.ModelConfig;
import revontuli.causallm.Precision;
import revontuli.causallm.TrainingSession;
import revontuli.inference.model.Manifest;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// Puts a small model with weights that mean nothing into the store.
final class SmallModel {
    private static final Path TOKENIZER = Path.of("../infra/cli/src/main/dist/model/tokenizer.json");

    private SmallModel() {}

    static Manifest add(ArtifactStore artifacts, Path folder, long seed, int vocabulary) throws IOException {
        Path weights = Files.createDirectory(folder.resolve("model-" + seed));
        ModelConfig config = new ModelConfig(vocabulary, 64, 1, 2, 16, 32, ModelConfig.Activation.GELU_TANH, 1e-5);
        try (TrainingSession session = TrainingSession.random(config, seed, AdamW.DEFAULT, 1)) {
            session.export(weights, Precision.F32, OptionalInt.of(0));
        }
        Files.copy(TOKENIZER, weights.resolve("tokenizer.json"));
        List<Json> files = new ArrayList<>();
        try (Stream<Path> listing = Files.list(weights).sorted()) {
            for (Path file : listing.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                files.add(Json.Fields.ofTexts(Map.of(
                        "path", file.getFileName().toString(),
                        "bytes", Integer.toString(bytes.length),
                        "sha256", artifacts.put(new ByteArrayInputStream(bytes)).hex())));
            }
        }
        byte[] manifest = CanonicalJson.encode(Json.fields().with("files", new Json.Items(files)));
        artifacts.put(new ByteArrayInputStream(manifest));
        return Manifest.parse(manifest);
    }
}
