package revontuli.safety.encoder;

import java.util.function.DoubleUnaryOperator;
import revontuli.safety.encoder.OnnxValue.Reals;
import revontuli.safety.encoder.OnnxValue.Wholes;

/// Operators that compute element by element; two values stretch to one shape first.
final class OnnxElements {
    private OnnxElements() {}

    /// Two reals to one.
    @FunctionalInterface
    interface OfReals {
        float of(float a, float b);
    }

    /// Two whole numbers to one.
    @FunctionalInterface
    interface OfWholes {
        long of(long a, long b);
    }

    /// Reals to a truth.
    @FunctionalInterface
    interface Question {
        boolean of(double a, double b);
    }

    /// Whole numbers stay whole, where both are.
    static OnnxValue both(OnnxCall call, OfReals ofReals, OfWholes ofWholes) {
        OnnxValue value = call.in(0);
        for (int i = 1; i < call.count(); i++) {
            value = both(value, call.in(i), ofReals, ofWholes);
        }
        return value;
    }

    private static OnnxValue both(OnnxValue a, OnnxValue b, OfReals ofReals, OfWholes ofWholes) {
        OnnxShape shape = a.shape().stretched(b.shape());
        if (a instanceof Wholes one && b instanceof Wholes two) {
            long[] left = stretched(one, shape);
            long[] right = stretched(two, shape);
            long[] out = new long[shape.size()];
            for (int i = 0; i < out.length; i++) {
                out[i] = ofWholes.of(left[i], right[i]);
            }
            return new Wholes(shape, out);
        }
        float[] left = stretched(a, shape);
        float[] right = stretched(b, shape);
        float[] out = new float[shape.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = ofReals.of(left[i], right[i]);
        }
        return new Reals(shape, out);
    }

    /// Compares; whole numbers beyond 2^53 too.
    static OnnxValue ask(OnnxCall call, Question question) {
        OnnxShape shape = call.in(0).shape().stretched(call.in(1).shape());
        long[] out = new long[shape.size()];
        if (call.in(0) instanceof Wholes one && call.in(1) instanceof Wholes two) {
            long[] left = stretched(one, shape);
            long[] right = stretched(two, shape);
            for (int i = 0; i < out.length; i++) {
                out[i] = question.of(Long.compare(left[i], right[i]), 0) ? 1 : 0;
            }
        } else {
            float[] left = stretched(call.in(0), shape);
            float[] right = stretched(call.in(1), shape);
            for (int i = 0; i < out.length; i++) {
                out[i] = question.of(left[i], right[i]) ? 1 : 0;
            }
        }
        return new Wholes(shape, out);
    }

    static OnnxValue each(OnnxCall call, DoubleUnaryOperator function) {
        float[] in = call.reals(0).all();
        float[] out = new float[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = (float) function.applyAsDouble(in[i]);
        }
        return new Reals(call.in(0).shape(), out);
    }

    static OnnxValue gelu(OnnxCall call) {
        float[] values = call.reals(0).all().clone();
        Activation.apply(call.node().text("approximate", "none").equals("tanh") ? "gelu_new" : "gelu", values);
        return new Reals(call.in(0).shape(), values);
    }

    static OnnxValue not(OnnxCall call) {
        long[] in = call.numbers(0);
        long[] out = new long[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = in[i] == 0 ? 1 : 0;
        }
        return new Wholes(call.in(0).shape(), out);
    }

    static OnnxValue isNaN(OnnxCall call) {
        float[] in = call.reals(0).all();
        long[] out = new long[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = Float.isNaN(in[i]) ? 1 : 0;
        }
        return new Wholes(call.in(0).shape(), out);
    }

    static OnnxValue where(OnnxCall call) {
        OnnxShape shape = call.in(0)
                .shape()
                .stretched(call.in(1).shape())
                .stretched(call.in(2).shape());
        long[] which = stretched(call.wholes(0), shape);
        if (call.in(1) instanceof Wholes one && call.in(2) instanceof Wholes two) {
            long[] yes = stretched(one, shape);
            long[] no = stretched(two, shape);
            long[] out = new long[shape.size()];
            for (int i = 0; i < out.length; i++) {
                out[i] = which[i] != 0 ? yes[i] : no[i];
            }
            return new Wholes(shape, out);
        }
        float[] yes = stretched(call.in(1), shape);
        float[] no = stretched(call.in(2), shape);
        float[] out = new float[shape.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = which[i] != 0 ? yes[i] : no[i];
        }
        return new Reals(shape, out);
    }

    static OnnxValue cast(OnnxCall call) {
        int to = (int) call.node().whole("to", 0);
        OnnxValue value = call.in(0);
        return switch (to) {
            case OnnxTensors.FLOAT, OnnxTensors.DOUBLE, OnnxTensors.FLOAT16, OnnxTensors.BFLOAT16 ->
                new Reals(value.shape(), value.asReals());
            case OnnxTensors.INT8, OnnxTensors.UINT8, OnnxTensors.INT32, OnnxTensors.INT64, OnnxTensors.BOOL ->
                whole(value, to);
            default -> throw call.node().malformed("to the type " + to);
        };
    }

    private static OnnxValue whole(OnnxValue value, int to) {
        long[] out = new long[value.shape().size()];
        for (int i = 0; i < out.length; i++) {
            boolean some = value instanceof Wholes wholes ? wholes.all()[i] != 0 : value.asReals()[i] != 0;
            long number = value instanceof Wholes wholes ? wholes.all()[i] : (long) value.asReals()[i];
            out[i] = switch (to) {
                case OnnxTensors.BOOL -> some ? 1 : 0;
                case OnnxTensors.INT8 -> (byte) number;
                case OnnxTensors.UINT8 -> number & 0xFF;
                case OnnxTensors.INT32 -> (int) number;
                default -> number;
            };
        }
        return new Wholes(value.shape(), out);
    }

    static OnnxValue clip(OnnxCall call) {
        float[] in = call.reals(0).all();
        float low = call.has(1) ? call.reals(1).all()[0] : call.node().real("min", Float.NEGATIVE_INFINITY);
        float high = call.has(2) ? call.reals(2).all()[0] : call.node().real("max", Float.POSITIVE_INFINITY);
        float[] out = new float[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = Math.min(Math.max(in[i], low), high);
        }
        if (call.in(0) instanceof Wholes) {
            return whole(new Reals(call.in(0).shape(), out), OnnxTensors.INT64);
        }
        return new Reals(call.in(0).shape(), out);
    }

    private static float[] stretched(OnnxValue value, OnnxShape shape) {
        return value.shape().equals(shape)
                ? value.asReals()
                : value.pick(shape, shape.from(value.shape())).asReals();
    }

    private static long[] stretched(Wholes value, OnnxShape shape) {
        return value.shape().equals(shape)
                ? value.all()
                : value.pick(shape, shape.from(value.shape())).all();
    }
}
