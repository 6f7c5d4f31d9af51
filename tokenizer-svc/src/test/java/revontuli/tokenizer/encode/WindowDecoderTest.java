package revontuli.tokenizer.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowDecoderTest {
    private static final String TEXT = "aä好👩‍🚀 नमस्ते revontuli 🇫🇮";

    /// As byte-level decoders have it: all bytes together, bad runs replaced.
    private static String bytesOf(int[] ids) {
        byte[] bytes = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            bytes[i] = (byte) ids[i];
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// As byte fallback has it: a run of byte tokens is text if all of it is UTF-8, else U+FFFD for each of them.
    /// Ids from 256 on are letters.
    private static String fallback(int[] ids) {
        StringBuilder text = new StringBuilder();
        ByteArrayOutputStream run = new ByteArrayOutputStream();
        for (int i = 0; i <= ids.length; i++) {
            if (i < ids.length && ids[i] < 256) {
                run.write(ids[i]);
                continue;
            }
            byte[] bytes = run.toByteArray();
            String read = new String(bytes, StandardCharsets.UTF_8);
            text.append(read.indexOf('\uFFFD') < 0 ? read : "\uFFFD".repeat(bytes.length));
            run.reset();
            if (i < ids.length) {
                text.append((char) (ids[i] - 256));
            }
        }
        return text.toString();
    }

    private static List<String> pieces(PieceDecoder decoder, int[] ids) {
        List<String> pieces = new ArrayList<>();
        for (int id : ids) {
            pieces.add(decoder.add(id));
        }
        pieces.add(decoder.finish());
        return pieces;
    }

    private static int[] ids(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = bytes[i] & 0xFF;
        }
        return ids;
    }

    @Test
    void splitCharactersComeWholeAndOnce() {
        List<String> pieces = pieces(new WindowDecoder(WindowDecoderTest::bytesOf, _ -> false), ids(TEXT.repeat(9)));

        assertThat(String.join("", pieces)).isEqualTo(TEXT.repeat(9));
        assertThat(pieces).allSatisfy(piece -> assertThat(piece).doesNotContain("\uFFFD"));
    }

    @Test
    void whateverComesIsTheTextOfOneCall() {
        Random random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            int[] ids = random.ints(1 + random.nextInt(90), 0, 256).toArray();
            assertThat(String.join("", pieces(new WindowDecoder(WindowDecoderTest::bytesOf, _ -> false), ids)))
                    .isEqualTo(bytesOf(ids));
            int[] mixed = random.ints(1 + random.nextInt(90), 0, 2 * 256).toArray();
            assertThat(String.join("", pieces(new WindowDecoder(WindowDecoderTest::fallback, id -> id < 256), mixed)))
                    .isEqualTo(fallback(mixed));
        }
    }

    @Test
    void byteFallbackShowsNoHalfCharacters() {
        int[] ids = ids("好👩");
        List<String> pieces = pieces(new WindowDecoder(WindowDecoderTest::fallback, id -> id < 256), ids);

        assertThat(String.join("", pieces)).isEqualTo("好👩");
        assertThat(pieces).allSatisfy(piece -> assertThat(piece).doesNotContain("\uFFFD"));
    }
}
