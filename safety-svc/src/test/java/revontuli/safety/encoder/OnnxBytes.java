package revontuli.safety.encoder;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Writes protocol-buffer messages field by field: ONNX files as they should and should not be.
final class OnnxBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// The bytes of a message that `fields` fills.
    static byte[] message(Consumer<OnnxBytes> fields) {
        OnnxBytes bytes = new OnnxBytes();
        fields.accept(bytes);
        return bytes.out.toByteArray();
    }

    /// A model of one graph.
    static byte[] model(int version, byte[] graph) {
        return message(model -> model.whole(1, 8).bytes(7, graph).bytes(8, message(set -> set.text(1, "")
                .whole(2, version))));
    }

    /// A graph that takes ids and a mask of any length and gives `logits`, made by `fields`.
    static byte[] graph(Consumer<OnnxBytes> fields) {
        return message(graph -> {
            fields.accept(graph);
            graph.bytes(11, input("input_ids", -1)).bytes(11, input("attention_mask", -1));
            graph.bytes(12, message(output -> output.text(1, "logits")));
        });
    }

    /// @param length of a text; -1 for any
    static byte[] input(String name, int length) {
        byte[] any = message(axis -> axis.text(2, "any"));
        byte[] second = length < 0 ? any : message(axis -> axis.whole(1, length));
        byte[] shape = message(axes -> axes.bytes(1, any).bytes(1, second));
        byte[] tensor = message(type -> type.whole(1, OnnxTensors.INT64).bytes(2, shape));
        return message(input -> input.text(1, name).bytes(2, message(type -> type.bytes(1, tensor))));
    }

    /// An operator without settings.
    static byte[] node(String operator, String output, String... inputs) {
        return message(node -> {
            for (String input : inputs) {
                node.text(1, input);
            }
            node.text(2, output).text(4, operator);
        });
    }

    static byte[] floats(String name, float[] values, int... lengths) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putFloat(value);
        }
        return tensor(name, OnnxTensors.FLOAT, raw.array(), lengths);
    }

    static byte[] tensor(String name, int type, byte[] raw, int... lengths) {
        return message(tensor -> {
            for (int length : lengths) {
                tensor.whole(1, length);
            }
            tensor.whole(2, type).text(8, name).bytes(9, raw);
        });
    }

    OnnxBytes whole(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    OnnxBytes text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    OnnxBytes bytes(int field, byte[] bytes) {
        varint(((long) field << 3) | 2);
        varint(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    /// Fields as they are.
    OnnxBytes fields(byte[] fields) {
        out.writeBytes(fields);
        return this;
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
