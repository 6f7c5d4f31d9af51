package revontuli.safety.encoder;

/// `y = x W + b`, with the weights turned so that the inner loop runs along a row and can be vectorised. Each output is
/// summed in one fixed order, whatever else is computed beside it.
@SuppressWarnings("ArrayRecordComponent")
record Linear(int in, int out, float[] turned, float[] bias) {
    private static final int ROWS_AT_ONCE = 8;

    /// From tensors `name.weight` (out x in) and `name.bias`.
    static Linear of(Tensors tensors, String name, int in, int out) {
        float[] weight = tensors.floats(name + ".weight", out, in);
        float[] turned = new float[weight.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                turned[i * out + o] = weight[o * in + i];
            }
        }
        return new Linear(in, out, turned, tensors.floats(name + ".bias", out));
    }

    /// Rows of `in` floats to rows of `out` floats.
    float[] apply(float[] x, int rows) {
        float[] y = new float[rows * out];
        float[] weights = new float[out];
        float[][] sums = new float[ROWS_AT_ONCE][out];
        for (int row = 0; row < rows; row += ROWS_AT_ONCE) {
            int count = Math.min(ROWS_AT_ONCE, rows - row);
            for (int i = 0; i < count; i++) {
                System.arraycopy(bias, 0, sums[i], 0, out);
            }
            for (int i = 0; i < in; i++) {
                System.arraycopy(turned, i * out, weights, 0, out);
                for (int one = 0; one < count; one++) {
                    add(sums[one], x[(row + one) * in + i], weights);
                }
            }
            for (int i = 0; i < count; i++) {
                System.arraycopy(sums[i], 0, y, (row + i) * out, out);
            }
        }
        return y;
    }

    /// Whole arrays from 0 on: only so does the compiler know that it may take many elements at once.
    private static void add(float[] sum, float factor, float[] weights) {
        for (int i = 0; i < sum.length && i < weights.length; i++) {
            sum[i] += factor * weights[i];
        }
    }
}
