package revontuli.causallm;

/// How many rows a step has, so that a row has the same bits in every one: real rows are padded to the next multiple,
/// and to `least`.
record Rows(int multiple, int least) {
    /// Kernels of floating point for fewer rows round differently.
    private static final int CPU_FLOATS = 8;

    /// On CUDA each product has exactly so many rows ([LinearScript]); as many as a piece of a prefill has.
    private static final int CUDA_FLOATS = GptBigCodeScript.ATTENTION_BLOCK;

    /// Whole numbers do not round, but oneDNN reads a wide matrix faster for five rows than for one (measured on Zen 4
    /// at widths of 1,024 to 6,144: 1.1 to 1.4 times; at 768 it is slower).
    private static final int BYTES_LEAST = 5;

    private static final int BYTES_WIDE = 1_024;

    static Rows of(ModelConfig config, Compute compute, Device device) {
        if (device == Device.CUDA) {
            return new Rows(CUDA_FLOATS, CUDA_FLOATS);
        }
        return switch (compute) {
            case F32, BF16 -> new Rows(CPU_FLOATS, CPU_FLOATS);
            case INT8 -> new Rows(1, config.width() >= BYTES_WIDE ? BYTES_LEAST : 1);
            case INT4 -> new Rows(1, 1); // its kernel takes row by row
        };
    }

    /// How many rows cost about as much as one: those that are computed anyway, and for a narrow model in bytes as many
    /// as one pass over its weights serves (eight rows 1.09 times the price of one).
    int cheap(Compute compute) {
        return compute == Compute.INT4 ? 1 : least > 1 ? Math.min(least, CPU_FLOATS) : CPU_FLOATS;
    }
}
