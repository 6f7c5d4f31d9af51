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
                    folder.resolve("model.safetensors"),
                    weights(shapes(golden(model).object("shapes"))));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes a directory of the size of a base model: 768 wide, 12 heads, 3,072 within.
    static Path writeBase(Path folder, String model, int layers) {
        boolean distil = model.equals("distilbert");
        String config = new String(resource(model + "/config.json"), StandardCharsets.UTF_8)
                .replaceFirst(
                        distil ? "\"dim\": \\d+" : "\"hidden_size\": \\d+",
                        distil ? "\"dim\": 768" : "\"hidden_size\": 768")
                .replaceFirst("\"(hidden_dim|intermediate_size)\": \\d+", "\"$1\": 3072")
                .replaceFirst("\"(n_heads|num_attention_heads)\": \\d+", "\"$1\": 12")
                .replaceFirst("\"(n_layers|num_hidden_layers)\": \\d+", "\"$1\": " + layers)
                .replaceFirst("\"max_position_embeddings\": \\d+", "\"max_position_embeddings\": 514");
        JsonFile small = golden(model).object("shapes");
        int width = distil ? 24 : 32;
        int inner = distil ? 40 : 64;
        int positions = distil ? 32 : 66;
        TreeMap<String, List<Integer>> shapes = new TreeMap<>();
        for (Map.Entry<?, ?> shape : small.members().entrySet()) {
            String name = shape.getKey().toString();
            List<Integer> lengths = ((List<?>) shape.getValue())
                    .stream()
                            .map(one -> ((BigDecimal) one).intValue())
                            .map(one -> one == width ? 768 : one == inner ? 3072 : one == positions ? 514 : one)
                            .toList();
            for (int layer = 0;
                    layer < (name.contains("layer.0.") ? layers : name.contains("layer.") ? 0 : 1);
                    layer++) {
                shapes.put(name.replace("layer.0.", "layer." + layer + "."), lengths);
            }
        }
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), config);
            Files.write(folder.resolve("tokenizer.json"), resource(model + "/tokenizer.json"));
            Files.write(folder.resolve("model.safetensors"), weights(shapes));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes a whole directory whose model is one of the exported graphs.
    public static Path writeOnnx(Path folder, String model, String graph) {
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("config.json"), resource(model + "/config.json"));
            Files.write(folder.resolve("tokenizer.json"), resource(model + "/tokenizer.json"));
            Files.write(folder.resolve("model.onnx"), onnx(model, graph));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] onnx(String model, String graph) {
        JsonFile left = JsonFile.parse("weights", resource(model + "/" + graph + ".weights.json"));
        JsonFile shapes = golden(model).object("shapes");
        byte[] whole = OnnxBytes.message(fields -> {
            fields.fields(resource(model + "/" + graph + ".graph"));
            for (Object name : left.object("weights").members().keySet()) {
                JsonFile weight = left.object("weights").object(name.toString());
                String tensor = weight.text("tensor");
                int[] lengths = shapes.list(tensor).stream()
                        .mapToInt(one -> ((BigDecimal) one).intValue())
                        .toArray();
                fields.bytes(5, weight(name.toString(), tensor, lengths, weight.flagOr("turned", false)));
            }
        });
        return OnnxBytes.model(left.number("version", 1, 99), whole);
    }

    private static byte[] weight(String name, String tensor, int[] lengths, boolean turned) {
        float[] values = new float[java.util.Arrays.stream(lengths).reduce(1, (a, b) -> a * b)];
        ByteBuffer.wrap(floats(tensor, values.length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        if (!turned) {
            return OnnxBytes.floats(name, values, lengths);
        }
        float[] other = new float[values.length];
        for (int row = 0; row < lengths[0]; row++) {
            for (int column = 0; column < lengths[1]; column++) {
                other[column * lengths[0] + row] = values[row * lengths[1] + column];
            }
        }
        return OnnxBytes.floats(name, other, lengths[1], lengths[0]);
    }

    static byte[] resource(String name) {
        try (InputStream in = MadeDirectory.class.getResourceAsStream("/encoder/" + name)) {
            return java.util.Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, List<Integer>> shapes(JsonFile told) {
        TreeMap<String, List<Integer>> shapes = new TreeMap<>();
        told.members()
                .forEach((name, lengths) -> shapes.put(
                        name.toString(),
                        ((List<?>) lengths)
                                .stream()
                                        .map(one -> ((BigDecimal) one).intValue())
                                        .toList()));
        return shapes;
    }

    private static byte[] weights(Map<String, List<Integer>> shapes) {
        StringBuilder header = new StringBuilder("{");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Map.Entry<String, List<Integer>> shape : shapes.entrySet()) {
            String name = shape.getKey();
            List<Integer> dimensions = shape.getValue();
            int count = dimensions.stream().reduce(1, (a, b) -> a * b);
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
