package revontuli.safety.encoder;

import java.util.Arrays;
import java.util.List;
import revontuli.safety.encoder.OnnxValue.Reals;
import revontuli.safety.encoder.OnnxValue.Wholes;

/// Operators that make shapes and move elements, and compute nothing.
final class OnnxMoves {
    private OnnxMoves() {}

    static OnnxValue shape(OnnxCall call) {
        int[] lengths = call.in(0).shape().lengths();
        int from = bounded(call.node().whole("start", 0), lengths.length);
        int to = Math.max(from, bounded(call.node().whole("end", lengths.length), lengths.length));
        return Wholes.row(Arrays.stream(lengths, from, to).asLongStream().toArray());
    }

    /// A place from 0 to `length`, counted from the end where it is negative, moved inside where it lies outside.
    private static int bounded(long given, int length) {
        long place = given < 0 ? given + length : given;
        return (int) Math.max(0, Math.min(length, place));
    }

    static OnnxValue reshape(OnnxCall call) {
        OnnxValue value = call.in(0);
        long[] lengths = call.numbers(1).clone();
        boolean zeros = call.node().whole("allowzero", 0) != 0;
        int open = -1;
        long known = 1;
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] == 0 && !zeros && i < value.shape().rank()) {
                lengths[i] = value.shape().length(i);
            }
            if (lengths[i] == -1) {
                open = i;
            } else {
                known = Math.multiplyExact(known, lengths[i]);
            }
        }
        if (open >= 0) {
            lengths[open] = known == 0 ? 0 : value.shape().size() / known;
        }
        return value.shaped(OnnxShape.of(lengths));
    }

    static OnnxValue flatten(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        long given = call.node().whole("axis", 1);
        int axis = given == shape.rank() ? shape.rank() : shape.axis(given);
        return call.in(0).shaped(OnnxShape.of(shape.product(0, axis), shape.product(axis, shape.rank())));
    }

    static OnnxValue squeeze(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        long[] axes = call.axes(1);
        boolean[] gone = call.named(axes, shape.rank());
        int[] left = new int[shape.rank()];
        int count = 0;
        for (int axis = 0; axis < gone.length; axis++) {
            if (gone[axis] && shape.length(axis) != 1) {
                throw call.node().malformed("of an axis of length " + shape.length(axis));
            }
            if (!gone[axis] && (axes.length > 0 || shape.length(axis) != 1)) {
                left[count++] = shape.length(axis);
            }
        }
        return call.in(0).shaped(OnnxShape.of(Arrays.copyOf(left, count)));
    }

    static OnnxValue unsqueeze(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        long[] axes = call.axes(1);
        boolean[] added = call.named(axes, shape.rank() + axes.length);
        int[] lengths = new int[added.length];
        int from = 0;
        for (int axis = 0; axis < added.length; axis++) {
            lengths[axis] = added[axis] ? 1 : shape.length(from++);
        }
        return call.in(0).shaped(OnnxShape.of(lengths));
    }

    static OnnxValue transpose(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        long[] order = call.node().wholes("perm");
        boolean turned = order.length == 0;
        call.named(order, shape.rank());
        int[] lengths = new int[shape.rank()];
        int[] strides = new int[shape.rank()];
        int[] theirs = shape.strides();
        for (int axis = 0; axis < lengths.length; axis++) {
            int from = turned ? lengths.length - 1 - axis : shape.axis(order[axis]);
            lengths[axis] = shape.length(from);
            strides[axis] = theirs[from];
        }
        OnnxShape out = OnnxShape.of(lengths);
        return call.in(0).pick(out, out.walk(strides, 0));
    }

    static OnnxValue expand(OnnxCall call) {
        OnnxShape shape = call.in(0).shape().stretched(OnnxShape.of(call.numbers(1)));
        return call.in(0).pick(shape, shape.from(call.in(0).shape()));
    }

    static OnnxValue constantOfShape(OnnxCall call) {
        OnnxShape shape = OnnxShape.of(call.numbers(0));
        OnnxValue value =
                call.node().has("value") ? call.node().constant() : new Reals(OnnxShape.of(1), new float[] {0});
        return value.pick(shape, new int[shape.size()]);
    }

    static OnnxValue range(OnnxCall call) {
        if (!(call.in(0) instanceof Wholes)) {
            throw call.node().malformed("of real numbers");
        }
        long from = call.number(0);
        long to = call.number(1);
        long step = call.number(2);
        if (step == 0) {
            throw call.node().malformed("with a step of 0");
        }
        long count = Math.max(0, Math.ceilDiv(Math.subtractExact(to, from), step));
        OnnxShape shape = OnnxShape.of(new long[] {count});
        long[] all = new long[shape.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = from + i * step;
        }
        return new Wholes(shape, all);
    }

    static OnnxValue concat(OnnxCall call) {
        OnnxShape first = call.in(0).shape();
        int axis = first.axis(call.node().whole("axis", 0));
        int length = 0;
        boolean whole = true;
        for (int i = 0; i < call.count(); i++) {
            OnnxShape shape = call.in(i).shape();
            whole &= call.in(i) instanceof Wholes;
            if (shape.rank() != first.rank() || !shape.with(axis, 1).equals(first.with(axis, 1))) {
                throw call.node().malformed("of the shapes " + first + " and " + shape);
            }
            length += shape.length(axis);
        }
        OnnxShape out = first.with(axis, length);
        int outer = first.product(0, axis);
        int inner = first.product(axis + 1, first.rank());
        float[] reals = new float[whole ? 0 : out.size()];
        long[] wholes = new long[whole ? out.size() : 0];
        int begin = 0;
        for (int i = 0; i < call.count(); i++) {
            int block = call.in(i).shape().length(axis) * inner;
            for (int row = 0; row < outer; row++) {
                int to = row * length * inner + begin;
                if (whole) {
                    System.arraycopy(call.numbers(i), row * block, wholes, to, block);
                } else {
                    System.arraycopy(call.reals(i).all(), row * block, reals, to, block);
                }
            }
            begin += block;
        }
        return whole ? new Wholes(out, wholes) : new Reals(out, reals);
    }

    static OnnxValue slice(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        long[] starts = call.numbers(1);
        long[] ends = call.numbers(2);
        int[] begins = new int[shape.rank()];
        int[] lengths = shape.lengths();
        int[] strides = shape.strides();
        int begin = 0;
        for (int i = 0; i < starts.length; i++) {
            int axis = call.has(3) ? shape.axis(call.numbers(3)[i]) : i;
            long step = call.has(4) ? call.numbers(4)[i] : 1;
            int length = shape.length(axis);
            if (step == 0 || Math.abs(step) > Integer.MAX_VALUE) {
                throw call.node().malformed("with a step of " + step);
            }
            long from = starts[i] < 0 ? starts[i] + length : starts[i];
            long to = ends[i] < 0 ? ends[i] + length : ends[i];
            from = step > 0 ? clamp(from, 0, length) : clamp(from, 0, length - 1L);
            to = step > 0 ? clamp(to, 0, length) : clamp(to, -1, length - 1L);
            begins[axis] = (int) from;
            lengths[axis] = (int) Math.max(0, Math.ceilDiv(to - from, step));
            begin += (int) from * strides[axis];
            strides[axis] = (int) (strides[axis] * step);
        }
        OnnxShape out = OnnxShape.of(lengths);
        return call.in(0).pick(out, out.walk(strides, begin));
    }

    private static long clamp(long value, long low, long high) {
        return Math.max(low, Math.min(high, value));
    }

    static OnnxValue gather(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        OnnxShape which = call.in(1).shape();
        int axis = shape.axis(call.node().whole("axis", 0));
        long[] places = call.numbers(1);
        int outer = shape.product(0, axis);
        int inner = shape.product(axis + 1, shape.rank());
        int length = shape.length(axis);
        int[] lengths = new int[shape.rank() - 1 + which.rank()];
        for (int i = 0; i < lengths.length; i++) {
            boolean before = i < axis;
            boolean within = i < axis + which.rank();
            lengths[i] =
                    before ? shape.length(i) : within ? which.length(i - axis) : shape.length(i - which.rank() + 1);
        }
        OnnxShape out = OnnxShape.of(lengths);
        int[] from = new int[out.size()];
        int at = 0;
        for (int row = 0; row < outer; row++) {
            for (long place : places) {
                int begin = (row * length + OnnxShape.place(place, length)) * inner;
                for (int i = 0; i < inner; i++) {
                    from[at++] = begin + i;
                }
            }
        }
        return call.in(0).pick(out, from);
    }

    static OnnxValue gatherElements(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        OnnxShape out = call.in(1).shape();
        int axis = shape.axis(call.node().whole("axis", 0));
        if (out.rank() != shape.rank()) {
            throw call.node().malformed("of the shapes " + shape + " and " + out);
        }
        for (int i = 0; i < out.rank(); i++) {
            if (i != axis && out.length(i) > shape.length(i)) {
                throw call.node().malformed("of the shapes " + shape + " and " + out);
            }
        }
        int[] strides = shape.strides();
        int stride = strides[axis];
        strides[axis] = 0;
        int[] from = out.walk(strides, 0);
        long[] places = call.numbers(1);
        for (int i = 0; i < from.length; i++) {
            from[i] += OnnxShape.place(places[i], shape.length(axis)) * stride;
        }
        return call.in(0).pick(out, from);
    }

    static OnnxValue gatherNd(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        OnnxShape which = call.in(1).shape();
        int batch = (int) call.node().whole("batch_dims", 0);
        int depth = which.rank() == 0 ? 0 : which.length(which.rank() - 1);
        if (which.rank() == 0 || batch < 0 || batch >= which.rank() || batch + depth > shape.rank()) {
            throw call.node().malformed("of the shapes " + shape + " and " + which);
        }
        int[] lengths = Arrays.copyOf(which.lengths(), which.rank() - 1 + shape.rank() - batch - depth);
        System.arraycopy(shape.lengths(), batch + depth, lengths, which.rank() - 1, shape.rank() - batch - depth);
        OnnxShape out = OnnxShape.of(lengths);
        int inner = shape.product(batch + depth, shape.rank());
        int rows = which.product(0, which.rank() - 1);
        int batches = Math.max(1, which.product(0, batch));
        int each = shape.product(batch, shape.rank());
        int[] strides = shape.strides();
        long[] places = call.numbers(1);
        int[] from = new int[out.size()];
        for (int row = 0; row < rows; row++) {
            int begin = row / Math.max(1, rows / batches) * (batch == 0 ? 0 : each);
            for (int i = 0; i < depth; i++) {
                begin += OnnxShape.place(places[row * depth + i], shape.length(batch + i)) * strides[batch + i];
            }
            for (int i = 0; i < inner; i++) {
                from[row * inner + i] = begin + i;
            }
        }
        return call.in(0).pick(out, from);
    }

    /// Parts along an axis, as long as told, else as equal as there are outputs.
    static List<OnnxValue> split(OnnxCall call) {
        OnnxShape shape = call.in(0).shape();
        int axis = shape.axis(call.node().whole("axis", 0));
        int parts = call.node().outputs().size();
        long[] told = call.has(1) ? call.numbers(1) : call.node().wholes("split");
        int length = Math.ceilDiv(shape.length(axis), parts);
        int[] strides = shape.strides();
        OnnxValue[] out = new OnnxValue[parts];
        int begin = 0;
        for (int part = 0; part < parts; part++) {
            long here = part < told.length ? told[part] : Math.min(length, shape.length(axis) - begin);
            if (here < 0 || begin + here > shape.length(axis)) {
                throw call.node().malformed("into parts that do not fit " + shape);
            }
            OnnxShape some = shape.with(axis, (int) here);
            out[part] = call.in(0).pick(some, some.walk(strides, begin * strides[axis]));
            begin += (int) here;
        }
        return List.of(out);
    }
}
