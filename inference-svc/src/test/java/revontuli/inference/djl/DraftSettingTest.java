package revontuli.inference.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.inference.FakeSafetyPort;
import revontuli.inference.engine.Engine;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.Manifest;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.testkit.Backbone;

/// Which models the draft model of the settings helps, and what is said where it cannot.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class DraftSettingTest {
    private static final int VOCABULARY = 2048;

    /// No two ids twice, so there is nothing to look up in it.
    private static final int[] TEXT = IntStream.range(100, 120).toArray();

    @Inject
    ArtifactStore artifacts;

    @TempDir
    Path folder;

    @Test
    void theDraftHelpsModelsWithItsTokenizer() throws Exception {
        Manifest large = small(1, VOCABULARY);
        Manifest small = small(2, VOCABULARY);

        assertThat(guesses(large, Optional.of(small.digest().toString()))).isPositive();
        assertThat(guesses(small, Optional.of(small.digest().toString())))
                .as("its own draft")
                .isZero();
        assertThat(guesses(large, Optional.empty())).isZero();
    }

    @Test
    void aDraftThatIsNotThereOrKnowsOtherIdsIsSaid() throws Exception {
        Manifest large = small(3, VOCABULARY);
        Manifest other = small(4, VOCABULARY + 64);

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
        var opened = new CausalEngines(
                        artifacts,
                        new SmallSettings("f32", draft, Optional.empty()),
                        new ListedForms(),
                        InstantSource.system())
                .open(model);
        try (Engine engine = opened.engine()) {
            return engine.guess(0, TEXT, TEXT.length, 4).length;
        } finally {
            opened.codec().close();
        }
    }

    private Manifest small(long seed, int vocabulary) throws IOException {
        return SmallModel.add(artifacts, folder, seed, vocabulary);
    }
}
