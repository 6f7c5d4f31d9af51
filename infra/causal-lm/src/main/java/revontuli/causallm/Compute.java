package revontuli.causallm;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// In which form the large weights are kept and multiplied. Norms, the residual stream and attention are f32 in every
/// form.
public enum Compute {
    /// 4 bytes a weight; what training uses.
    F32,
    /// 2 bytes a weight, packed for oneDNN; activations are rounded to bf16 at each linear map.
    BF16,
    /// 1 byte a weight with one scale for each output, packed for oneDNN; each row of activations is rounded to 8 bits
    /// by a scale of its own.
    INT8,
    /// 5 bits a weight: 4, and a scale and a middle in bf16 for each [#GROUP] weights; activations are rounded to bf16.
    /// The fastest for one row and the slowest for many, so for one stream at a time, and never chosen by itself.
    INT4;

    /// Weights of a row that share a scale in [#INT4].
    static final int GROUP = 32;

    /// Outputs that its kernel computes together.
    private static final int INT4_OUTPUTS = 16;

    /// Below this many bytes of f32 weights the caches hold them, and rounding gains little.
    private static final long SMALL_BYTES = 256L << 20;

    /// What suits a model of so many parameters: f32 for small ones; else bf16 on a GPU; else int8 where the processor
    /// multiplies bytes, bf16 where it multiplies those, or f32.
    public static Compute automatic(long parameters, Device device) {
        if (device == Device.CUDA) {
            return parameters * Float.BYTES <= SMALL_BYTES ? F32 : BF16;
        }
        return automatic(parameters, Processor.here());
    }

    static Compute automatic(long parameters, Processor processor) {
        if (parameters * Float.BYTES <= SMALL_BYTES) {
            return F32;
        }
        return processor.bytes() ? INT8 : processor.bf16() ? BF16 : F32;
    }

    /// The one of this name (`f32`, `bf16`, `int8`, `int4`); empty for another word.
    public static Optional<Compute> named(String name) {
        for (Compute compute : values()) {
            if (compute.text().equals(name)) {
                return Optional.of(compute);
            }
        }
        return Optional.empty();
    }

    /// As written in settings and receipts.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What to fall back to where this form does not keep its promises on a machine.
    Optional<Compute> simpler() {
        return switch (this) {
            case INT4 -> Optional.of(INT8);
            case INT8 -> Optional.of(BF16);
            case BF16 -> Optional.of(F32);
            case F32 -> Optional.empty();
        };
    }

    /// Whether matrices of this shape can be packed in this form there.
    boolean fits(ModelConfig config, Device device) {
        if (device == Device.CUDA) {
            return this == F32 || this == BF16;
        }
        if (this != INT4) {
            return true;
        }
        IntStream inputs = IntStream.of(config.width(), config.innerWidth());
        IntStream outputs = IntStream.of(
                config.width() + 2 * config.headWidth(), config.width(), config.innerWidth(), config.vocabularySize());
        return inputs.allMatch(n -> n % GROUP == 0) && outputs.allMatch(n -> n % INT4_OUTPUTS == 0);
    }
}
