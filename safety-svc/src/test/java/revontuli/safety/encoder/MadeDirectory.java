package revontuli.safety.encoder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/// Directories of small classifiers with made-up weights: a function of the tensor's name and the element's index, as
/// in `make_golden.py`.
public final class MadeDirectory {
    private MadeDirectory() {}

    /// What the reference implementation said of a model.
    static JsonFile golden(String model) {
        return JsonFile.parse("golden.json", resource(model + "/golden.json"));
    }

    /// Writes a whole directory.
    public static Path write(Path folder, String model) {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("config.json"), resource(model + "/config.json"));
            Files.write(folder.resolve("tokenizer.json"), resource(model + "/tokenizer.json"));
            Files.write(
                    folder.resolve("model.safetensors"), weights(golden(model).object("shapes")));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] resource(String name) {
        try (InputStream in = MadeDirectory.class.getResourceAsStream("/encoder/" + name)) {
            return java.util.Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] weights(JsonFile shapes) {
        StringBuilder header = new StringBuilder("{");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Map.Entry<?, ?> shape : new TreeMap<>(shapes.members()).entrySet()) {
            String name = shape.getKey().toString();
            List<?> dimensions = (List<?>) shape.getValue();
            int count = dimensions.stream()
                    .mapToInt(one -> ((BigDecimal) one).intValue())
                    .reduce(1, (a, b) -> a * b);
            int from = data.size();
            data.writeBytes(floats(name, count));
            header.append(header.length() > 1 ? "," : "")
                    .append("\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(name, dimensions.toString().replace(" ", ""), from, data.size()));
        }
        byte[] text = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + text.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        return file.putLong(text.length).put(text).put(data.toByteArray()).array();
    }

    private static byte[] floats(String name, int count) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        boolean norm = name.contains("LayerNorm.weight") || name.contains("layer_norm.weight");
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < count; i++) {
            long x = (i + crc.getValue()) * 2_654_435_761L & 0xFFFF_FFFFL;
            x = (x ^ (x >> 15)) * 2_246_822_519L & 0xFFFF_FFFFL;
            float value = (float) (x / 4_294_967_296.0 - 0.5);
            bytes.putFloat(value * 0.6f + (norm ? 1 : 0));
        }
        return bytes.array();
    }
}
