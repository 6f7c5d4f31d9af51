package revontuli.trainer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import revontuli.causallm.ModelConfig;
import revontuli.trainer.publish.Manifest;
import revontuli.transparency.crypto.Digest;

/// A model small enough for tests, with random weights: one id a byte, and one for the end of a text.
final class TinyModel {
    static final byte[] TOKENIZER = "{\"model\":\"one id a byte\"}".getBytes(StandardCharsets.UTF_8);
    static final int END_OF_TEXT = 256;
    private static final ModelConfig CONFIG =
            new ModelConfig(264, 64, 2, 4, 32, 64, ModelConfig.Activation.GELU_TANH, 1e-5);

    private TinyModel() {}

    /// Its files by name.
    static Map<String, byte[]> files(long seed) {
        return files(shapes(), seed);
    }

    /// The same, but without one of the tensors.
    static Map<String, byte[]> filesWithout(String tensor) {
        Map<String, List<Integer>> shapes = shapes();
        shapes.remove(tensor);
        return files(shapes, 1);
    }

    /// The same, but with one tensor of another shape.
    static Map<String, byte[]> filesWith(String tensor, List<Integer> shape) {
        Map<String, List<Integer>> shapes = shapes();
        shapes.put(tensor, shape);
        return files(shapes, 1);
    }

    static byte[] manifest(Map<String, byte[]> files) {
        Map<String, Manifest.Entry> entries = new TreeMap<>();
        files.forEach((name, bytes) -> entries.put(name, new Manifest.Entry(name, bytes.length, Digest.of(bytes))));
        return Manifest.of(entries).bytes();
    }

    private static Map<String, byte[]> files(Map<String, List<Integer>> shapes, long seed) {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("config.json", CONFIG.toJson(OptionalInt.of(END_OF_TEXT)).getBytes(StandardCharsets.UTF_8));
        files.put("tokenizer.json", TOKENIZER);
        files.put("model.safetensors", safetensors(shapes, new Random(seed)));
        return files;
    }

    private static Map<String, List<Integer>> shapes() {
        int width = CONFIG.width();
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        shapes.put("transformer.wte.weight", List.of(CONFIG.vocabularySize(), width));
        shapes.put("transformer.wpe.weight", List.of(CONFIG.positionsMax(), width));
        for (int layer = 0; layer < CONFIG.layers(); layer++) {
            String at = "transformer.h." + layer + ".";
            norm(shapes, at + "ln_1", width);
            linear(shapes, at + "attn.c_attn", width + 2 * CONFIG.headWidth(), width);
            linear(shapes, at + "attn.c_proj", width, width);
            norm(shapes, at + "ln_2", width);
            linear(shapes, at + "mlp.c_fc", CONFIG.innerWidth(), width);
            linear(shapes, at + "mlp.c_proj", width, CONFIG.innerWidth());
        }
        norm(shapes, "transformer.ln_f", width);
        return shapes;
    }

    private static void norm(Map<String, List<Integer>> shapes, String name, int width) {
        shapes.put(name + ".weight", List.of(width));
        shapes.put(name + ".bias", List.of(width));
    }

    private static void linear(Map<String, List<Integer>> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", List.of(out, in));
        shapes.put(name + ".bias", List.of(out));
    }

    private static byte[] safetensors(Map<String, List<Integer>> shapes, Random random) {
        List<String> entries = new ArrayList<>();
        int offset = 0;
        for (Map.Entry<String, List<Integer>> each : shapes.entrySet()) {
            int end = offset + 4 * elements(each.getValue());
            entries.add("\"" + each.getKey() + "\":{\"dtype\":\"F32\",\"shape\":["
                    + each.getValue().stream().map(String::valueOf).collect(Collectors.joining(","))
                    + "],\"data_offsets\":[" + offset + "," + end + "]}");
            offset = end;
        }
        byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file =
                ByteBuffer.allocate(Long.BYTES + header.length + offset).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        shapes.forEach((name, shape) -> {
            boolean norm = name.contains(".ln_") && name.endsWith("weight");
            for (int i = 0; i < elements(shape); i++) {
                file.putFloat(norm ? 1 : name.endsWith("bias") ? 0 : (float) (0.05 * random.nextGaussian()));
            }
        });
        return file.array();
    }

    private static int elements(List<Integer> shape) {
        return shape.stream().reduce(1, (a, b) -> a * b);
    }
}
