package revontuli.bpe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// The suite's own tokenizer, and others made of its vocabulary.
final class Variants {
    static final Path SHIPPED = Path.of("..", "cli", "src", "main", "dist", "model", "tokenizer.json");
    private static final String PRE =
            "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":true},"
                    + "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":true}]}";

    private Variants() {}

    static String shipped() {
        try {
            return Files.readString(SHIPPED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String with(String old, String replacement) {
        return replaced(shipped(), old, replacement);
    }

    static String replaced(String json, String old, String replacement) {
        if (!json.contains(old)) {
            throw new IllegalArgumentException("not in the file: " + old);
        }
        return json.replace(old, replacement);
    }

    static String preTokenizer(String json, String preTokenizer) {
        return replaced(json, PRE, preTokenizer);
    }

    static String split(String json, String pattern, String behavior, boolean invert) {
        String quoted = pattern.replace("\\", "\\\\");
        return preTokenizer(
                json,
                "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" + quoted
                        + "\"},\"behavior\":\"" + behavior + "\",\"invert\":" + invert + "},"
                        + byteLevel(false, false) + "]}");
    }

    static String byteLevel(boolean prefix, boolean pattern) {
        return "{\"type\":\"ByteLevel\",\"add_prefix_space\":" + prefix + ",\"trim_offsets\":true,\"use_regex\":"
                + pattern + "}";
    }

    static String nfc(String json) {
        return replaced(json, "\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}");
    }

    static String added(String json, String... tokens) {
        StringBuilder list = new StringBuilder();
        int id = 2048;
        for (String token : tokens) {
            list.append(",{\"id\":").append(id++).append(',').append(token).append('}');
        }
        return replaced(json, "],\"normalizer\"", list + "],\"normalizer\"");
    }

    static String token(String content, String flags) {
        StringBuilder json = new StringBuilder("\"content\":\"" + content + "\"");
        for (String flag : new String[] {"single_word", "lstrip", "rstrip", "normalized", "special"}) {
            json.append(",\"" + flag + "\":").append(flags.contains(flag));
        }
        return json.toString();
    }

    static String trimmed(String json, boolean prefix) {
        return replaced(
                json,
                "\"post_processor\":null",
                "\"post_processor\":{\"type\":\"ByteLevel\",\"add_prefix_space\":" + prefix
                        + ",\"trim_offsets\":true,\"use_regex\":true}");
    }

    /// The same merges, but one that uses a token before it is made.
    private static String unordered(String json) {
        String first = "[\"\u00E0\",\"\u00A4\"],";
        String moved = replaced(json, first, "");
        return moved.substring(0, moved.length() - 3) + "," + first.substring(0, first.length() - 1) + "]}}";
    }

    static byte[] named(String name) {
        return Objects.requireNonNull(all().get(name), name);
    }

    /// One of each kind that the library serves, by name.
    static Map<String, byte[]> all() {
        String shipped = shipped();
        String odd = added(
                shipped,
                token("<mask>", "lstrip special"),
                token("<right>", "rstrip"),
                token("word", "single_word normalized"),
                token("  ", "normalized"),
                token("\u00F1\u00E9", "normalized"),
                token("Zq", "single_word lstrip rstrip"),
                token(" <end> ", "special normalized"),
                token("\u3042\u4E2D", ""),
                token("=~", "rstrip lstrip"));
        Map<String, String> all = new LinkedHashMap<>();
        all.put("shipped", shipped);
        all.put("gpt2", preTokenizer(shipped, byteLevel(false, true)));
        all.put("gpt2 with prefix and trimmed offsets", trimmed(preTokenizer(odd, byteLevel(true, true)), true));
        all.put("trimmed without prefix", trimmed(odd, false));
        all.put(
                "digits in runs",
                trimmed(
                        preTokenizer(
                                shipped,
                                "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":false},"
                                        + byteLevel(true, true) + "]}"),
                        true));
        all.put("gpt2 by Split", split(odd, SplitPatterns.GPT2, "Isolated", false));
        all.put(
                "llama3",
                replaced(
                        split(shipped, SplitPatterns.LLAMA3, "Isolated", false),
                        "\"ignore_merges\":false",
                        "\"ignore_merges\":true"));
        all.put("cl100k", split(shipped, SplitPatterns.CL100K, "Removed", true));
        all.put("qwen2", nfc(split(shipped, SplitPatterns.QWEN2, "Isolated", false)));
        all.put("qwen with marks", nfc(split(odd, SplitPatterns.QWEN_MARKS, "Isolated", false)));
        all.put("o200k", split(shipped, SplitPatterns.O200K, "Isolated", false));
        all.put("tekken", split(shipped, SplitPatterns.TEKKEN, "Isolated", false));
        all.put("no split", preTokenizer(nfc(odd), byteLevel(false, false)));
        all.put("merges out of order", unordered(preTokenizer(shipped, byteLevel(false, false))));
        all.put("a byte without a token", shipped.replaceFirst("\"\u00F1\":\\d+,", ""));
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        all.forEach((name, json) -> bytes.put(name, json.getBytes(StandardCharsets.UTF_8)));
        return bytes;
    }
}
