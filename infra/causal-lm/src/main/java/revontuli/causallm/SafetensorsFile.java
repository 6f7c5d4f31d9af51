package revontuli.causallm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import revontuli.causallm.CheckpointRejected.Reason;

/// The checked header of one safetensors file, and its floats, read through mapped windows.
///
/// Checked: the header's length and form, element types, that the byte ranges fit the shapes, follow each other
/// without gap or overlap, and end with the file.
record SafetensorsFile(String label, Path path, Map<String, Entry> entries, Map<String, String> metadata) {
    private static final int LENGTH_BYTES = 8;
    private static final int HEADER_BYTES_MAX = 32 << 20;
    private static final int ENTRIES_MAX = 100_000;
    private static final int DIMENSIONS_MAX = 8;
    private static final int WINDOW_ELEMENTS = 1 << 20;
    private static final int BATCH_ELEMENTS = 1 << 12;
    private static final String METADATA = "__metadata__";

    /// Element types that may occur; only floating point ones can be read as weights.
    enum Dtype {
        F32(4),
        F16(2),
        BF16(2),
        BOOL(1),
        U8(1);

        private final int bytes;

        Dtype(int bytes) {
            this.bytes = bytes;
        }

        int bytes() {
            return bytes;
        }

        private boolean floats() {
            return this == F32 || this == F16 || this == BF16;
        }
    }

    /// One tensor; `start` counts from the beginning of the file.
    record Entry(String name, Dtype dtype, List<Long> shape, long start, long bytes) {
        long elements() {
            return bytes / dtype.bytes();
        }
    }

    /// Takes floats in native order, the first of them being element `start` of the tensor.
    @FunctionalInterface
    interface FloatSink {
        void accept(long start, ByteBuffer floats) throws CheckpointRejected;
    }

    static SafetensorsFile read(String label, Path path) throws CheckpointRejected {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < LENGTH_BYTES) {
                throw malformed(label, "at least " + LENGTH_BYTES + " bytes", size + " bytes");
            }
            ByteBuffer first = channel.map(MapMode.READ_ONLY, 0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            if (!opensHeader(channel, size) && looksForeign(first)) {
                throw new CheckpointRejected(Reason.PICKLE_REFUSED, label, "safetensors", "a pickle or a torch zip");
            }
            long length = first.getLong();
            if (length < 2 || length > HEADER_BYTES_MAX || length > size - LENGTH_BYTES) {
                String expected = "a header of 2 to " + Math.min(HEADER_BYTES_MAX, size - LENGTH_BYTES) + " bytes";
                throw malformed(label, expected, Long.toUnsignedString(length));
            }
            Map<String, Object> header = header(label, channel.map(MapMode.READ_ONLY, LENGTH_BYTES, length));
            return parse(label, path, header, LENGTH_BYTES + length, size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A header is an object. The first bytes alone do not tell: a length may begin with any byte, also with that of
    /// a pickle.
    private static boolean opensHeader(FileChannel channel, long size) throws IOException {
        return size > LENGTH_BYTES
                && channel.map(MapMode.READ_ONLY, LENGTH_BYTES, 1).get(0) == '{';
    }

    private static boolean looksForeign(ByteBuffer first) {
        return (first.get(0) & 0xff) == 0x80 || (first.get(0) == 'P' && first.get(1) == 'K');
    }

    private static Map<String, Object> header(String label, ByteBuffer bytes) throws CheckpointRejected {
        try {
            return Json.object(bytes);
        } catch (Json.Malformed e) {
            Reason reason = String.valueOf(e.getMessage()).startsWith("duplicate key")
                    ? Reason.TENSOR_DUPLICATE
                    : Reason.HEADER_MALFORMED;
            throw new CheckpointRejected(reason, label, "a JSON header", String.valueOf(e.getMessage()));
        }
    }

    private static SafetensorsFile parse(
            String label, Path path, Map<String, Object> header, long dataStart, long fileSize)
            throws CheckpointRejected {
        if (header.size() > ENTRIES_MAX) {
            throw malformed(label, "at most " + ENTRIES_MAX + " tensors", Integer.toString(header.size()));
        }
        Map<String, String> metadata = metadata(label, header.get(METADATA));
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, Object> field : header.entrySet()) {
            if (!field.getKey().equals(METADATA)) {
                Entry entry = entry(label, field.getKey(), field.getValue(), dataStart);
                entries.put(entry.name(), entry);
            }
        }
        List<Entry> inOrder = new ArrayList<>(entries.values());
        inOrder.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::bytes));
        long at = dataStart;
        for (Entry entry : inOrder) {
            if (entry.start() != at) {
                throw offsets(label, entry.name(), "data from byte " + (at - dataStart), entry.start() - dataStart);
            }
            at = Math.addExact(at, entry.bytes());
        }
        if (at != fileSize) {
            throw offsets(label, "end of the file", (at - dataStart) + " bytes of data", fileSize - dataStart);
        }
        return new SafetensorsFile(label, path, entries, metadata);
    }

    private static Entry entry(String label, String name, Object value, long dataStart) throws CheckpointRejected {
        if (!(value instanceof Map<?, ?> fields)
                || fields.size() != 3
                || !(fields.get("dtype") instanceof String type)
                || !(fields.get("shape") instanceof List<?> dimensions)
                || !(fields.get("data_offsets") instanceof List<?> range)
                || dimensions.size() > DIMENSIONS_MAX
                || range.size() != 2) {
            throw malformed(label + ": " + name, "dtype, shape and data_offsets", String.valueOf(value));
        }
        Dtype dtype = dtype(label, name, type);
        List<Long> shape = new ArrayList<>();
        for (Object dimension : dimensions) {
            shape.add(whole(label, name, dimension));
        }
        long from = whole(label, name, range.get(0));
        long to = whole(label, name, range.get(1));
        long bytes;
        try {
            bytes = shape.stream().mapToLong(Long::longValue).reduce(dtype.bytes(), Math::multiplyExact);
        } catch (ArithmeticException _) {
            throw offsets(label, name, "a shape of fewer than 2^63 bytes", shape);
        }
        if (to < from || to - from != bytes) {
            throw offsets(label, name, bytes + " bytes", from + " to " + to);
        }
        return new Entry(name, dtype, List.copyOf(shape), Math.addExact(dataStart, from), bytes);
    }

    private static Dtype dtype(String label, String name, String type) throws CheckpointRejected {
        for (Dtype dtype : Dtype.values()) {
            if (dtype.name().equals(type)) {
                return dtype;
            }
        }
        throw new CheckpointRejected(Reason.DTYPE_UNSUPPORTED, label + ": " + name, "F32, F16 or BF16", type);
    }

    private static long whole(String label, String name, Object value) throws CheckpointRejected {
        if (value instanceof BigDecimal number
                && number.signum() >= 0
                && number.scale() == 0
                && number.precision() <= 18
                && number.longValueExact() < Long.MAX_VALUE / 4) {
            return number.longValueExact();
        }
        throw malformed(label + ": " + name, "a whole number", String.valueOf(value));
    }

    private static Map<String, String> metadata(String label, @Nullable Object value) throws CheckpointRejected {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (value != null) {
            if (!(value instanceof Map<?, ?> fields)) {
                throw malformed(label + ": " + METADATA, "an object of strings", value.toString());
            }
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                if (!(field.getKey() instanceof String key) || !(field.getValue() instanceof String text)) {
                    throw malformed(label + ": " + METADATA, "an object of strings", value.toString());
                }
                metadata.put(key, text);
            }
        }
        return metadata;
    }

    private static CheckpointRejected malformed(String where, String expected, String found) {
        return new CheckpointRejected(Reason.HEADER_MALFORMED, where, expected, found);
    }

    private static CheckpointRejected offsets(String label, String name, String expected, Object found) {
        return new CheckpointRejected(Reason.OFFSETS_INVALID, label + ": " + name, expected, found.toString());
    }

    Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("no such tensor: " + name);
        }
        return entry;
    }

    /// Reads a floating point tensor as f32, window by window, so that neither heap nor native memory grows with it.
    /// The buffer is only the sink's while it is called.
    void floats(Entry entry, FloatSink sink) throws CheckpointRejected {
        floats(entry, 1, sink);
    }

    /// As above; every window holds a multiple of `multiple` elements, of which the tensor has a multiple.
    void floats(Entry entry, int multiple, FloatSink sink) throws CheckpointRejected {
        int most = Math.max(multiple, WINDOW_ELEMENTS / multiple * multiple);
        int window = (int) Math.min(most, entry.elements());
        try (Arena arena = Arena.ofConfined()) { // freed at once, not when the heap is next collected
            ByteBuffer floats =
                    arena.allocate((long) window * Float.BYTES).asByteBuffer().order(ByteOrder.nativeOrder());
            for (long at = 0; at < entry.elements(); at += window) {
                int count = (int) Math.min(window, entry.elements() - at);
                read(entry, at, floats.clear().limit(count * Float.BYTES));
                sink.accept(at, floats.flip());
            }
        }
    }

    /// So many elements from element `at` on, as f32 in native order.
    ByteBuffer window(Entry entry, long at, int count) throws CheckpointRejected {
        ByteBuffer floats = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.nativeOrder());
        read(entry, at, floats);
        return floats.flip();
    }

    private void read(Entry entry, long at, ByteBuffer floats) throws CheckpointRejected {
        if (!entry.dtype().floats()) {
            throw new CheckpointRejected(
                    Reason.DTYPE_UNSUPPORTED,
                    label + ": " + entry.name(),
                    "F32, F16 or BF16",
                    entry.dtype().name());
        }
        int count = floats.remaining() / Float.BYTES;
        convert(entry.dtype(), map(entry, at, count), floats);
    }

    /// The bytes of so many elements from element `at` on, as they lie in the file.
    ByteBuffer map(Entry entry, long at, int count) throws CheckpointRejected {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long start = entry.start() + at * entry.dtype().bytes();
            long end = start + (long) count * entry.dtype().bytes();
            if (end > channel.size()) { // reading a page that is not there would end the process
                throw new CheckpointRejected(
                        Reason.FILE_CHANGED, label, "at least " + end + " bytes, as before", channel.size() + " bytes");
            }
            return channel.map(MapMode.READ_ONLY, start, end - start).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One plain loop for each type: this is where the time of reading goes.
    private static void convert(Dtype dtype, ByteBuffer from, ByteBuffer to) {
        FloatBuffer floats = to.asFloatBuffer();
        int count = floats.remaining();
        if (dtype == Dtype.F32) {
            floats.put(from.asFloatBuffer());
        } else {
            ShortBuffer halves = from.asShortBuffer();
            float[] some = new float[Math.min(count, BATCH_ELEMENTS)];
            for (int at = 0; at < count; at += some.length) {
                int n = Math.min(some.length, count - at);
                if (dtype == Dtype.F16) {
                    for (int i = 0; i < n; i++) {
                        some[i] = Float.float16ToFloat(halves.get());
                    }
                } else {
                    for (int i = 0; i < n; i++) {
                        some[i] = Float.intBitsToFloat(halves.get() << 16);
                    }
                }
                floats.put(some, 0, n);
            }
        }
        to.position(to.limit());
    }
}
