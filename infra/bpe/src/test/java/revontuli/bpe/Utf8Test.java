package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
    /// Bytes and their text from the Unicode standard, tables 3-8 to 3-11, with `?` for U+FFFD.
    @ParameterizedTest
    @CsvSource({
        "c0afe080bff0818241, ????????A",
        "eda080edbfbfedaf41, ????????A",
        "f4919293ff4180bf42, ?????A??B",
        "e180e2f09192f1bf41, ????A",
        "41e4b8, A?",
        "f09f9880, \uD83D\uDE00",
    })
    void brokenBytesBecomeOneReplacementForEachMaximalPart(String hex, String text) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(Utf8.text(bytes, 0, bytes.length)).isEqualTo(text.replace('?', '\uFFFD'));
    }

    @Test
    void bytesOneByOneHaveTheTextOfAllBytes() {
        Random random = new Random(7);
        int[] likely = {0x41, 0x80, 0xA0, 0xBF, 0xC3, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xFF};
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(12)];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = (byte) likely[random.nextInt(likely.length)];
            }
            StringBuilder pieces = new StringBuilder();
            byte[] held = new byte[bytes.length];
            int size = 0;
            for (byte b : bytes) {
                held[size++] = b;
                int settled = Utf8.settled(held, size);
                pieces.append(Utf8.text(held, 0, settled));
                System.arraycopy(held, settled, held, 0, size - settled);
                size -= settled;
            }
            pieces.append(Utf8.text(held, 0, size));
            assertThat(pieces.toString())
                    .as(HexFormat.of().formatHex(bytes))
                    .isEqualTo(Utf8.text(bytes, 0, bytes.length));
        }
    }
}
