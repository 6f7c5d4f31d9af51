package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CodePointsTest {
    /// The classes that the reference's engines were seen to use. Another digest means that this Java knows another
    /// Unicode: then the classes of characters that are new to it have to be held at Unicode 16.
    @Test
    void classesAreThoseOfTheReference() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int c = 0; c < 0x110000; c++) {
            digest.update((byte) CodePoints.of(c));
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo("1d47d6256519d266b47c38d2cb4a76c0e7b5f1a3916525372040926c47a43b84");
    }

    @Test
    void aClassIsReadFromBytesAsFromItsCodePoint() {
        for (int c = 0; c < 0x110000; c += 7) {
            if (c < 0xD800 || c >= 0xE000) {
                byte[] bytes = Character.toString(c).getBytes(StandardCharsets.UTF_8);
                assertThat(CodePoints.codePoint(bytes, 0)).isEqualTo(c);
                assertThat(CodePoints.at(bytes, 0)).isEqualTo(CodePoints.of(c));
                assertThat(CodePoints.length(bytes[0])).isEqualTo(bytes.length);
            }
        }
    }
}
