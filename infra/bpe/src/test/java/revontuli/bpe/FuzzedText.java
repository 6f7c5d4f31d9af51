package revontuli.bpe;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A fuzzer's bytes as a tokenizer, what special tokens are, and a text: the first byte chooses, the rest is taken as
/// it is (often no UTF-8), or as a list of characters and of parts that split patterns care about.
///
/// @param seed a number for whatever else has to be chosen
@SuppressWarnings("ArrayRecordComponent")
record FuzzedText(String name, BpeTokenizer tokenizer, Specials specials, int seed, byte[] utf8) {
    private static final int HEAD = 2;
    private static final List<Map.Entry<String, BpeTokenizer>> TOKENIZERS = tokenizers();

    static FuzzedText of(byte[] input) {
        int choice = input.length > 0 ? input[0] & 0xFF : 0;
        int seed = input.length > 1 ? input[1] & 0xFF : 0;
        Map.Entry<String, BpeTokenizer> tokenizer = TOKENIZERS.get((choice >> 2) % TOKENIZERS.size());
        byte[] rest = input.length > HEAD ? Arrays.copyOfRange(input, HEAD, input.length) : new byte[0];
        return new FuzzedText(
                tokenizer.getKey(),
                tokenizer.getValue(),
                (choice & 1) == 0 ? Specials.AS_TEXT : Specials.AS_TOKENS,
                seed,
                (choice & 2) == 0 ? rest : spelled(rest));
    }

    /// Whether decoded ids are the text, letter by letter.
    boolean roundTrips() {
        return switch (name) {
            case "shipped", "gpt2", "llama3", "cl100k", "o200k", "tekken", "merges out of order" -> true;
            default -> false; // puts or leaves out spaces or bytes, or brings the text into NFC
        };
    }

    /// Whether offsets are those of all bytes, one token after another.
    boolean offsetsCoverAll() {
        return roundTrips();
    }

    private static byte[] spelled(byte[] input) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < input.length; i++) {
            int b = input[i] & 0xFF;
            if (b < 0x80) {
                text.write(b);
            } else if (b < 0xE0) {
                text.writeBytes(Texts.PARTS[(b - 0x80) % Texts.PARTS.length].getBytes(StandardCharsets.UTF_8));
            } else {
                int more = (i + 1 < input.length ? input[++i] & 0xFF : 0) << 8;
                more |= i + 1 < input.length ? input[++i] & 0xFF : 0;
                int c = (b - 0xE0) % 17 << 16 | more;
                text.writeBytes(Character.toString(c >= 0xD800 && c < 0xE000 ? c + 0x20000 : c)
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        return text.toByteArray();
    }

    private static List<Map.Entry<String, BpeTokenizer>> tokenizers() {
        List<Map.Entry<String, BpeTokenizer>> all = new ArrayList<>();
        Variants.all().forEach((name, json) -> {
            try {
                all.add(Map.entry(name, BpeTokenizer.read(json)));
            } catch (NotOurs e) {
                throw new IllegalStateException(e);
            }
        });
        return all;
    }
}
