package revontuli.causallm.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenRowsTest {
    private static final int END_OF_TEXT = 0;
    private static final List<SampleText> TEXTS = List.of(
            new SampleText("a", List.of(1, 2, 3)), new SampleText("b", List.of(4, 5)), new SampleText("c", List.of(6)));

    @Test
    void rowsHaveOneIdMoreThanTheyPredict() {
        for (int[] row : new TokenRows(TEXTS, END_OF_TEXT, 4, 1).batch(20)) {
            assertThat(row).hasSize(5);
        }
    }

    @Test
    void sameSeedGivesTheSameRows() {
        assertThat(new TokenRows(TEXTS, END_OF_TEXT, 4, 7).batch(30))
                .isDeepEqualTo(new TokenRows(TEXTS, END_OF_TEXT, 4, 7).batch(30));
    }

    @Test
    void everyRoundPredictsEveryIdOnceAndEveryTextFollowsAnEndOfText() {
        int[][] rows = new TokenRows(TEXTS, END_OF_TEXT, 3, 3).batch(6);

        List<Integer> stream = new ArrayList<>();
        for (int[] row : rows) {
            Arrays.stream(row, 0, 3).forEach(stream::add);
        }

        assertThat(stream.subList(0, 9)).containsExactlyInAnyOrder(0, 0, 0, 1, 2, 3, 4, 5, 6);
        assertThat(stream.subList(9, 18)).containsExactlyInAnyOrder(0, 0, 0, 1, 2, 3, 4, 5, 6);
        assertThat(stream.get(stream.indexOf(1) - 1)).isEqualTo(END_OF_TEXT);
        assertThat(stream.get(stream.indexOf(4) - 1)).isEqualTo(END_OF_TEXT);
        assertThat(stream.get(stream.indexOf(6) - 1)).isEqualTo(END_OF_TEXT);
    }

    @Test
    void noTextIsRefused() {
        assertThatThrownBy(() -> new TokenRows(List.of(), END_OF_TEXT, 4, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
