package revontuli.safety.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/// The fields of one protocol-buffer message that nobody vouched for, one after the other. No length is believed that
/// goes beyond the bytes that are there.
final class OnnxWire {
    private static final int VARINT = 0;
    private static final int EIGHT = 1;
    private static final int BYTES = 2;
    private static final int FOUR = 5;
    private static final int TEXT_BYTES_MAX = 4_096;

    private final ByteBuffer bytes;
    private int field;
    private int type;
    private long number;
    private ByteBuffer part = ByteBuffer.allocate(0);

    OnnxWire(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Goes on to the next field; false after the last.
    boolean next() {
        if (!bytes.hasRemaining()) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        type = (int) tag & 7;
        if (tag >>> 32 != 0 || field == 0) {
            throw malformed();
        }
        switch (type) {
            case VARINT -> number = varint();
            case EIGHT -> number = fixed(8).getLong();
            case FOUR -> number = fixed(4).getInt();
            case BYTES -> {
                long length = varint();
                if (length < 0 || length > bytes.remaining()) {
                    throw malformed();
                }
                part = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.position(bytes.position() + (int) length);
            }
            default -> throw malformed();
        }
        return true;
    }

    private ByteBuffer fixed(int width) {
        if (bytes.remaining() < width) {
            throw malformed();
        }
        ByteBuffer here = bytes.slice(bytes.position(), width).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + width);
        return here;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw malformed();
            }
            byte one = bytes.get();
            value |= (long) (one & 0x7F) << shift;
            if (one >= 0) {
                return value;
            }
        }
        throw malformed();
    }

    int field() {
        return field;
    }

    long whole() {
        require(VARINT);
        return number;
    }

    float real() {
        require(FOUR);
        return Float.intBitsToFloat((int) number);
    }

    ByteBuffer bytes() {
        require(BYTES);
        return part;
    }

    OnnxWire message() {
        return new OnnxWire(bytes());
    }

    String text() {
        ByteBuffer text = bytes();
        if (text.remaining() > TEXT_BYTES_MAX) {
            throw malformed();
        }
        return StandardCharsets.UTF_8.decode(text.duplicate()).toString();
    }

    /// A list of whole numbers, or the next ones of it.
    void wholes(LongConsumer each) {
        if (type == VARINT) {
            each.accept(number);
            return;
        }
        OnnxWire packed = message();
        while (packed.bytes.hasRemaining()) {
            each.accept(packed.varint());
        }
    }

    /// A list of numbers of so many bytes, or the next ones of it, as their bits.
    void fixed(int width, LongConsumer each) {
        if (type == (width == 4 ? FOUR : EIGHT)) {
            each.accept(number);
            return;
        }
        OnnxWire packed = message();
        while (packed.bytes.hasRemaining()) {
            ByteBuffer one = packed.fixed(width);
            each.accept(width == 4 ? one.getInt() : one.getLong());
        }
    }

    private void require(int wanted) {
        if (type != wanted) {
            throw malformed();
        }
    }

    private static DirectoryRejected malformed() {
        return new DirectoryRejected("ONNX_MALFORMED", "model.onnx: is no ONNX file, or one that was cut");
    }
}
