package revontuli.safety.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Reads the tensors that an ONNX file holds. Data outside the file is never opened.
final class OnnxTensors {
    static final int FLOAT = 1;
    static final int UINT8 = 2;
    static final int INT8 = 3;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int BOOL = 9;
    static final int FLOAT16 = 10;
    static final int DOUBLE = 11;
    static final int BFLOAT16 = 16;

    private static final int EXTERNAL = 1;

    private String name = "";
    private int type;
    private long[] lengths = new long[8];
    private int rank;
    private @Nullable ByteBuffer raw;
    private long[] bits = new long[8];
    private int count;

    private OnnxTensors() {}

    /// A tensor with its name.
    record Named(String name, OnnxValue value) {}

    static Named read(OnnxWire message) {
        OnnxTensors tensor = new OnnxTensors();
        while (message.next()) {
            tensor.field(message);
        }
        return new Named(tensor.name, tensor.value());
    }

    private void field(OnnxWire message) {
        LongConsumer add = one -> {
            bits = count == bits.length ? Arrays.copyOf(bits, count * 2) : bits;
            bits[count++] = one;
        };
        switch (message.field()) {
            case 1 ->
                message.wholes(length -> {
                    lengths = rank == lengths.length ? Arrays.copyOf(lengths, rank * 2) : lengths;
                    lengths[rank++] = length;
                });
            case 2 -> type = (int) message.whole();
            case 4 -> message.fixed(4, add);
            case 5, 7 -> message.wholes(add);
            case 8 -> name = message.text();
            case 9 -> raw = message.bytes();
            case 10 -> message.fixed(8, add);
            case 13 -> throw external();
            case 14 -> {
                if (message.whole() == EXTERNAL) {
                    throw external();
                }
            }
            default -> {
                // names, notes, and kinds of data that no type below has
            }
        }
    }

    private DirectoryRejected external() {
        return new DirectoryRejected(
                "ONNX_EXTERNAL_DATA",
                "model.onnx: the data of " + name + " lies in another file; export with all weights in one file");
    }

    private OnnxValue value() {
        OnnxShape shape = OnnxShape.of(Arrays.copyOf(lengths, rank));
        int width =
                switch (type) {
                    case UINT8, INT8, BOOL -> 1;
                    case FLOAT16, BFLOAT16 -> 2;
                    case FLOAT, INT32 -> 4;
                    case INT64, DOUBLE -> 8;
                    default ->
                        throw new DirectoryRejected(
                                "ONNX_TYPE_UNSUPPORTED",
                                "model.onnx: " + name + " is of the type " + type
                                        + "; floats and whole numbers without quantisation are read");
                };
        ByteBuffer data = raw;
        if (data != null ? data.remaining() != (long) shape.size() * width : count != shape.size()) {
            throw new DirectoryRejected(
                    "ONNX_MALFORMED", "model.onnx: the data of " + name + " does not fit its shape");
        }
        if (data != null) {
            data = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }
        boolean real = type == FLOAT || type == DOUBLE || type == FLOAT16 || type == BFLOAT16;
        return real ? reals(shape, data) : wholes(shape, data);
    }

    private OnnxValue reals(OnnxShape shape, @Nullable ByteBuffer data) {
        float[] all = new float[shape.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = switch (type) {
                case FLOAT -> data != null ? data.getFloat() : Float.intBitsToFloat((int) bits[i]);
                case DOUBLE -> (float) (data != null ? data.getDouble() : Double.longBitsToDouble(bits[i]));
                case FLOAT16 -> Float.float16ToFloat(data != null ? data.getShort() : (short) bits[i]);
                default -> Float.intBitsToFloat((data != null ? data.getShort() : (short) bits[i]) << 16);
            };
        }
        return new OnnxValue.Reals(shape, all);
    }

    private OnnxValue wholes(OnnxShape shape, @Nullable ByteBuffer data) {
        if (data == null) {
            return new OnnxValue.Wholes(shape, Arrays.copyOf(bits, count));
        }
        long[] all = new long[shape.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = switch (type) {
                case INT64 -> data.getLong();
                case INT32 -> data.getInt();
                case UINT8 -> data.get() & 0xFF;
                default -> data.get();
            };
        }
        return new OnnxValue.Wholes(shape, all);
    }
}
