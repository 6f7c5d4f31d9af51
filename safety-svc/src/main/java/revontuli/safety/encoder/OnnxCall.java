package revontuli.safety.encoder;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operator at work: its settings and what goes in.
final class OnnxCall {
    private final OnnxNode node;
    private final List<@Nullable OnnxValue> inputs;
    private final int version;

    /// @param version of ONNX's set of operators
    OnnxCall(OnnxNode node, List<@Nullable OnnxValue> inputs, int version) {
        this.node = node;
        this.inputs = inputs;
        this.version = version;
    }

    OnnxNode node() {
        return node;
    }

    int version() {
        return version;
    }

    int count() {
        return inputs.size();
    }

    boolean has(int input) {
        return input < inputs.size() && inputs.get(input) != null;
    }

    OnnxValue in(int input) {
        OnnxValue value = input < inputs.size() ? inputs.get(input) : null;
        if (value == null) {
            throw node.malformed("lacks input " + input);
        }
        return value;
    }

    OnnxValue.Reals reals(int input) {
        return in(input) instanceof OnnxValue.Reals reals
                ? reals
                : new OnnxValue.Reals(in(input).shape(), in(input).asReals());
    }

    OnnxValue.Wholes wholes(int input) {
        if (in(input) instanceof OnnxValue.Wholes wholes) {
            return wholes;
        }
        throw node.malformed("needs whole numbers as input " + input);
    }

    /// The whole numbers of an input.
    long[] numbers(int input) {
        return wholes(input).all();
    }

    /// The one whole number of an input.
    long number(int input) {
        long[] all = numbers(input);
        if (all.length != 1) {
            throw node.malformed("needs one number as input " + input);
        }
        return all[0];
    }

    /// Axes that older sets have as a setting and newer ones as an input; none means what the operator says.
    long[] axes(int input) {
        return has(input) ? numbers(input) : node.wholes("axes");
    }

    /// Which of the axes are named, those counted from the end too.
    boolean[] named(long[] axes, int rank) {
        boolean[] named = new boolean[rank];
        for (long axis : axes) {
            int at = OnnxShape.place(axis, rank);
            if (named[at]) {
                throw node.malformed("names an axis twice: " + Arrays.toString(axes));
            }
            named[at] = true;
        }
        return named;
    }
}
