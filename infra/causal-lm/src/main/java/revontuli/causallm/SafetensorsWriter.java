package revontuli.causallm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes one safetensors file. It appears whole or not at all: written beside, forced to disk, then renamed.
///
/// The same tensors and metadata give the same bytes.
final class SafetensorsWriter {
    private static final int WINDOW_ELEMENTS = 1 << 20;
    private static final int ALIGNMENT = 8;

    /// Fills the buffer with floats of the tensor from element `start` on.
    @FunctionalInterface
    interface FloatSource {
        void read(long start, ByteBuffer floats);
    }

    /// One tensor to write.
    record Tensor(String name, List<Integer> shape, FloatSource source) {
        long elements() {
            return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }
    }

    private SafetensorsWriter() {}

    static void write(Path file, List<Tensor> tensors, Precision precision, Map<String, String> metadata) {
        Path beside = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                all(channel, header(places(tensors, precision), metadata));
                for (Tensor tensor : tensors) {
                    data(channel, tensor, precision);
                }
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A tensor in the header.
    record Place(String name, SafetensorsFile.Dtype dtype, List<Long> shape) {
        long bytes() {
            return shape.stream().mapToLong(Long::longValue).reduce(dtype.bytes(), Math::multiplyExact);
        }
    }

    private static List<Place> places(List<Tensor> tensors, Precision precision) {
        SafetensorsFile.Dtype dtype = SafetensorsFile.Dtype.valueOf(precision.name());
        return tensors.stream()
                .map(tensor -> new Place(
                        tensor.name(),
                        dtype,
                        tensor.shape().stream().map(Integer::longValue).toList()))
                .toList();
    }

    static ByteBuffer header(List<Place> places, Map<String, String> metadata) {
        StringBuilder json = new StringBuilder("{\"__metadata__\":{");
        String comma = "";
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
            json.append(comma).append(Json.quote(entry.getKey())).append(':').append(Json.quote(entry.getValue()));
            comma = ",";
        }
        json.append('}');
        long at = 0;
        for (Place place : places) {
            long end = at + place.bytes();
            json.append(',').append(Json.quote(place.name()));
            json.append(":{\"dtype\":\"")
                    .append(place.dtype())
                    .append("\",\"shape\":")
                    .append(place.shape());
            json.append(",\"data_offsets\":[")
                    .append(at)
                    .append(',')
                    .append(end)
                    .append("]}");
            at = end;
        }
        json.append('}');
        byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded).put(text);
        while (out.hasRemaining()) {
            out.put((byte) ' ');
        }
        return out.flip();
    }

    private static void data(FileChannel channel, Tensor tensor, Precision precision) throws IOException {
        int window = (int) Math.min(WINDOW_ELEMENTS, tensor.elements());
        ByteBuffer floats = ByteBuffer.allocateDirect(window * Float.BYTES).order(ByteOrder.nativeOrder());
        ByteBuffer out = ByteBuffer.allocateDirect(
                        window * SafetensorsFile.Dtype.valueOf(precision.name()).bytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 0; at < tensor.elements(); at += window) {
            int count = (int) Math.min(window, tensor.elements() - at);
            tensor.source().read(at, floats.clear().limit(count * Float.BYTES));
            floats.flip();
            out.clear();
            for (int i = 0; i < count; i++) {
                switch (precision) {
                    case F32 -> out.putFloat(floats.getFloat());
                    case BF16 -> out.putShort(toBf16(floats.getFloat()));
                }
            }
            all(channel, out.flip());
        }
    }

    /// Nearest, ties to even; a NaN stays a NaN.
    static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    static void all(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
