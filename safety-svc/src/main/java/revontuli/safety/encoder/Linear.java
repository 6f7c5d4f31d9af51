package revontuli.safety.encoder;

/// `y = x W + b`, with the weights turned so that the inner loop runs along a row and can be vectorised. Each output is
/// summed in one fixed order, whatever else is computed beside it.
@SuppressWarnings("ArrayRecordComponent")
record Linear(int in, int out, float[] turned, float[] bias) {
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
        for (int row = 0; row < rows; row++) {
            System.arraycopy(bias, 0, y, row * out, out);
        }
        int row = 0;
        for (; row + 4 <= rows; row += 4) {
            four(x, y, row);
        }
        for (; row < rows; row++) {
            one(x, y, row);
        }
        return y;
    }

    private void four(float[] x, float[] y, int row) {
        int y0 = row * out;
        int y1 = y0 + out;
        int y2 = y1 + out;
        int y3 = y2 + out;
        for (int i = 0; i < in; i++) {
            float a = x[row * in + i];
            float b = x[(row + 1) * in + i];
            float c = x[(row + 2) * in + i];
            float d = x[(row + 3) * in + i];
            int w = i * out;
            for (int o = 0; o < out; o++) {
                float weight = turned[w + o];
                y[y0 + o] += a * weight;
                y[y1 + o] += b * weight;
                y[y2 + o] += c * weight;
                y[y3 + o] += d * weight;
            }
        }
    }

    private void one(float[] x, float[] y, int row) {
        int to = row * out;
        for (int i = 0; i < in; i++) {
            float a = x[row * in + i];
            int w = i * out;
            for (int o = 0; o < out; o++) {
                y[to + o] += a * turned[w + o];
            }
        }
    }
}
