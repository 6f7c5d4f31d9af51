package revontuli.safety.encoder;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The operators that are computed: those of which exported encoders are made.
final class OnnxOperators {
    private static final Map<String, Function<OnnxCall, List<OnnxValue>>> ALL = new HashMap<>();

    static {
        put("Constant", call -> call.node().constant());
        put("Identity", call -> call.in(0));
        put("Dropout", call -> call.in(0));
        put("Cast", OnnxElements::cast);
        put("Clip", OnnxElements::clip);
        put("Where", OnnxElements::where);
        put("Not", OnnxElements::not);
        put("IsNaN", OnnxElements::isNaN);
        put("Gelu", OnnxElements::gelu);
        put("Add", call -> OnnxElements.both(call, Float::sum, Math::addExact));
        put("Sub", call -> OnnxElements.both(call, (a, b) -> a - b, Math::subtractExact));
        put("Mul", call -> OnnxElements.both(call, (a, b) -> a * b, Math::multiplyExact));
        put("Div", call -> OnnxElements.both(call, (a, b) -> a / b, Math::divideExact));
        put("Max", call -> OnnxElements.both(call, Math::max, Math::max));
        put("Min", call -> OnnxElements.both(call, Math::min, Math::min));
        put("And", call -> OnnxElements.both(call, Float::sum, (a, b) -> a != 0 && b != 0 ? 1 : 0));
        put("Or", call -> OnnxElements.both(call, Float::sum, (a, b) -> a != 0 || b != 0 ? 1 : 0));
        put(
                "Pow",
                call -> OnnxElements.both(
                        call, OnnxOperators::power, (a, b) -> (long) StrictMath.pow((double) a, (double) b)));
        put("Equal", call -> OnnxElements.ask(call, (a, b) -> a == b));
        put("Greater", call -> OnnxElements.ask(call, (a, b) -> a > b));
        put("GreaterOrEqual", call -> OnnxElements.ask(call, (a, b) -> a >= b));
        put("Less", call -> OnnxElements.ask(call, (a, b) -> a < b));
        put("LessOrEqual", call -> OnnxElements.ask(call, (a, b) -> a <= b));
        put("Neg", call -> OnnxElements.each(call, a -> -a));
        put("Abs", call -> OnnxElements.each(call, Math::abs));
        put("Sqrt", call -> OnnxElements.each(call, Math::sqrt));
        put("Reciprocal", call -> OnnxElements.each(call, a -> 1 / a));
        put("Erf", call -> OnnxElements.each(call, Activation::erf));
        put("Exp", call -> OnnxElements.each(call, StrictMath::exp));
        put("Tanh", call -> OnnxElements.each(call, StrictMath::tanh));
        put("Sigmoid", call -> OnnxElements.each(call, a -> 1 / (1 + StrictMath.exp(-a))));
        put("Relu", call -> OnnxElements.each(call, a -> Math.max(0, a)));
        put("Shape", OnnxMoves::shape);
        put("Reshape", OnnxMoves::reshape);
        put("Flatten", OnnxMoves::flatten);
        put("Squeeze", OnnxMoves::squeeze);
        put("Unsqueeze", OnnxMoves::unsqueeze);
        put("Transpose", OnnxMoves::transpose);
        put("Expand", OnnxMoves::expand);
        put("ConstantOfShape", OnnxMoves::constantOfShape);
        put("Range", OnnxMoves::range);
        put("Concat", OnnxMoves::concat);
        put("Slice", OnnxMoves::slice);
        put("Gather", OnnxMoves::gather);
        put("GatherElements", OnnxMoves::gatherElements);
        put("GatherND", OnnxMoves::gatherNd);
        ALL.put("Split", OnnxMoves::split);
        put("MatMul", OnnxSums::matMul);
        put("Gemm", OnnxSums::gemm);
        put("Softmax", OnnxSums::softmax);
        put("LayerNormalization", OnnxSums::layerNormalization);
        put("ReduceMean", call -> OnnxSums.reduce(call, true));
        put("ReduceSum", call -> OnnxSums.reduce(call, false));
        put("CumSum", OnnxSums::cumulate);
    }

    private OnnxOperators() {}

    private static float power(float a, float b) {
        return b == 2 ? a * a : (float) StrictMath.pow(a, b);
    }

    private static void put(String name, Function<OnnxCall, OnnxValue> operator) {
        ALL.put(name, call -> List.of(operator.apply(call)));
    }

    /// @throws DirectoryRejected naming an operator that is not computed
    static void requireKnown(OnnxNode node) {
        if (!ALL.containsKey(node.operator())) {
            throw new DirectoryRejected(
                    "ONNX_OPERATOR_UNSUPPORTED",
                    "model.onnx: the operator " + node.operator()
                            + " is not computed here; export without fusing and quantising, or save as safetensors");
        }
    }

    static List<OnnxValue> run(OnnxCall call) {
        Function<OnnxCall, List<OnnxValue>> operator = ALL.get(call.node().operator());
        if (operator == null) {
            throw new IllegalStateException("checked before: " + call.node().operator());
        }
        return operator.apply(call);
    }
}
