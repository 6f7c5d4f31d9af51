package revontuli.bpe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// The vocabulary in a GGUF file, as a `tokenizer.json`.
final class Gguf {
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    private final ByteBuffer bytes;
    private final Map<String, List<String>> lists = new HashMap<>();

    private Gguf(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /// @param preTokenizer what the file only names
    static byte[] tokenizerJson(Path file, String preTokenizer) throws IOException {
        Gguf gguf = new Gguf(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
        gguf.read();
        StringJoiner vocabulary = new StringJoiner(",");
        List<String> tokens = gguf.lists.getOrDefault("tokenizer.ggml.tokens", List.of());
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.add(quoted(tokens.get(id)) + ":" + id);
        }
        StringJoiner merges = new StringJoiner(",");
        gguf.lists.getOrDefault("tokenizer.ggml.merges", List.of()).forEach(merge -> merges.add(quoted(merge)));
        String json = "{\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":" + preTokenizer
                + ",\"post_processor\":null,\"decoder\":" + Variants.byteLevel(true, true)
                + ",\"model\":{\"type\":\"BPE\",\"vocab\":{" + vocabulary + "},\"merges\":[" + merges + "]}}";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private void read() {
        bytes.position(8);
        bytes.getLong();
        long pairs = bytes.getLong();
        for (long i = 0; i < pairs; i++) {
            String key = string();
            int type = bytes.getInt();
            if (type == ARRAY) {
                lists.put(key, array());
            } else {
                skip(type);
            }
        }
    }

    private List<String> array() {
        int type = bytes.getInt();
        long count = bytes.getLong();
        List<String> items = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            if (type == STRING) {
                items.add(string());
            } else {
                skip(type);
            }
        }
        return items;
    }

    private void skip(int type) {
        if (type == STRING) {
            string();
        } else {
            bytes.position(bytes.position() + WIDTHS[type]);
        }
    }

    private String string() {
        byte[] text = new byte[Math.toIntExact(bytes.getLong())];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
