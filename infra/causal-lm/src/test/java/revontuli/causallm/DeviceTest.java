package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Where a model computes, and how many rows its steps have there.
class DeviceTest {
    @Test
    void namesAreThoseOfTheSettings() {
        assertThat(Device.named("cuda")).contains(Device.CUDA);
        assertThat(Device.named("gpu")).isEmpty();
        assertThat(Device.CPU.present()).isTrue();
    }

    @Test
    void aDeviceThatIsNotThereIsRefusedWithWhatToDo(@TempDir Path folder) throws CheckpointRejected {
        assumeFalse(Device.CUDA.present());
        Checkpoint checkpoint = Checkpoint.open(TestModels.exported(folder, TestModels.TINY, Precision.F32));

        assertThat(Device.automatic()).isEqualTo(Device.CPU);
        assertThatThrownBy(() -> LanguageModel.open(checkpoint, 1, 64, 1, Compute.BF16, Device.CUDA))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sees no cuda device")
                .hasMessageContaining("PYTORCH_LIBRARY_PATH");
    }

    @Test
    void onCudaLargeModelsTakeBf16AndOtherFormsGiveWayToIt() {
        assertThat(Compute.automatic(1_000_000_000, Device.CUDA)).isEqualTo(Compute.BF16);
        assertThat(Compute.automatic(1_000_000, Device.CUDA)).isEqualTo(Compute.F32);
        assertThat(Compute.INT8.fits(TestModels.TINY, Device.CUDA)).isFalse();
        assertThat(Compute.INT8.simpler()).contains(Compute.BF16);
        assertThat(Compute.BF16.fits(TestModels.TINY, Device.CUDA)).isTrue();
    }

    /// libtorch reads the script for CUDA without such a device; it would only not run it.
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void theScriptForCudaIsRead(Compute compute) throws IOException {
        assertThat(Device.CPU.present()).isTrue();
        Torch.load(TestModels.TINY, Compute.F32, 1).close(); // settles the engine
        byte[] archive = ScriptArchive.of(GptBigCodeScript.source(TestModels.TINY, compute, Device.CUDA));
        try (PtNDManager manager = (PtNDManager) NDManager.newBaseManager(ai.djl.Device.cpu(), "PyTorch")) {
            JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false)
                    .close();
        }
    }

    /// A wide int8 model is padded to five rows, and its rows stay what they are alone.
    @Test
    void aWideModelInBytesKeepsItsRowsApart(@TempDir Path folder) throws CheckpointRejected {
        ModelConfig wide = new ModelConfig(96, 128, 1, 8, 1_024, 2_048, ModelConfig.Activation.GELU_TANH, 1e-5);
        assertThat(Rows.of(wide, Compute.INT8, Device.CPU)).isEqualTo(new Rows(1, 5));
        RandomCheckpoint.write(folder, wide, 3);
        try (LanguageModel model = LanguageModel.open(Checkpoint.open(folder), 9, 128, 2, Compute.INT8)) {
            assertThat(model.compute()).isEqualTo(Compute.INT8);
            int[] prompt = TestModels.text(3, 5);
            for (int slot = 0; slot < 9; slot++) {
                model.prefill(slot, prompt, 0);
            }
            float[] alone = model.decode(new int[] {0}, new int[] {7})[0];
            for (int rows : new int[] {2, 4, 5, 7}) {
                int[] slots = IntStream.rangeClosed(1, rows).toArray();
                int[] tokens = new int[rows];
                Arrays.setAll(tokens, i -> i == rows - 1 ? 7 : i);
                assertThat(model.decode(slots, tokens)[rows - 1]).isEqualTo(alone);
                for (int slot : slots) {
                    model.truncate(slot, prompt.length);
                }
            }
            assertThat(model.prefillRows(8, prompt, 0)[2]).isEqualTo(model.prefill(7, prompt, 0));
        }
    }
}
