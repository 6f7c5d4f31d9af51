package revontuli.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.knuddels.jtokkit.Encodings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import revontuli.cli.CliException;

/// Vocabularies of others as `tokenizer.json`: GPT-2's from the ranks that JTokkit carries, StarCoder's from a GGUF
// file.
public final class Vocabularies {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RANKS = "/com/knuddels/jtokkit/r50k_base.tiktoken";
    private static final int GGUF_STRING = 8;
    private static final int GGUF_ARRAY = 9;
    private static final int[] GGUF_WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    private Vocabularies() {}

    /// One line for each entry: its bytes in base 64, and its rank.
    public static byte[] r50kRanks() {
        try (InputStream in = Encodings.class.getResourceAsStream(RANKS)) {
            if (in == null) {
                throw CliException.refused("JTokkit does not carry " + RANKS);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw CliException.refused("cannot read " + RANKS + ": " + e.getMessage());
        }
    }

    /// Ranks say which text is a token; the merge that makes it is the last one when its bytes are merged by ranks.
    public static byte[] r50k(byte[] ranks) {
        Map<String, Integer> ids = new HashMap<>();
        List<String> tokens = new ArrayList<>();
        for (String line : new String(ranks, StandardCharsets.US_ASCII).split("\n", -1)) {
            if (!line.isBlank()) {
                String[] parts = line.strip().split(" ", 2);
                String token = new String(Base64.getDecoder().decode(parts[0]), StandardCharsets.ISO_8859_1);
                ids.put(token, Integer.parseInt(parts[1]));
                tokens.add(token);
            }
        }
        ArrayNode merges = JSON.createArrayNode();
        ObjectNode vocabulary = JSON.createObjectNode();
        for (String token : tokens) {
            vocabulary.put(letters(token), ids.getOrDefault(token, 0));
            if (token.length() > 1) {
                List<String> halves = halves(token, ids);
                merges.addArray().add(letters(halves.get(0))).add(letters(halves.get(1)));
            }
        }
        return file(vocabulary, merges, false);
    }

    private static List<String> halves(String token, Map<String, Integer> ids) {
        List<String> parts = new ArrayList<>();
        token.chars().forEach(c -> parts.add(Character.toString(c)));
        while (parts.size() > 2) {
            int best = -1;
            int lowest = Integer.MAX_VALUE;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int rank = ids.getOrDefault(parts.get(i) + parts.get(i + 1), Integer.MAX_VALUE);
                if (rank < lowest) {
                    lowest = rank;
                    best = i;
                }
            }
            parts.set(best, parts.get(best) + parts.remove(best + 1));
        }
        return parts;
    }

    static byte[] starCoder(Path gguf) {
        Map<String, List<String>> lists = new HashMap<>();
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(gguf)).order(ByteOrder.LITTLE_ENDIAN);
            bytes.position(16);
            long pairs = bytes.getLong();
            for (long i = 0; i < pairs; i++) {
                String key = string(bytes);
                int type = bytes.getInt();
                if (type == GGUF_ARRAY) {
                    lists.put(key, array(bytes));
                } else {
                    skip(bytes, type);
                }
            }
        } catch (IOException e) {
            throw CliException.refused("cannot read " + gguf + ": " + e.getMessage());
        }
        ObjectNode vocabulary = JSON.createObjectNode();
        for (String token : lists.getOrDefault("tokenizer.ggml.tokens", List.of())) {
            vocabulary.put(token, vocabulary.size());
        }
        ArrayNode merges = JSON.createArrayNode();
        lists.getOrDefault("tokenizer.ggml.merges", List.of()).forEach(merges::add);
        return file(vocabulary, merges, true);
    }

    private static List<String> array(ByteBuffer bytes) {
        int type = bytes.getInt();
        long count = bytes.getLong();
        List<String> items = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            if (type == GGUF_STRING) {
                items.add(string(bytes));
            } else {
                skip(bytes, type);
            }
        }
        return items;
    }

    private static void skip(ByteBuffer bytes, int type) {
        if (type == GGUF_STRING) {
            string(bytes);
        } else {
            bytes.position(bytes.position() + GGUF_WIDTHS[type]);
        }
    }

    private static String string(ByteBuffer bytes) {
        byte[] text = new byte[Math.toIntExact(bytes.getLong())];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static byte[] file(ObjectNode vocabulary, ArrayNode merges, boolean digits) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding").putArray("added_tokens");
        root.putNull("normalizer").putNull("post_processor");
        if (digits) {
            ObjectNode sequence = root.putObject("pre_tokenizer").put("type", "Sequence");
            ArrayNode parts = sequence.putArray("pretokenizers");
            parts.addObject().put("type", "Digits").put("individual_digits", true);
            byteLevel(parts.addObject());
        } else {
            byteLevel(root.putObject("pre_tokenizer"));
        }
        byteLevel(root.putObject("decoder"));
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
        model.set("vocab", vocabulary);
        model.set("merges", merges);
        try {
            return JSON.writeValueAsBytes(root);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void byteLevel(ObjectNode step) {
        step.put("type", "ByteLevel").put("add_prefix_space", false);
        step.put("trim_offsets", true).put("use_regex", true);
    }

    /// GPT-2's letters for bytes.
    private static String letters(String bytes) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < bytes.length(); i++) {
            letters.append(letter(bytes.charAt(i)));
        }
        return letters.toString();
    }

    private static char letter(int b) {
        int next = 256;
        for (int i = 0; i < b; i++) {
            next += printable(i) ? 0 : 1;
        }
        return (char) (printable(b) ? b : next);
    }

    private static boolean printable(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    }
}
