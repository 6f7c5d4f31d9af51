package revontuli.inference.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.inference.ByteTokenizer;

class WindowDecoderTest {
    /// Bytes as ids, decoded as the library does: what is no UTF-8 shows as U+FFFD.
    private static String decode(int[] ids) {
        byte[] bytes = new byte[ids.length];
        for (int i = 0; i < ids.length; i++) {
            bytes[i] = (byte) (ids[i] - 1);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static List<String> pieces(int[] ids) {
        WindowDecoder decoder = new WindowDecoder(WindowDecoderTest::decode);
        List<String> pieces = new ArrayList<>();
        for (int id : ids) {
            pieces.add(decoder.add(id));
        }
        pieces.add(decoder.finish());
        return pieces;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "plain text that is a good deal longer than the window of thirty-two tokens, to be sure of it",
                "ääkköset ja öylätit, ääkköset ja öylätit, ääkköset ja öylätit",
                "日本語の文章は三バイトの文字でできています。日本語の文章は三バイトの文字でできています。",
                "🙂🙃👩‍👩‍👧‍👦🙂🙃🙂🙃🙂🙃🙂🙃🙂🙃🙂🙃",
                "हिन्दी में लिखा हुआ पाठ, tiếng Việt có dấu"
            })
    void piecesJoinToTheTextAndNoneSplitsACharacter(String text) {
        List<String> pieces = pieces(ByteTokenizer.ids(text));

        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).allSatisfy(piece -> assertThat(piece).doesNotContain("\uFFFD"));
        assertThat(pieces)
                .noneSatisfy(piece -> assertThat(piece.isEmpty() || !Character.isLowSurrogate(piece.charAt(0)))
                        .isFalse());
    }

    @Test
    void bytesThatAreNoTextDoNotHoldBackForEver() {
        int[] ids = new int[200];
        Arrays.fill(ids, 0xE3 + 1);

        List<String> pieces = pieces(ids);

        assertThat(String.join("", pieces)).isEqualTo("\uFFFD".repeat(200));
        assertThat(pieces.get(100)).isNotEmpty();
    }

    @Test
    void unfinishedCharacterShowsAtTheEndOnly() {
        byte[] bytes = "aä".getBytes(StandardCharsets.UTF_8);

        List<String> pieces = pieces(new int[] {bytes[0] + 1, (bytes[1] & 0xFF) + 1});

        assertThat(pieces).isEqualTo(List.of("a", "", "\uFFFD"));
    }
}
