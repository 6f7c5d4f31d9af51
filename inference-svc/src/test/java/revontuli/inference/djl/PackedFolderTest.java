package revontuli.inference.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.causallm.Compute;
import revontuli.causallm.PackedForms.Kept;
import revontuli.inference.FakeSafetyPort;
import revontuli.inference.model.KeptForm;
import revontuli.inference.model.KeptForms;
import revontuli.inference.model.Manifest;
import revontuli.inference.model.OpenedModel;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.testkit.Backbone;
import revontuli.transparency.crypto.Digest;

/// Rounded weights in a folder: found again, bounded, and trusted by what the database says.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class PackedFolderTest {
    private static final int[] TEXT = {5, 6, 7};

    @Inject
    ArtifactStore artifacts;

    @Inject
    KeptForms table;

    @TempDir
    Path folder;

    private Path packed;
    private Instant now = Instant.parse("2026-11-26T08:00:00Z");

    @BeforeEach
    void emptyTable() {
        packed = folder.resolve("packed");
        table.oldest(100).forEach(kept -> table.remove(kept.model(), kept.form()));
    }

    private OpenedModel open(Manifest model) throws Exception {
        return new CausalEngines(
                        artifacts,
                        new SmallSettings("int8", Optional.empty(), Optional.of(packed)),
                        table,
                        InstantSource.system())
                .open(model);
    }

    private static float[] logits(OpenedModel opened) {
        try (var engine = opened.engine()) {
            return engine.prefill(0, TEXT, 0);
        } finally {
            opened.codec().close();
        }
    }

    @Test
    void aModelIsLoadedFromWhatWasKeptOfItAndFromNothingElse() throws Exception {
        Manifest model = SmallModel.add(artifacts, folder, 1, 2048);
        OpenedModel first = open(model);
        float[] logits = logits(first);
        Digest digest = first.packed().orElseThrow();
        KeptForm row = table.find(model.digest(), "int8").orElseThrow();
        Path file = packed.resolve(digest.hex() + ".packed");
        assertThat(row.digest()).isEqualTo(digest);
        assertThat(file).hasSize(row.bytes());
        assertThat(Digest.of(Files.readAllBytes(file))).isEqualTo(digest);

        Instant written = Files.getLastModifiedTime(file).toInstant();
        OpenedModel second = open(model);
        assertThat(logits(second)).isEqualTo(logits);
        assertThat(second.packed()).contains(digest);
        assertThat(Files.getLastModifiedTime(file).toInstant()).isEqualTo(written);

        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 9] ^= 1;
        Files.write(file, bytes);
        OpenedModel third = open(model);
        assertThat(logits(third)).isEqualTo(logits);
        assertThat(Digest.of(Files.readAllBytes(file))).as("made anew").isEqualTo(digest);
    }

    private PackedFolder upTo(long bytesMax) {
        return new PackedFolder(packed, bytesMax, table, () -> now);
    }

    private void keep(PackedFolder.Shelf shelf, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Path place = shelf.place(Compute.INT8, bytes.length).orElseThrow();
        Files.write(place, bytes);
        shelf.keep(Compute.INT8, new Kept(place, Digest.of(bytes).hex()));
        now = now.plusSeconds(1);
    }

    private static Digest model(int n) {
        return Digest.of(new byte[] {(byte) n});
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> files = Files.list(packed)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> {
                        try {
                            return Files.readString(file);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatWasNotUsedForLongestGoesFirst() throws IOException {
        keep(upTo(10).of(model(1)), "four");
        keep(upTo(10).of(model(2)), "five!");
        assertThat(upTo(10).of(model(1)).find(Compute.INT8)).isPresent();
        now = now.plusSeconds(1);

        keep(upTo(10).of(model(3)), "sixsix");

        assertThat(contents()).containsExactly("four", "sixsix");
        assertThat(upTo(10).of(model(2)).find(Compute.INT8)).isEmpty();
        assertThat(upTo(10).of(model(2)).find(Compute.INT4)).isEmpty();
    }

    @Test
    void whatIsTooLargeIsNotKept() throws IOException {
        keep(upTo(10).of(model(2)), "kept");
        assertThat(upTo(10).of(model(1)).place(Compute.INT8, 11)).isEmpty();
        assertThat(contents()).as("nothing went for it").containsExactly("kept");
        assertThat(upTo(Long.MAX_VALUE).of(model(1)).place(Compute.INT8, 1L << 60))
                .as("the disk")
                .isEmpty();
    }

    @Test
    void whatAKilledStartLeftIsRemovedAndNothingElse() throws IOException {
        keep(upTo(99).of(model(1)), "kept");
        Files.writeString(packed.resolve("unfinished.part"), "cut");
        Files.writeString(packed.resolve("0".repeat(64) + ".packed"), "in no table");
        Files.writeString(packed.resolve("README"), "somebody's");

        keep(upTo(99).of(model(2)), "new");

        assertThat(contents()).containsExactly("kept", "new", "somebody's");
    }

    @Test
    void aFileThatIsGoneIsForgotten() throws IOException {
        keep(upTo(99).of(model(1)), "kept");
        Files.delete(packed.resolve(
                Digest.of("kept".getBytes(StandardCharsets.UTF_8)).hex() + ".packed"));

        assertThat(upTo(99).of(model(1)).find(Compute.INT8)).isEmpty();
        assertThat(table.find(model(1), "int8")).isEmpty();
    }
}
