package revontuli.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/// A `tokenizer.json` made on the spot: byte-level BPE with all 256 bytes, a few merges, and two special tokens.
final class TinyTokenizer {
    static final int FIM_PREFIX = 1;
    static final int FIM_MIDDLE = 262;
    static final int FIM_SUFFIX = 263;

    private TinyTokenizer() {}

    /// The same with all three tokens of fill-in-the-middle.
    static byte[] withFim() {
        String token =
                ",\n  {\"id\":%d,\"content\":\"%s\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}";
        String json = new String(json(), StandardCharsets.UTF_8);
        int end = json.indexOf("],");
        String more = token.formatted(FIM_MIDDLE, "<fim_middle>") + token.formatted(FIM_SUFFIX, "<fim_suffix>");
        return (json.substring(0, end) + more + json.substring(end)).getBytes(StandardCharsets.UTF_8);
    }

    static byte[] json() {
        StringJoiner vocabulary = new StringJoiner(",");
        vocabulary.add("\"<|endoftext|>\":0").add("\"<fim_prefix>\":1");
        int id = 2;
        for (int b = 0; b < 256; b++) {
            vocabulary.add(quoted(letter(b)) + ":" + id++);
        }
        vocabulary
                .add("\"he\":" + id++)
                .add("\"ll\":" + id++)
                .add("\"hell\":" + id++)
                .add("\"hello\":" + id);
        return ("""
                {"version":"1.0","truncation":null,"padding":null,
                 "added_tokens":[
                  {"id":0,"content":"<|endoftext|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true},
                  {"id":1,"content":"<fim_prefix>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
                 "normalizer":null,
                 "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
                 "post_processor":null,
                 "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},
                 "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,
                  "end_of_word_suffix":null,"fuse_unk":false,"byte_fallback":false,
                  "vocab":{%s},"merges":["h e","l l","he ll","hell o"]}}""").formatted(vocabulary).getBytes(StandardCharsets.UTF_8);
    }

    /// GPT-2's printable stand-in for a byte: itself where it is printable Latin-1, else the next unused code point
    // from 256 on.
    private static String letter(int b) {
        int next = 256;
        for (int i = 0; i < 256; i++) {
            boolean printable = (i >= '!' && i <= '~') || (i >= 0xA1 && i <= 0xAC) || (i >= 0xAE && i <= 0xFF);
            int stand = printable ? i : next++;
            if (i == b) {
                return Character.toString(stand);
            }
        }
        throw new IllegalArgumentException("not a byte: " + b);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
