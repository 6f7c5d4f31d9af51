package revontuli.safety.encoder;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tensors of one safetensors file as floats. Names, shapes, types and ranges are checked before a byte is taken.
final class Tensors {
    private static final long FILE_BYTES_MAX = 8L << 30;
    private static final int HEADER_BYTES_MAX = 16 << 20;
    private static final String FILE = "model.safetensors";

    private final Path path;
    private final Map<String, Entry> entries = new HashMap<>();

    private record Entry(String type, List<Integer> shape, long from, long to) {}

    private Tensors(Path path) {
        this.path = path;
    }

    static Tensors open(Path path) {
        Tensors tensors = new Tensors(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            tensors.readHeader(channel);
        } catch (IOException e) {
            throw new DirectoryRejected("FILE_UNREADABLE", FILE + ": cannot be read");
        }
        return tensors;
    }

    private void readHeader(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 10 || size > FILE_BYTES_MAX) {
            throw malformed("has " + size + " bytes");
        }
        long length = channel.map(MapMode.READ_ONLY, 0, 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (length < 2 || length > HEADER_BYTES_MAX || length > size - 8) {
            throw malformed("tells a header of " + Long.toUnsignedString(length) + " bytes");
        }
        byte[] header = new byte[(int) length];
        channel.map(MapMode.READ_ONLY, 8, length).get(header);
        JsonFile file = JsonFile.parse(FILE, header);
        for (Map.Entry<?, ?> member : file.members().entrySet()) {
            String name = member.getKey().toString();
            if (!name.equals("__metadata__")) {
                entries.put(name, entry(name, file.object(name), 8 + length, size));
            }
        }
    }

    private static Entry entry(String name, JsonFile fields, long data, long size) {
        String type = fields.text("dtype");
        int width = width(type);
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        for (Object dimension : fields.list("shape")) {
            long value = whole(dimension);
            if (value < 0 || value > Integer.MAX_VALUE) {
                throw malformed(name + " has a shape that is none");
            }
            shape.add((int) value);
            elements = Math.multiplyExact(elements, value);
            if (elements > Integer.MAX_VALUE - 8) {
                throw malformed(name + " has too many elements");
            }
        }
        List<?> offsets = fields.list("data_offsets");
        long from = offsets.size() == 2 ? whole(offsets.get(0)) : -1;
        long to = offsets.size() == 2 ? whole(offsets.get(1)) : -1;
        if (from < 0 || to < from || to > size - data || (width > 0 && to - from != elements * width)) {
            throw malformed(name + " has byte offsets that do not fit its shape and the file");
        }
        return new Entry(type, List.copyOf(shape), data + from, data + to);
    }

    private static long whole(Object value) {
        return value instanceof BigDecimal number
                        && number.scale() <= 0
                        && number.signum() >= 0
                        && number.precision() - number.scale() <= 18
                ? number.longValueExact()
                : -1;
    }

    /// Bytes an element; 0 for types that are not read.
    private static int width(String type) {
        return switch (type) {
            case "F32" -> 4;
            case "F16", "BF16" -> 2;
            default -> 0;
        };
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    /// The floats of a tensor of exactly this shape.
    float[] floats(String name, int... shape) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new DirectoryRejected("TENSOR_MISSING", FILE + ": " + name + " is missing");
        }
        int count = 1;
        List<Integer> expected = new ArrayList<>();
        for (int dimension : shape) {
            expected.add(dimension);
            count = Math.multiplyExact(count, dimension);
        }
        if (!entry.shape().equals(expected)) {
            throw new DirectoryRejected(
                    "TENSOR_SHAPE_MISMATCH",
                    FILE + ": " + name + " is " + entry.shape() + ", and config.json says " + expected);
        }
        int width = width(entry.type());
        if (width == 0) {
            throw new DirectoryRejected(
                    "TYPE_UNSUPPORTED", FILE + ": " + name + " is " + entry.type() + "; F32, F16 and BF16 are read");
        }
        return read(name, entry, count, width);
    }

    private float[] read(String name, Entry entry, int count, int width) {
        float[] floats = new float[count];
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (entry.to() > channel.size()) {
                throw malformed("became shorter while it was read");
            }
            int step = (16 << 20) / width;
            for (int at = 0; at < count; at += step) {
                int some = Math.min(step, count - at);
                MappedByteBuffer mapped =
                        channel.map(MapMode.READ_ONLY, entry.from() + (long) at * width, (long) some * width);
                convert(entry.type(), mapped.order(ByteOrder.LITTLE_ENDIAN), floats, at, some);
            }
        } catch (IOException e) {
            throw new DirectoryRejected("FILE_UNREADABLE", FILE + ": cannot be read");
        }
        for (float value : floats) {
            if (!Float.isFinite(value)) {
                throw new DirectoryRejected(
                        "TENSOR_NOT_FINITE", FILE + ": " + name + " holds what is no finite number");
            }
        }
        return floats;
    }

    private static void convert(String type, ByteBuffer bytes, float[] floats, int at, int count) {
        for (int i = 0; i < count; i++) {
            floats[at + i] = switch (type) {
                case "F32" -> bytes.getFloat();
                case "F16" -> Float.float16ToFloat(bytes.getShort());
                default -> Float.intBitsToFloat(bytes.getShort() << 16);
            };
        }
    }

    private static DirectoryRejected malformed(String problem) {
        return new DirectoryRejected("HEADER_MALFORMED", FILE + ": " + problem);
    }
}
