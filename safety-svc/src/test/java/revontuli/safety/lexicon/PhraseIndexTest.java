package revontuli.safety.lexicon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class PhraseIndexTest {
    private static Set<String> hits(List<String> phrases, String text) {
        Set<String> hits = new TreeSet<>();
        new PhraseIndex(phrases).search(text, (term, start, end) -> hits.add(term + "@" + start + "-" + end));
        return hits;
    }

    private static Set<String> plainHits(List<String> phrases, String text) {
        Set<String> hits = new TreeSet<>();
        for (int term = 0; term < phrases.size(); term++) {
            String phrase = phrases.get(term);
            for (int at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
                hits.add(term + "@" + at + "-" + (at + phrase.length()));
            }
        }
        return hits;
    }

    @Test
    void overlappingAndNestedPhrasesAreAllFound() {
        assertThat(hits(List.of("he", "she", "his", "hers"), "ushers"))
                .containsExactlyInAnyOrder("0@2-4", "1@1-4", "3@2-6");
    }

    @Test
    void itFindsWhatASearchForEachPhraseFinds() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            Set<String> phrases = new TreeSet<>();
            for (int i = 0; i < 12; i++) {
                phrases.add(word(random, 1 + random.nextInt(4)));
            }
            List<String> list = new ArrayList<>(phrases);
            String text = word(random, 60);

            assertThat(hits(list, text)).isEqualTo(plainHits(list, text));
        }
    }

    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append("abä爆".charAt(random.nextInt(4)));
        }
        return word.toString();
    }

    @Test
    void aTextMadeToGoBackOftenCostsNoMore() {
        PhraseIndex index = new PhraseIndex(List.of("a".repeat(40) + "b", "a".repeat(20) + "c"));
        String text = "a".repeat(2_000_000);

        Assertions.assertTimeout(Duration.ofSeconds(10), () -> index.search(text, (_, _, _) -> {}));
    }
}
