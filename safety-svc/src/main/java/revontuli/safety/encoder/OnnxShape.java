package revontuli.safety.encoder;

import java.util.Arrays;

/// The lengths of a value along its axes; a single number has none.
final class OnnxShape {
    private static final int RANK_MAX = 8;

    /// Most elements of any value, weights included: 1 GiB of floats.
    private static final int SIZE_MAX = 1 << 28;

    private final int[] lengths;
    private final int size;

    private OnnxShape(int[] lengths) {
        this.lengths = lengths;
        long elements = 1;
        if (lengths.length > RANK_MAX) {
            throw tooLarge("a value of " + lengths.length + " axes");
        }
        for (int length : lengths) {
            elements *= length;
            if (length < 0 || elements > SIZE_MAX) {
                throw tooLarge("a value of the shape " + Arrays.toString(lengths));
            }
        }
        this.size = (int) elements;
    }

    static OnnxShape of(int... lengths) {
        return new OnnxShape(lengths.clone());
    }

    static OnnxShape of(long... lengths) {
        int[] narrow = new int[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] < 0 || lengths[i] > SIZE_MAX) {
                throw tooLarge("a value of the shape " + Arrays.toString(lengths));
            }
            narrow[i] = (int) lengths[i];
        }
        return new OnnxShape(narrow);
    }

    private static DirectoryRejected tooLarge(String what) {
        return new DirectoryRejected("ONNX_TOO_LARGE", "model.onnx: " + what + "; at most 8 axes and 2^28 elements");
    }

    int rank() {
        return lengths.length;
    }

    /// How many elements.
    int size() {
        return size;
    }

    int length(int axis) {
        return lengths[axis];
    }

    int[] lengths() {
        return lengths.clone();
    }

    /// An axis that may be counted from the end.
    int axis(long given) {
        return place(given, rank());
    }

    /// A place among so many that may be counted from the end.
    static int place(long given, int count) {
        long at = given < 0 ? given + count : given;
        if (at < 0 || at >= count) {
            throw new DirectoryRejected(
                    "ONNX_MALFORMED", "model.onnx: " + given + " is none of " + count + " axes or places");
        }
        return (int) at;
    }

    /// Elements of all axes from one to before another.
    int product(int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= lengths[axis];
        }
        return product;
    }

    OnnxShape with(int axis, int length) {
        int[] other = lengths.clone();
        other[axis] = length;
        return new OnnxShape(other);
    }

    /// How far apart neighbours along each axis lie.
    int[] strides() {
        int[] strides = new int[lengths.length];
        int stride = 1;
        for (int axis = lengths.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= lengths[axis];
        }
        return strides;
    }

    /// The shape to which both stretch: axes of length 1 are repeated, missing ones in front are added.
    OnnxShape stretched(OnnxShape other) {
        int[] out = new int[Math.max(rank(), other.rank())];
        for (int i = 1; i <= out.length; i++) {
            int one = i <= rank() ? lengths[rank() - i] : 1;
            int two = i <= other.rank() ? other.lengths[other.rank() - i] : 1;
            if (one != two && one != 1 && two != 1) {
                throw new DirectoryRejected(
                        "ONNX_MALFORMED", "model.onnx: " + this + " and " + other + " do not stretch to one shape");
            }
            out[out.length - i] = one == 1 ? two : one;
        }
        return new OnnxShape(out);
    }

    /// For each element of this shape in order, where a value of `other` that is stretched to it has its element.
    int[] from(OnnxShape other) {
        int[] strides = new int[rank()];
        int[] theirs = other.strides();
        for (int axis = 0; axis < other.rank(); axis++) {
            int here = axis + rank() - other.rank();
            strides[here] = other.lengths[axis] == 1 ? 0 : theirs[axis];
        }
        return walk(strides, 0);
    }

    /// For each element of this shape in order, `begin` and so many steps of each axis.
    int[] walk(int[] strides, int begin) {
        int[] from = new int[size];
        int[] at = new int[rank()];
        int place = begin;
        for (int i = 0; i < size; i++) {
            from[i] = place;
            for (int axis = rank() - 1; axis >= 0; axis--) {
                place += strides[axis];
                if (++at[axis] < lengths[axis]) {
                    break;
                }
                place -= strides[axis] * lengths[axis];
                at[axis] = 0;
            }
        }
        return from;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OnnxShape shape && Arrays.equals(lengths, shape.lengths);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lengths);
    }

    @Override
    public String toString() {
        return Arrays.toString(lengths);
    }
}
