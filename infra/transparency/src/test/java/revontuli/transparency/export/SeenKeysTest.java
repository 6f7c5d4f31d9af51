package revontuli.transparency.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeenKeysTest {
    private static final int KEYS = 300_000;

    @Test
    void knowsEveryKeyAgainAndNoOtherWhateverWasExpected() {
        for (long expected : new long[] {0, KEYS, 10 * KEYS}) {
            SeenKeys keys = new SeenKeys(expected);
            SplittableRandom random = new SplittableRandom(expected);
            long[][] added = new long[KEYS][];
            for (int i = 0; i < KEYS; i++) { // half of them differ in one half only, or in one bit
                long high = i % 4 == 0 ? 0 : random.nextLong();
                long low = i % 4 == 1 ? 7 : i % 4 == 0 ? i : random.nextLong();
                added[i] = new long[] {high, low};
                assertThat(keys.add(high, low)).isTrue();
            }
            for (long[] key : added) {
                assertThat(keys.add(key[0], key[1])).isFalse();
            }
        }
    }

    @Test
    void theKeyOfZerosIsAKeyToo() {
        SeenKeys keys = new SeenKeys(0);

        assertThat(keys.add(0, 0)).isTrue();
        assertThat(keys.add(0, 0)).isFalse();
        assertThat(keys.add(0, 1)).isTrue();
    }
}
