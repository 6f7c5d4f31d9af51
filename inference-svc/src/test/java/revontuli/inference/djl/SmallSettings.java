package revontuli.inference.djl;

import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import revontuli.inference.InferenceConfig;

/// The usual settings on the processor, small.
record SmallSettings(String precision, Optional<String> draft, Optional<Path> packedFolder)
        implements InferenceConfig.Engine {
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
    public boolean speculation() {
        return true;
    }

    @Override
    public InferenceConfig.Packed packed() {
        return new InferenceConfig.Packed() {
            @Override
            public Optional<Path> directory() {
                return packedFolder;
            }

            @Override
            public MemorySize bytesMax() {
                return new MemorySize(BigInteger.ONE.shiftLeft(30));
            }
        };
    }

    @Override
    public OptionalInt threads() {
        return OptionalInt.of(1);
    }
}
