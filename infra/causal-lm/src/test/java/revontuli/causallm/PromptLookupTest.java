package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptLookupTest {
    @Test
    void whatFollowedTheSameIdsLastIsGuessed() {
        int[] text = {1, 2, 3, 9, 1, 2, 4, 5, 6, 7, 1, 2};

        assertThat(PromptLookup.guess(text, text.length, 3)).containsExactly(4, 5, 6);
    }

    @Test
    void longerAgreementWinsOverALaterShorterOne() {
        int[] text = {1, 2, 3, 8, 0, 2, 3, 5, 1, 2, 3};

        assertThat(PromptLookup.guess(text, text.length, 1)).containsExactly(8);
    }

    @Test
    void guessEndsWithTheText() {
        int[] text = {5, 6, 7, 5, 6};

        assertThat(PromptLookup.guess(text, text.length, 10)).containsExactly(7, 5, 6);
    }

    @Test
    void nothingIsGuessedWhereNothingRepeats() {
        assertThat(PromptLookup.guess(new int[] {1, 2, 3, 4}, 4, 5)).isEmpty();
        assertThat(PromptLookup.guess(new int[] {1}, 1, 5)).isEmpty();
        assertThat(PromptLookup.guess(new int[] {1, 2, 1, 2, 9}, 2, 5)).isEmpty();
    }
}
