package revontuli.causallm;

import java.util.Locale;
import java.util.Optional;

/// What a model computes on. One script serves both; [LinearScript] has the few lines that differ.
public enum Device {
    /// The processor; weights and slots in its memory.
    CPU,
    /// The first CUDA device that libtorch sees; weights and slots in its memory, tokens in and logits out over the
    /// bus at each step. Forms: f32 and bf16.
    CUDA;

    /// CUDA where this process's libtorch has it and sees a device, else CPU.
    public static Device automatic() {
        return CUDA.present() ? CUDA : CPU;
    }

    /// The one of this name (`cpu`, `cuda`); empty for another word.
    public static Optional<Device> named(String name) {
        for (Device device : values()) {
            if (device.text().equals(name)) {
                return Optional.of(device);
            }
        }
        return Optional.empty();
    }

    /// As written in settings and receipts.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether this process can compute on it. CUDA needs a libtorch that was built for it (`PYTORCH_LIBRARY_PATH`).
    public boolean present() {
        return this == CPU || Torch.seesCuda();
    }
}
