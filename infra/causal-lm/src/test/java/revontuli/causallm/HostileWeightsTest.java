package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import revontuli.causallm.CheckpointRejected.Reason;

/// Weights from somebody who means harm, or that were cut on their way: refused with a reason, and nothing else.
class HostileWeightsTest {
    private static final String WHOLE = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2,2],\"data_offsets\":[8,16]}}";

    @TempDir
    private Path folder;

    private static byte[] file(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    private Reason refused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("x.safetensors"), bytes);
        Throwable thrown = catchThrowable(() -> SafetensorsFile.read("x", file));
        assertThat(thrown).isInstanceOf(CheckpointRejected.class);
        return ((CheckpointRejected) thrown).reason();
    }

    @Test
    void wholeFileIsRead() throws IOException, CheckpointRejected {
        Path file = Files.write(folder.resolve("x.safetensors"), file(WHOLE, 16));

        assertThat(SafetensorsFile.read("x", file).entries()).containsOnlyKeys("a", "b");
    }

    @Test
    void fileCutAnywhereIsRefused() throws IOException {
        byte[] whole = file(WHOLE, 16);
        Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);

        for (int length = 0; length < whole.length; length++) {
            reasons.merge(refused(Arrays.copyOf(whole, length)), 1, Integer::sum);
        }

        assertThat(reasons).containsOnlyKeys(Reason.HEADER_MALFORMED, Reason.OFFSETS_INVALID);
        assertThat(reasons).containsEntry(Reason.OFFSETS_INVALID, 16);
    }

    @Test
    void fileWithMoreBehindItsDataIsRefused() throws IOException {
        assertThat(refused(file(WHOLE, 17))).isEqualTo(Reason.OFFSETS_INVALID);
    }

    /// Every byte of length and header changed in several ways: read as something valid, or refused; never anything
    // else.
    @Test
    void changedByteIsReadOrRefused() throws IOException {
        byte[] whole = file(WHOLE, 16);
        int refusals = 0;
        for (int at = 0; at < whole.length - 16; at++) {
            for (int flip : new int[] {0x01, 0x08, 0x10, 0x80, 0xff}) {
                byte[] changed = whole.clone();
                changed[at] ^= (byte) flip;
                Path file = Files.write(folder.resolve("x.safetensors"), changed);
                Throwable thrown = catchThrowable(() -> SafetensorsFile.read("x", file));
                if (thrown != null) {
                    assertThat(thrown).as("byte %d by %d", at, flip).isInstanceOf(CheckpointRejected.class);
                    refusals++;
                }
            }
        }
        assertThat(refusals).isGreaterThan(4 * (whole.length - 16));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0,9223372036854775807]   | [2]",
                "[0,9223372036854775808]   | [2]",
                "[0,18446744073709551624]  | [2]",
                "[9223372036854775800,9223372036854775808] | [2]",
                "[-8,0]                    | [2]",
                "[0,1e400]                 | [2]",
                "[0.5,8.5]                 | [2]",
                "[0,8]                     | [9223372036854775808]",
                "[0,8]                     | [2305843009213693952,4]",
                "[0,8]                     | [4294967296,4294967296]",
                "[0,8]                     | [2305843009213693954]",
                "[0,8]                     | [-1,-2]",
                "[0,8]                     | [2.0e0]",
                "[0,8]                     | [1,1,1,1,1,1,1,1,2]"
            })
    void sizesBeyondEveryFileAreRefused(String offsets, String shape) throws IOException {
        String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";

        assertThat(refused(file(header, 8))).isIn(Reason.HEADER_MALFORMED, Reason.OFFSETS_INVALID);
    }

    @ParameterizedTest
    @CsvSource({"F64", "I64", "I8", "F8_E4M3", "f32", "''", "'BF16 '"})
    void elementTypeThatIsNotReadIsNamed(String type) throws IOException {
        String header = "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":[2],\"data_offsets\":[0,8]}}";

        assertThat(refused(file(header, 8))).isEqualTo(Reason.DTYPE_UNSUPPORTED);
    }

    @ParameterizedTest
    @EnumSource(
            value = SafetensorsFile.Dtype.class,
            names = {"U8", "BOOL"})
    void weightOfAnotherTypeIsRefusedWhenItIsRead(SafetensorsFile.Dtype type) throws IOException, CheckpointRejected {
        String header = "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":[8],\"data_offsets\":[0,8]}}";
        SafetensorsFile file = SafetensorsFile.read("x", Files.write(folder.resolve("x.safetensors"), file(header, 8)));

        assertThatThrownBy(() -> file.floats(file.entry("a"), (start, floats) -> {}))
                .isInstanceOfSatisfying(CheckpointRejected.class, rejection -> assertThat(rejection.reason())
                        .isEqualTo(Reason.DTYPE_UNSUPPORTED));
    }

    /// The file was whole when its header was checked and is cut while its weights are read: the model does not open,
    /// in no form, and the next one does.
    @ParameterizedTest
    @EnumSource
    void weightsCutWhileTheyAreReadOpenNoModel(Compute compute) throws IOException, CheckpointRejected {
        TestModels.write(folder, TestModels.tensors(TestModels.TINY));
        Checkpoint checkpoint = Checkpoint.open(folder);
        Path weights = folder.resolve(Checkpoint.WEIGHTS);
        byte[] whole = Files.readAllBytes(weights);
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        for (int cut : new int[] {whole.length - 1, whole.length / 2, whole.length / 4}) {
            try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
                channel.truncate(cut);
            }

            Throwable thrown = catchThrowable(() -> LanguageModel.open(checkpoint, 1, 8, 1, compute));

            assertThat(thrown).isInstanceOf(CheckpointRejected.class);
            reasons.add(((CheckpointRejected) thrown).reason());
            Files.write(weights, whole);
        }

        assertThat(reasons).containsExactly(Reason.FILE_CHANGED);
        LanguageModel.open(checkpoint, 1, 8, 1, compute).close();
    }
}
