package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rounded weights that were kept: the same bits as from the checkpoint, and never bytes that are others.
class PackedFormsTest {
    private static final ModelConfig SHAPE =
            new ModelConfig(320, 96, 2, 4, 64, 256, ModelConfig.Activation.GELU_TANH, 1e-5);
    private static final int[] TEXT =
            IntStream.range(0, 70).map(i -> 37 * i % 320).toArray();

    @TempDir
    Path folder;

    private Path model;
    private Forms forms;

    @BeforeEach
    void write() throws IOException {
        model = Files.createDirectory(folder.resolve("model"));
        RandomCheckpoint.write(model, SHAPE, 3);
        forms = new Forms(Files.createDirectory(folder.resolve("packed")));
    }

    /// In memory, and told of everything.
    private static final class Forms implements PackedForms {
        private final Path folder;
        private final Map<Compute, Kept> kept = new EnumMap<>(Compute.class);
        private final List<String> told = new ArrayList<>();
        private boolean full;
        private long bytesAnnounced;

        Forms(Path folder) {
            this.folder = folder;
        }

        @Override
        public Optional<Kept> find(Compute compute) {
            return Optional.ofNullable(kept.get(compute));
        }

        @Override
        public Optional<Path> place(Compute compute, long bytes) {
            bytesAnnounced = bytes;
            return full ? Optional.empty() : Optional.of(folder.resolve(compute.text() + told.size()));
        }

        @Override
        public void keep(Compute compute, Kept written) {
            told.add("keep " + compute.text());
            kept.put(compute, written);
        }

        @Override
        public void drop(Compute compute, Exception why) {
            told.add("drop " + (why instanceof CheckpointRejected rejected ? rejected.reason() : why.getClass()));
            kept.remove(compute);
        }
    }

    private float[] logits(Compute compute) throws CheckpointRejected {
        Map<String, Path> files = Map.of(
                Checkpoint.CONFIG, model.resolve(Checkpoint.CONFIG),
                Checkpoint.WEIGHTS, model.resolve(Checkpoint.WEIGHTS));
        Checkpoint checkpoint = Checkpoint.openUnproven(files, digests);
        try (LanguageModel opened = LanguageModel.open(checkpoint, 9, 96, 1, compute, Device.CPU, forms)) {
            assertThat(opened.compute()).isEqualTo(compute);
            return opened.prefill(0, TEXT, 0);
        }
    }

    private Map<String, String> digests = Map.of();

    /// Overwrites one byte in the middle of the numbers.
    private static void spoil(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 0x10;
        Files.write(file, bytes);
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void keptWeightsGiveTheSameBitsWithoutTheCheckpoint(Compute compute) throws Exception {
        float[] first = logits(compute);
        assertThat(forms.told).containsExactly("keep " + compute.text());
        PackedForms.Kept kept = forms.find(compute).orElseThrow();
        assertThat(kept.file()).hasSize(forms.bytesAnnounced);
        assertThat(kept.sha256()).isEqualTo(FileDigest.of(kept.file()));
        spoil(model.resolve(Checkpoint.WEIGHTS)); // so a second reading of the checkpoint would show

        assertThat(logits(compute)).isEqualTo(first);
        assertThat(forms.told).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void theCheckpointsOwnNumbersAreNotKeptAgain(Compute compute) throws Exception {
        logits(compute);
        assertThat(forms.told).isEmpty();
    }

    @Test
    void aChangedFileIsDroppedAndMadeAnew() throws Exception {
        float[] first = logits(Compute.INT8);
        spoil(forms.find(Compute.INT8).orElseThrow().file());

        assertThat(logits(Compute.INT8)).isEqualTo(first);
        assertThat(forms.told).containsExactly("keep int8", "drop FILE_DIGEST_MISMATCH", "keep int8");
    }

    @Test
    void aCutFileIsDropped() throws Exception {
        float[] first = logits(Compute.INT8);
        Path file = forms.find(Compute.INT8).orElseThrow().file();
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5_000));

        assertThat(logits(Compute.INT8)).isEqualTo(first);
        assertThat(forms.told).containsExactly("keep int8", "drop FILE_DIGEST_MISMATCH", "keep int8");
    }

    @Test
    void aLostFileIsDropped() throws Exception {
        float[] first = logits(Compute.INT8);
        Files.delete(forms.find(Compute.INT8).orElseThrow().file());

        assertThat(logits(Compute.INT8)).isEqualTo(first);
        assertThat(forms.told).hasSize(3).last().isEqualTo("keep int8");
    }

    /// A whole file with its right digest, of another form: somebody mixed up the books.
    @Test
    void aFileOfAnotherFormIsDropped() throws Exception {
        logits(Compute.INT4);
        forms.kept.put(Compute.INT8, forms.find(Compute.INT4).orElseThrow());
        logits(Compute.INT8);
        assertThat(forms.told).containsExactly("keep int4", "drop HEADER_MALFORMED", "keep int8");
    }

    @Test
    void aFileOfAnotherShapeIsDropped() throws Exception {
        logits(Compute.INT8);
        RandomCheckpoint.write(model, new ModelConfig(320, 96, 1, 4, 64, 256, SHAPE.activation(), 1e-5), 3);
        logits(Compute.INT8);
        assertThat(forms.told).containsExactly("keep int8", "drop TENSOR_SHAPE_MISMATCH", "keep int8");
    }

    @Test
    void nothingIsKeptOfACheckpointThatIsNotWhatItShouldBe() throws IOException {
        digests = Map.of(Checkpoint.WEIGHTS, FileDigest.of(model.resolve(Checkpoint.WEIGHTS)));
        spoil(model.resolve(Checkpoint.WEIGHTS));

        assertThatThrownBy(() -> logits(Compute.INT8))
                .isInstanceOfSatisfying(CheckpointRejected.class, rejected -> assertThat(rejected.reason())
                        .isEqualTo(CheckpointRejected.Reason.FILE_DIGEST_MISMATCH));
        assertThat(forms.told).isEmpty();
        assertThat(forms.folder).isEmptyDirectory();
    }

    @Test
    void aModelLoadsWhereNothingCanBeKept() throws Exception {
        forms.full = true;
        float[] first = logits(Compute.INT8);
        forms.full = false;
        Files.delete(forms.folder); // so the file cannot be opened
        assertThat(logits(Compute.INT8)).isEqualTo(first);
        assertThat(forms.told).isEmpty();
    }
}
