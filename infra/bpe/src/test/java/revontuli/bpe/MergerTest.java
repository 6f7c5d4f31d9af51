package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MergerTest {
    private static final int NO_WINDOW = Integer.MAX_VALUE;
    private static final Merges MERGES = merges();

    private final Merger whole = new Merger(MERGES, NO_WINDOW);

    @ParameterizedTest
    @ValueSource(ints = {41, 48, 64, 100, 500})
    void windowsHaveTheIdsOfTheWholePiece(int window) {
        Merger windows = new Merger(MERGES, window);
        Texts texts = new Texts(window);
        for (int i = 0; i < 3_000; i++) {
            byte[] text = texts.next(200).getBytes(StandardCharsets.UTF_8);
            assertThat(ids(windows, text)).isEqualTo(ids(whole, text));
        }
    }

    /// Letters of which nearly every two are a token, and words of the vocabulary without a space between.
    @ParameterizedTest
    @ValueSource(ints = {41, 64, 1000})
    void windowsHaveTheIdsOfLettersWithoutASplit(int window) {
        Merger windows = new Merger(MERGES, window);
        Random random = new Random(window);
        for (int i = 0; i < 3_000; i++) {
            int letters = 1 + random.nextInt(26);
            byte[] text = new byte[random.nextInt(2_000)];
            for (int k = 0; k < text.length; k++) {
                text[k] = (byte) ('a' + random.nextInt(letters));
            }
            assertThat(ids(windows, text)).isEqualTo(ids(whole, text));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("revontuli.bpe.CostTest#families")
    void hostileTextsHaveTheirIdsInWindows(String family) {
        byte[] text = HostileTexts.of(family, 100_000).getBytes(StandardCharsets.UTF_8);

        assertThat(ids(new Merger(MERGES), text)).isEqualTo(ids(whole, text));
        assertThat(ids(new Merger(MERGES, 41), text)).isEqualTo(ids(whole, text));
    }

    @Test
    void aWindowTooShortForATokenGrows() {
        byte[] text = " ".repeat(10_000).getBytes(StandardCharsets.UTF_8);

        assertThat(ids(new Merger(MERGES, 41), text)).isEqualTo(ids(whole, text));
    }

    private static int[] ids(Merger merger, byte[] text) {
        Ids ids = new Ids();
        merger.merge(text, 0, text.length, ids);
        return ids.toArray();
    }

    private static Merges merges() {
        try {
            Definition file =
                    TokenizerFile.read(Variants.shipped().getBytes(StandardCharsets.UTF_8), FileLimits.DEFAULT);
            return new Merges(file.left(), file.right(), file.made(), file.idOfByte(), file.tokens().length);
        } catch (NotOurs e) {
            throw new IllegalStateException(e);
        }
    }
}
