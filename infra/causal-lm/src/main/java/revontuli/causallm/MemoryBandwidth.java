package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import java.lang.management.ManagementFactory;

/// How fast the engine's threads read memory: the bound of decoding one sequence.
public final class MemoryBandwidth {
    private static final long ELEMENTS = 1L << 27;
    private static final int ROUNDS = 5;
    private static final ModelConfig SMALL = new ModelConfig(8, 8, 1, 1, 8, 8, ModelConfig.Activation.GELU, 1e-5);

    private MemoryBandwidth() {}

    /// Bytes a second, the best of several sums over half a gibibyte; with one thread by its own processor time, which
    /// a busy machine does not disturb, with more by the wall clock.
    public static double measured(int threads) {
        try (Torch torch = Torch.load(SMALL, Compute.F32, threads)) {
            PtNDArray array = torch.zeros(ELEMENTS);
            double best = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long begin = now(threads);
                torch.step(step -> step.runForTensor("total", step.array(array)).getFloat());
                best = Math.max(best, ELEMENTS * (double) Float.BYTES / (now(threads) - begin) * 1e9);
            }
            return best;
        }
    }

    private static long now(int threads) {
        return threads == 1 ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() : System.nanoTime();
    }
}
