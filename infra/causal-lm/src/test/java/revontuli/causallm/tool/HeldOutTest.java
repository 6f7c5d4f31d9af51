package revontuli.causallm.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import revontuli.causallm.Evaluation;

class HeldOutTest {
    private static final double BIT = StrictMath.log(2);

    @Test
    void textIsJudgedFromTheEndOfTextOnAndCutAtTheModelsPositions() {
        HeldOut heldOut = new HeldOut(Map.of("fi", List.of(new SampleText("abcde", List.of(5, 6, 7, 8, 9)))), 0, 2);
        List<int[]> pieces = new ArrayList<>();

        heldOut.bitsPerByte(ids -> {
            pieces.add(ids);
            return new Evaluation(0, ids.length - 1);
        });

        assertThat(pieces).containsExactly(new int[] {0, 5, 6}, new int[] {6, 7, 8}, new int[] {8, 9});
    }

    @Test
    void bitsAreDividedByTheBytesOfTheTextNotByItsTokens() {
        HeldOut heldOut = new HeldOut(
                Map.of("fi", List.of(new SampleText("yö", List.of(5)), new SampleText("a", List.of(6)))), 0, 16);

        Map<String, Double> bits = heldOut.bitsPerByte(ids -> new Evaluation(4 * BIT, 1));

        assertThat(bits.get("fi")).isEqualTo(2.0, within(1e-12));
    }
}
