package revontuli.safety.encoder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One operator of a graph: what it is, what goes in and out by name, and its settings.
final class OnnxNode {
    private static final int GRAPH = 5;
    private static final int GRAPHS = 10;
    private static final int SETTING_NUMBERS_MAX = 1 << 16;

    private String operator = "";
    private final List<String> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final Map<String, Setting> settings = new HashMap<>();

    private OnnxNode() {}

    /// A setting of an operator in all the forms that it may have.
    static final class Setting {
        private float real;
        private long whole;
        private String text = "";
        private @Nullable OnnxValue value;
        private final List<Float> reals = new ArrayList<>();
        private final List<Long> wholes = new ArrayList<>();
    }

    static OnnxNode read(OnnxWire message) {
        OnnxNode node = new OnnxNode();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> node.inputs.add(message.text());
                case 2 -> node.outputs.add(message.text());
                case 4 -> node.operator = message.text();
                case 5 -> node.setting(message.message());
                case 7 -> requireStandard(message.text());
                default -> {
                    // names and notes
                }
            }
        }
        return node;
    }

    private static void requireStandard(String domain) {
        if (!domain.isEmpty() && !domain.equals("ai.onnx")) {
            throw new DirectoryRejected(
                    "ONNX_OPERATOR_UNSUPPORTED",
                    "model.onnx: an operator of the domain " + domain + "; export with operators of ONNX itself only");
        }
    }

    private void setting(OnnxWire message) {
        Setting setting = new Setting();
        String name = "";
        while (message.next()) {
            switch (message.field()) {
                case 1 -> name = message.text();
                case 2 -> setting.real = message.real();
                case 3 -> setting.whole = message.whole();
                case 4 -> setting.text = message.text();
                case 5 -> setting.value = OnnxTensors.read(message.message()).value();
                case 7 -> message.fixed(4, bits -> setting.reals.add(Float.intBitsToFloat((int) bits)));
                case 8 -> message.wholes(setting.wholes::add);
                case 6, 9, 11, 14, 22, 23 -> throw inner();
                case 20 -> {
                    if (message.whole() == GRAPH || message.whole() == GRAPHS) {
                        throw inner();
                    }
                }
                default -> {
                    // notes
                }
            }
            if (setting.reals.size() + setting.wholes.size() > SETTING_NUMBERS_MAX) {
                throw malformed(name + " has too many numbers");
            }
        }
        settings.put(name, setting);
    }

    private DirectoryRejected inner() {
        return new DirectoryRejected(
                "ONNX_OPERATOR_UNSUPPORTED",
                "model.onnx: " + operator + " holds a graph of its own; only straight graphs are computed");
    }

    String operator() {
        return operator;
    }

    /// Names; an empty one stands for an input that is left out.
    List<String> inputs() {
        return inputs;
    }

    List<String> outputs() {
        return outputs;
    }

    boolean has(String setting) {
        return settings.containsKey(setting);
    }

    long whole(String setting, long absent) {
        Setting found = settings.get(setting);
        return found == null ? absent : found.whole;
    }

    float real(String setting, float absent) {
        Setting found = settings.get(setting);
        return found == null ? absent : found.real;
    }

    String text(String setting, String absent) {
        Setting found = settings.get(setting);
        return found == null ? absent : found.text;
    }

    long[] wholes(String setting) {
        Setting found = settings.get(setting);
        return found == null
                ? new long[0]
                : found.wholes.stream().mapToLong(Long::longValue).toArray();
    }

    /// The value of a constant, in whichever form it is set.
    OnnxValue constant() {
        for (Map.Entry<String, Setting> entry : settings.entrySet()) {
            Setting setting = entry.getValue();
            switch (entry.getKey()) {
                case "value" -> {
                    if (setting.value != null) {
                        return setting.value;
                    }
                }
                case "value_int" -> {
                    return new OnnxValue.Wholes(OnnxShape.of(), setting.whole);
                }
                case "value_ints" -> {
                    return OnnxValue.Wholes.row(wholes("value_ints"));
                }
                case "value_float" -> {
                    return new OnnxValue.Reals(OnnxShape.of(), new float[] {setting.real});
                }
                case "value_floats" -> {
                    float[] all = new float[setting.reals.size()];
                    for (int i = 0; i < all.length; i++) {
                        all[i] = setting.reals.get(i);
                    }
                    return new OnnxValue.Reals(OnnxShape.of(all.length), all);
                }
                default -> {
                    // of another kind
                }
            }
        }
        throw malformed("has no value of numbers");
    }

    DirectoryRejected malformed(String problem) {
        return new DirectoryRejected(
                "ONNX_MALFORMED", "model.onnx: " + (operator.isEmpty() ? "an operator" : operator) + ' ' + problem);
    }
}
