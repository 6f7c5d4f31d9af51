package revontuli.safety.encoder;

import java.util.Arrays;
import revontuli.safety.encoder.OnnxValue.Reals;
import revontuli.safety.encoder.OnnxValue.Wholes;

/// Operators that sum along axes. Each sum runs in one fixed order, so that the same input gives the same bits.
final class OnnxSums {
    /// Most multiplications of one product of matrices: some ten seconds.
    private static final long WORK_MAX = 100_000_000_000L;

    private OnnxSums() {}

    static OnnxValue matMul(OnnxCall call) {
        Reals a = call.reals(0);
        Reals b = call.reals(1);
        if (a.shape().rank() < 2 || b.shape().rank() < 2) {
            throw call.node().malformed("of the shapes " + a.shape() + " and " + b.shape());
        }
        int rows = a.shape().length(a.shape().rank() - 2);
        int inner = a.shape().length(a.shape().rank() - 1);
        int columns = b.shape().length(b.shape().rank() - 1);
        if (inner != b.shape().length(b.shape().rank() - 2)) {
            throw call.node().malformed("of the shapes " + a.shape() + " and " + b.shape());
        }
        if (b.shape().rank() == 2) {
            requireWork(call, a.shape().size(), columns);
            int all = a.shape().product(0, a.shape().rank() - 1);
            float[] out = new Linear(inner, columns, b.all(), new float[columns]).apply(a.all(), all);
            return new Reals(a.shape().with(a.shape().rank() - 1, columns), out);
        }
        OnnxShape many = front(a.shape()).stretched(front(b.shape()));
        requireWork(call, (long) many.size() * rows * inner, columns);
        int[] fromA = many.from(front(a.shape()));
        int[] fromB = many.from(front(b.shape()));
        int[] lengths = Arrays.copyOf(many.lengths(), many.rank() + 2);
        lengths[many.rank()] = rows;
        lengths[many.rank() + 1] = columns;
        OnnxShape shape = OnnxShape.of(lengths);
        float[] out = new float[shape.size()];
        float[] zeros = new float[columns];
        for (int i = 0; i < many.size(); i++) {
            float[] left = part(a.all(), fromA[i], rows * inner);
            float[] right = part(b.all(), fromB[i], inner * columns);
            float[] product = new Linear(inner, columns, right, zeros).apply(left, rows);
            System.arraycopy(product, 0, out, i * rows * columns, product.length);
        }
        return new Reals(shape, out);
    }

    private static OnnxShape front(OnnxShape shape) {
        return OnnxShape.of(Arrays.copyOf(shape.lengths(), shape.rank() - 2));
    }

    private static float[] part(float[] all, int number, int length) {
        return Arrays.copyOfRange(all, number * length, (number + 1) * length);
    }

    private static void requireWork(OnnxCall call, long left, int columns) {
        if (left * columns > WORK_MAX) {
            throw new DirectoryRejected(
                    "ONNX_TOO_LARGE",
                    "model.onnx: " + call.node().operator() + " of over " + WORK_MAX + " multiplications");
        }
    }

    static OnnxValue gemm(OnnxCall call) {
        Reals a = flat(call, 0, "transA");
        Reals b = flat(call, 1, "transB");
        int rows = a.shape().length(0);
        int inner = a.shape().length(1);
        int columns = b.shape().length(1);
        if (inner != b.shape().length(0)) {
            throw call.node().malformed("of the shapes " + a.shape() + " and " + b.shape());
        }
        requireWork(call, a.shape().size(), columns);
        float[] out = new Linear(inner, columns, b.all(), new float[columns]).apply(a.all(), rows);
        float alpha = call.node().real("alpha", 1);
        float beta = call.node().real("beta", 1);
        OnnxShape shape = OnnxShape.of(rows, columns);
        float[] added = new float[0];
        if (call.has(2)) {
            Reals c = call.reals(2);
            added = c.pick(shape, shape.from(c.shape())).all();
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = alpha * out[i] + (added.length == 0 ? 0 : beta * added[i]);
        }
        return new Reals(shape, out);
    }

    private static Reals flat(OnnxCall call, int input, String turned) {
        Reals value = call.reals(input);
        if (value.shape().rank() != 2) {
            throw call.node().malformed("of the shape " + value.shape());
        }
        if (call.node().whole(turned, 0) == 0) {
            return value;
        }
        OnnxShape shape = OnnxShape.of(value.shape().length(1), value.shape().length(0));
        return value.pick(shape, shape.walk(new int[] {1, value.shape().length(1)}, 0));
    }

    static OnnxValue softmax(OnnxCall call) {
        Reals value = call.reals(0);
        OnnxShape shape = value.shape();
        boolean old = call.version() < 13;
        int axis = shape.axis(call.node().whole("axis", old ? 1 : -1));
        if (old && axis != shape.rank() - 1) {
            throw call.node().malformed("over several axes at once; export with operator set 13 or newer");
        }
        int length = shape.length(axis);
        int inner = shape.product(axis + 1, shape.rank());
        float[] out = new float[shape.size()];
        double[] some = new double[length];
        for (int row = 0; row < shape.product(0, axis); row++) {
            for (int column = 0; column < inner; column++) {
                int begin = row * length * inner + column;
                double most = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < length; i++) {
                    most = Math.max(most, value.all()[begin + i * inner]);
                }
                double sum = 0;
                for (int i = 0; i < length; i++) {
                    some[i] = StrictMath.exp(value.all()[begin + i * inner] - most);
                    sum += some[i];
                }
                for (int i = 0; i < length; i++) {
                    out[begin + i * inner] = (float) (some[i] / sum);
                }
            }
        }
        return new Reals(shape, out);
    }

    static OnnxValue layerNormalization(OnnxCall call) {
        Reals value = call.reals(0);
        int axis = value.shape().axis(call.node().whole("axis", -1));
        int width = value.shape().product(axis, value.shape().rank());
        float[] scale = call.reals(1).all();
        float[] shift = call.has(2) ? call.reals(2).all() : new float[width];
        if (scale.length != width
                || shift.length != width
                || call.node().outputs().size() != 1) {
            throw call.node().malformed("of the shape " + value.shape() + " with " + scale.length + " scales");
        }
        float[] rows = value.all().clone();
        new Norm(scale, shift, call.node().real("epsilon", 1e-5f)).apply(rows);
        return new Reals(value.shape(), rows);
    }

    /// Sums or means along axes, all of them where none is named.
    static OnnxValue reduce(OnnxCall call, boolean mean) {
        Reals value = call.reals(0);
        OnnxShape shape = value.shape();
        long[] axes = call.axes(1);
        if (axes.length == 0 && call.node().whole("noop_with_empty_axes", 0) != 0) {
            return value;
        }
        boolean[] gone = call.named(axes, shape.rank());
        boolean kept = call.node().whole("keepdims", 1) != 0;
        int[] lengths = new int[shape.rank()];
        int[] full = shape.lengths();
        int rank = 0;
        int each = 1;
        for (int axis = 0; axis < gone.length; axis++) {
            boolean goes = gone[axis] || axes.length == 0;
            if (goes) {
                each *= full[axis];
                full[axis] = 1;
            }
            if (!goes || kept) {
                lengths[rank++] = full[axis];
            }
        }
        OnnxShape narrow = OnnxShape.of(full);
        int[] to = shape.from(narrow);
        double[] sums = new double[narrow.size()];
        for (int i = 0; i < to.length; i++) {
            sums[to[i]] += value.all()[i];
        }
        float[] out = new float[sums.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (mean ? sums[i] / each : sums[i]);
        }
        return new Reals(OnnxShape.of(Arrays.copyOf(lengths, rank)), out);
    }

    static OnnxValue cumulate(OnnxCall call) {
        Wholes value = call.wholes(0);
        OnnxShape shape = value.shape();
        int axis = shape.axis(call.number(1));
        if (call.node().whole("exclusive", 0) != 0 || call.node().whole("reverse", 0) != 0) {
            throw call.node().malformed("backwards or without the element itself");
        }
        int inner = shape.product(axis + 1, shape.rank());
        long[] out = value.all().clone();
        for (int i = 0; i < out.length; i++) {
            if (i / inner % shape.length(axis) > 0) {
                out[i] += out[i - inner];
            }
        }
        return new Wholes(shape, out);
    }
}
