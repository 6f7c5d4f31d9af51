package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Fuzz target: any bytes are a tokenizer that works, none of ours, or malformed at a named place; nothing else comes
/// of them. `$A` in a file stands for the 256 tokens of single bytes, which would make every input long.
public final class FuzzedFile {
    private static final FileLimits LIMITS = new FileLimits(1 << 20, 1 << 14, 1 << 12, 256, 256, 128);
    private static final byte[] ALPHABET = alphabet().getBytes(StandardCharsets.UTF_8);
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "abcab  bc\n\n the 123 don't <s> <s>x \u00E9e\u0301 \u4E2D\u3042 \uD83D\uDE00",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbb");

    private FuzzedFile() {}

    public static void fuzzerTestOneInput(byte[] input) {
        BpeTokenizer tokenizer;
        try {
            tokenizer = BpeTokenizer.read(withAlphabet(input), LIMITS);
        } catch (NotOurs e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        } catch (MalformedTokenizer e) {
            assertThat(e.place()).isNotBlank();
            assertThat(e.getMessage()).startsWith(e.place());
            return;
        }
        for (Specials specials : Specials.values()) {
            for (String text : TEXTS) {
                use(tokenizer, text, specials);
            }
        }
    }

    private static void use(BpeTokenizer tokenizer, String text, Specials specials) {
        int[] ids = tokenizer.encode(text, specials);
        for (int id : ids) {
            if (tokenizer.token(id).isEmpty()) {
                throw new AssertionError("id " + id + " has no token");
            }
        }
        BpeTokenizer.Encoded encoded = tokenizer.encodeWithOffsets(text, specials);
        assertThat(encoded.ids()).isEqualTo(ids);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < encoded.offsets().length; i += 4) {
            int end = encoded.offsets()[i + 1];
            if (encoded.offsets()[i] < 0 || encoded.offsets()[i] > end || end > utf8.length) {
                throw new AssertionError("token " + i / 4 + " ends at " + end);
            }
        }
        tokenizer.decode(ids, specials == Specials.AS_TEXT);
        StreamingEncoder encoder = tokenizer.encoder(specials, 1 << 12);
        Ids streamed = new Ids();
        for (int at = 0; at < utf8.length; at++) {
            encoder.add(utf8, at, at + 1, streamed);
        }
        encoder.finish(streamed);
        assertThat(streamed.toArray()).isEqualTo(ids);
    }

    private static byte[] withAlphabet(byte[] input) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < input.length; i++) {
            if (input[i] == '$' && i + 1 < input.length && input[i + 1] == 'A' && all.size() < 1 << 16) {
                all.writeBytes(ALPHABET);
                i++;
            } else {
                all.write(input[i]);
            }
        }
        return all.toByteArray();
    }

    private static String alphabet() {
        StringBuilder json = new StringBuilder();
        for (int b = 0; b < 256; b++) {
            char letter = ByteAlphabet.of(b);
            json.append(b == 0 ? "" : ",").append('"').append(letter == '"' || letter == '\\' ? "\\" : "");
            json.append(letter).append("\":").append(b);
        }
        return json.toString();
    }
}
