package revontuli.inference.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.causallm.AdamW;
import revontuli.causallm.ModelConfig;
import revontuli.causallm.Precision;
import revontuli.causallm.TrainingSession;
import revontuli.inference.FakeSafetyPort;
import revontuli.inference.InferenceConfig;
import revontuli.inference.engine.Engine;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.Manifest;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.testkit.Backbone;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// Which models the draft model of the settings helps, and what is said where it cannot.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class DraftSettingTest {
    private static final Path TOKENIZER = Path.of("../infra/cli/src/main/dist/model/tokenizer.json");
    private static final int VOCABULARY = 2048;

    /// No two ids twice, so there is nothing to look up in it.
    private static final int[] TEXT = IntStream.range(100, 120).toArray();

    @Inject
    ArtifactStore artifacts;

    @TempDir
    Path folder;

    @Test
    void theDraftHelpsModelsWithItsTokenizer() throws Exception {
        Manifest large = model(1, VOCABULARY);
        Manifest small = model(2, VOCABULARY);

        assertThat(guesses(large, Optional.of(small.digest().toString()))).isPositive();
        assertThat(guesses(small, Optional.of(small.digest().toString())))
                .as("its own draft")
                .isZero();
        assertThat(guesses(large, Optional.empty())).isZero();
    }

    @Test
    void aDraftThatIsNotThereOrKnowsOtherIdsIsSaid() throws Exception {
        Manifest large = model(3, VOCABULARY);
        Manifest other = model(4, VOCABULARY + 64);

        refused(large, "sha256:" + "0".repeat(64), "DRAFT_NOT_FOUND");
        refused(large, "aurora-mini", "DRAFT_NOT_FOUND");
        refused(large, other.digest().toString(), "DRAFT_VOCABULARY_DIFFERS");
    }

    private void refused(Manifest model, String draft, String reason) {
        assertThatExceptionOfType(LoadRejected.class)
                .isThrownBy(() -> guesses(model, Optional.of(draft)))
                .withMessageContaining("revontuli.inference.engine.draft")
                .satisfies(rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }

    private int guesses(Manifest model, Optional<String> draft) throws LoadRejected {
        var opened = new CausalEngines(artifacts, new Settings(draft)).open(model);
        try (Engine engine = opened.engine()) {
            return engine.guess(0, TEXT, TEXT.length, 4).length;
        } finally {
            opened.codec().close();
        }
    }

    private Manifest model(long seed, int vocabulary) throws IOException {
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

    /// The usual settings on the processor, small.
    private record Settings(Optional<String> draft) implements InferenceConfig.Engine {
        @Override
        public int slots() {
            return 1;
        }

        @Override
        public int positionsMax() {
            return 64;
        }

        @Override
        public String device() {
            return "cpu";
        }

        @Override
        public String precision() {
            return "f32";
        }

        @Override
        public boolean speculation() {
            return true;
        }

        @Override
        public OptionalInt threads() {
            return OptionalInt.of(1);
        }
    }
}
