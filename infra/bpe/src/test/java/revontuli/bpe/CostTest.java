package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The work of merging grows no faster than the text, whatever the text; counted in steps, so that no clock decides.
class CostTest {
    static List<String> families() {
        return List.copyOf(HostileTexts.FAMILIES.keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("families")
    void twiceTheTextIsAtMostTwiceTheWork(String family) throws NotOurs {
        BpeTokenizer tokenizer = BpeTokenizer.read(Variants.shipped().getBytes(StandardCharsets.UTF_8));

        String once = HostileTexts.of(family, 1 << 15);
        String twice = HostileTexts.of(family, 1 << 16);
        long first = tokenizer.mergeSteps(once);
        long second = tokenizer.mergeSteps(twice);
        assertThat(second).isLessThanOrEqualTo(2 * first + first / 10 + 1000);
        assertThat(second).isLessThanOrEqualTo(4L * twice.getBytes(StandardCharsets.UTF_8).length);
    }

    /// Without any split the whole text is one piece: the worst case of merging.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onePieceOfAnyTextCostsLinearWork(boolean ordered) throws NotOurs {
        BpeTokenizer tokenizer = BpeTokenizer.read(Variants.named(ordered ? "no split" : "merges out of order"));
        for (String family : families()) {
            String text = HostileTexts.of(family, 1 << 14);
            String twice = HostileTexts.of(family, 1 << 15);
            long first = tokenizer.mergeSteps(text);
            long second = tokenizer.mergeSteps(twice);
            assertThat(second).as(family).isLessThanOrEqualTo(first * 23 / 10 + 1000);
        }
    }
}
