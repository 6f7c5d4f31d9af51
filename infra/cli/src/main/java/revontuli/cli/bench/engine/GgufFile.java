package revontuli.cli.bench.engine;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.ModelConfig;

/// Writes a checkpoint in llama.cpp's format (GGUF, version 3, architecture `starcoder`): matrices in bf16, all else in
/// f32, with a vocabulary of names that mean nothing.
final class GgufFile {
    private static final int ALIGNMENT = 32;
    private static final int TYPE_F32 = 0;
    private static final int TYPE_BF16 = 30;
    private static final Map<String, String> PARTS = Map.of(
            "ln_1", "attn_norm",
            "attn.c_attn", "attn_qkv",
            "attn.c_proj", "attn_output",
            "ln_2", "ffn_norm",
            "mlp.c_fc", "ffn_up",
            "mlp.c_proj", "ffn_down");

    private final ByteArrayOutputStream head = new ByteArrayOutputStream();

    private GgufFile() {}

    /// A tensor and where its data lies.
    private record Placed(String name, List<Integer> shape, int type, long offset) {}

    static void write(Checkpoint checkpoint, Path file) throws CheckpointRejected {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            Map<String, Placed> tensors = placed(checkpoint);
            GgufFile gguf = new GgufFile();
            gguf.describe(checkpoint.config(), tensors);
            out.write(gguf.head.toByteArray());
            long[] written = {0};
            checkpoint.tensors((name, shape, start, floats) -> {
                Placed tensor = tensors.get(name);
                if (tensor != null) {
                    data(out, tensor, start, floats, written);
                }
            });
            pad(out, written[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Placed> placed(Checkpoint checkpoint) throws CheckpointRejected {
        Map<String, Placed> tensors = new LinkedHashMap<>();
        long[] at = {0};
        checkpoint.tensors((name, shape, start, floats) -> {
            if (start == 0) {
                int type = shape.size() == 2 && !name.contains("wpe") ? TYPE_BF16 : TYPE_F32;
                tensors.put(name, new Placed(renamed(name), shape, type, at[0]));
                long elements = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
                at[0] += aligned(elements * (type == TYPE_BF16 ? 2 : 4));
            }
        });
        return tensors;
    }

    private static String renamed(String name) {
        String plain = name.replace("transformer.", "");
        String end = plain.substring(plain.lastIndexOf('.'));
        String body = plain.substring(0, plain.lastIndexOf('.'));
        if (body.startsWith("h.")) {
            int dot = body.indexOf('.', 2);
            return "blk." + body.substring(2, dot) + "." + PARTS.get(body.substring(dot + 1)) + end;
        }
        return switch (body) {
            case "wte" -> "token_embd" + end;
            case "wpe" -> "position_embd" + end;
            default -> "output_norm" + end;
        };
    }

    private void describe(ModelConfig config, Map<String, Placed> tensors) throws IOException {
        List<byte[]> fields = new ArrayList<>();
        fields.add(text("general.architecture", "starcoder"));
        fields.add(text("general.name", "bench"));
        fields.add(number("general.file_type", 32));
        fields.add(number("starcoder.context_length", config.positionsMax()));
        fields.add(number("starcoder.embedding_length", config.width()));
        fields.add(number("starcoder.feed_forward_length", config.innerWidth()));
        fields.add(number("starcoder.block_count", config.layers()));
        fields.add(number("starcoder.attention.head_count", config.heads()));
        fields.add(number("starcoder.attention.head_count_kv", 1));
        fields.add(real("starcoder.attention.layer_norm_epsilon", (float) config.layerNormEpsilon()));
        fields.add(number("starcoder.vocab_size", config.vocabularySize()));
        fields.add(text("tokenizer.ggml.model", "gpt2"));
        fields.add(text("tokenizer.ggml.pre", "starcoder"));
        fields.add(names("tokenizer.ggml.tokens", config.vocabularySize()));
        fields.add(ones("tokenizer.ggml.token_type", config.vocabularySize()));
        fields.add(names("tokenizer.ggml.merges", List.of("t 1")));
        fields.add(number("tokenizer.ggml.bos_token_id", 0));
        fields.add(number("tokenizer.ggml.eos_token_id", 0));
        head.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        head.writeBytes(little(4).putInt(3).array());
        head.writeBytes(
                little(16).putLong(tensors.size()).putLong(fields.size()).array());
        fields.forEach(head::writeBytes);
        for (Placed tensor : tensors.values()) {
            head.writeBytes(string(tensor.name()));
            head.writeBytes(little(4).putInt(tensor.shape().size()).array());
            for (int d = tensor.shape().size() - 1; d >= 0; d--) {
                head.writeBytes(little(8).putLong(tensor.shape().get(d)).array());
            }
            head.writeBytes(
                    little(12).putInt(tensor.type()).putLong(tensor.offset()).array());
        }
        pad(head, head.size());
    }

    private static void data(OutputStream out, Placed tensor, long start, ByteBuffer floats, long[] written) {
        try {
            if (start == 0) {
                pad(out, written[0]);
                written[0] = tensor.offset();
            }
            ByteBuffer bytes = ByteBuffer.allocate(floats.remaining()).order(ByteOrder.LITTLE_ENDIAN);
            while (floats.hasRemaining()) {
                int bits = floats.getInt();
                if (tensor.type() == TYPE_BF16) {
                    bytes.putShort((short) (bits >>> 16)); // exact: the checkpoint is in bf16
                } else {
                    bytes.putInt(bits);
                }
            }
            out.write(bytes.array(), 0, bytes.position());
            written[0] += bytes.position();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void pad(OutputStream out, long written) throws IOException {
        out.write(new byte[(int) (aligned(written) - written)]);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return little(8 + bytes.length).putLong(bytes.length).put(bytes).array();
    }

    private static byte[] field(String name, int type, byte[] value) {
        byte[] key = string(name);
        return little(key.length + 4 + value.length)
                .put(key)
                .putInt(type)
                .put(value)
                .array();
    }

    private static byte[] text(String name, String value) {
        return field(name, 8, string(value));
    }

    private static byte[] number(String name, int value) {
        return field(name, 4, little(4).putInt(value).array());
    }

    private static byte[] real(String name, float value) {
        return field(name, 6, little(4).putFloat(value).array());
    }

    private static byte[] names(String name, int count) throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("t" + i);
        }
        return names(name, names);
    }

    private static byte[] names(String name, List<String> values) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(little(12).putInt(8).putLong(values.size()).array());
            for (String value : values) {
                out.write(string(value));
            }
        }
        return field(name, 9, bytes.toByteArray());
    }

    private static byte[] ones(String name, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(12 + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(5).putLong(count);
        for (int i = 0; i < count; i++) {
            bytes.putInt(1);
        }
        return field(name, 9, bytes.array());
    }
}
