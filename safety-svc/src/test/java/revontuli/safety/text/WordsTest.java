package revontuli.safety.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    private static Words words(String text) {
        return Words.of(Normal.of(MappedText.of(text)), true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How  TO, make?|' how to make '",
                "don't|' dont '",
                "Räjähde-aine|' räjähde aine '",
                "LSDの作り方|' lsd の作り方 '",
                "कैसे हैं?|' कैसे हैं '",
                "giết người|' giết người '",
                "''|' '",
            })
    void wordsAreInLowerCaseWithOneSpaceAround(String text, String words) {
        assertThat(words(text).text()).isEqualTo(words);
    }

    @Test
    void sentencesAreCountedAndShortOnesAreNotSentences() {
        Words words = words("No. 5 is good enough. The next one begins! And the last 3.5 one");
        String text = words.text();

        assertThat(words.sentence(text.indexOf("good"))).isZero();
        assertThat(words.sentence(text.indexOf("next"))).isEqualTo(1);
        assertThat(words.sentence(text.indexOf("last"))).isEqualTo(2);
        assertThat(words.sentence(text.lastIndexOf("one"))).isEqualTo(2);
        assertThat(words.sentenceBegins(text.indexOf("the next"))).isTrue();
        assertThat(words.sentenceBegins(text.indexOf("next"))).isFalse();
    }
}
