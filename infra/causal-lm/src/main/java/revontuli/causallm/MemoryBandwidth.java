package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;

/// How fast the engine's threads read memory: the bound of decoding one sequence.
public final class MemoryBandwidth {
    private static final long ELEMENTS = 1L << 27;
    private static final int ROUNDS = 5;
    private static final ModelConfig SMALL = new ModelConfig(8, 8, 1, 1, 8, 8, ModelConfig.Activation.GELU, 1e-5);

    private MemoryBandwidth() {}

    /// Bytes a second, the best of several sums over half a gibibyte.
    public static double measured(int threads) {
        try (Torch torch = Torch.load(SMALL, Compute.F32, threads)) {
            PtNDArray array = torch.zeros(ELEMENTS);
            double best = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                torch.step(step -> step.runForTensor("total", step.array(array)).getFloat());
                best = Math.max(best, ELEMENTS * (double) Float.BYTES / (System.nanoTime() - begin) * 1e9);
            }
            return best;
        }
    }
}
