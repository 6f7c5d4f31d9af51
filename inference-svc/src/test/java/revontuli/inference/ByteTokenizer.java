package revontuli.inference;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/// A tokenizer.json of bytes: id 0 ends a text, byte `b` has id `b + 1`, control tokens follow.
public final class ByteTokenizer {
    public static final int VOCABULARY = 261;
    public static final int FIM_PREFIX = 257;
    public static final int FIM_MIDDLE = 258;
    public static final int FIM_SUFFIX = 259;
    public static final int TURN = 260;
    public static final String END_OF_TEXT = "<|endoftext|>";

    private ByteTokenizer() {}

    public static byte[] json() {
        return json(
                "<|endoftext|>",
                0,
                "<fim_prefix>",
                FIM_PREFIX,
                "<fim_middle>",
                FIM_MIDDLE,
                "<fim_suffix>",
                FIM_SUFFIX,
                "<|turn|>",
                TURN);
    }

    /// The same without control tokens but the end of a text.
    public static byte[] plainJson() {
        return json("<|endoftext|>", 0);
    }

    private static byte[] json(Object... textsAndIds) {
        StringJoiner added = new StringJoiner(",", "[", "]");
        for (int i = 0; i < textsAndIds.length; i += 2) {
            added.add(("{\"id\":%s,\"content\":\"%s\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,"
                            + "\"normalized\":false,\"special\":true}")
                    .formatted(textsAndIds[i + 1], textsAndIds[i]));
        }
        StringJoiner vocabulary = new StringJoiner(",", "{", "}");
        vocabulary.add(quote(END_OF_TEXT) + ":0");
        int shifted = 0;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
            char symbol = (char) (printable ? b : 256 + shifted++);
            vocabulary.add(quote(String.valueOf(symbol)) + ":" + (b + 1));
        }
        String byteLevel =
                "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":false}";
        return ("""
                {"version":"1.0","truncation":null,"padding":null,
                 "added_tokens":%s,
                 "normalizer":null,"pre_tokenizer":%s,"post_processor":null,"decoder":%s,
                 "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,
                          "end_of_word_suffix":null,"fuse_unk":false,"vocab":%s,"merges":[]}}
                """).formatted(added, byteLevel, byteLevel, vocabulary).getBytes(StandardCharsets.UTF_8);
    }

    /// Ids of a text.
    public static int[] ids(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            ids[i] = (bytes[i] & 0xFF) + 1;
        }
        return ids;
    }

    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
