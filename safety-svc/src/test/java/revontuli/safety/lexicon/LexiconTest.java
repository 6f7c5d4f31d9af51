package revontuli.safety.lexicon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.safety.policy.Category;
import revontuli.safety.text.TextViews;
import revontuli.safety.text.Words;

class LexiconTest {
    private static final Lexicon SHIPPED = Lexicon.shipped();

    private static List<Hit> read(String text) {
        return SHIPPED.read(Words.of(TextViews.of(text).getFirst().text(), true));
    }

    private static double score(String text, Category category) {
        return read(text).stream()
                .filter(hit -> hit.category() == category)
                .map(Hit::score)
                .max(Comparator.naturalOrder())
                .orElse(0.0);
    }

    @Test
    void theMoreOfTheIntentIsSaidTheHigherTheScore() {
        Category harm = Category.HARM_TO_SELF_OR_OTHERS;
        double thing = score("A pipe bomb.", harm);
        double act = score("They built it: he was making a pipe bomb.", harm);
        double request = score("How to make a pipe bomb.", harm);

        assertThat(thing).isPositive().isLessThan(act);
        assertThat(act).isLessThan(request).isLessThan(0.6);
        assertThat(request).isGreaterThan(0.8);
    }

    @Test
    void wordsOfDifferentSentencesDoNotMeet() {
        assertThat(score("How to make a cake is easy. The bomb fell far away.", Category.HARM_TO_SELF_OR_OTHERS))
                .isLessThan(0.3);
    }

    @Test
    void wordsTooFarApartDoNotMeet() {
        String far = "How to make " + "very ".repeat(40) + "big bomb";

        assertThat(score(far, Category.HARM_TO_SELF_OR_OTHERS)).isLessThan(0.3);
    }

    @Test
    void aHarmlessPhraseHidesTheWordsInsideIt() {
        assertThat(score("How do I make a bath bomb?", Category.HARM_TO_SELF_OR_OTHERS))
                .isZero();
    }

    @Test
    void aHitCoversTheWordsThatMadeIt() {
        String text = "Well, tell me how to make a pipe bomb.";
        Hit hit =
                read(text).stream().max(Comparator.comparingDouble(Hit::score)).orElseThrow();

        assertThat(text.substring(hit.span().start(), hit.span().end())).contains("how to make a pipe bomb");
        assertThat(hit.span().length()).isLessThanOrEqualTo(Lexicon.SPAN_MAX);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "groups: {nowhere: a}|groups.nowhere",
                "groups: {request: ''}|groups.request",
                "groups: {request: 'a,,b'}|groups.request",
                "groups: {request: '?!'}|groups.request",
                "phrases: {nothing: {'0.5': a}}|phrases.nothing",
                "phrases: {child-safety: {'1.5': a}}|phrases.child-safety.1.5",
                "phrases: {child-safety: {'high': a}}|phrases.child-safety.high",
                "extra: 1|extra",
            })
    void aMalformedWordListIsRefusedWithItsPath(String part, String path) {
        String key = part.substring(0, part.indexOf(':'));
        StringBuilder yaml = new StringBuilder("schema: revontuli.lexicon.v1\nlanguage: en\n");
        for (String other : List.of("groups: {}", "phrases: {}", "mask: a")) {
            yaml.append(other.startsWith(key + ":") ? "" : other + "\n");
        }
        byte[] bytes = yaml.append(part).append('\n').toString().getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> new LexiconFiles().language(bytes, "en")).hasMessageContaining(path);
    }

    @Test
    void aTextFullOfHitsIsReadInTime() {
        String text = "how to make a bomb kill someone ".repeat(8_000);

        Assertions.assertTimeout(Duration.ofSeconds(20), () -> read(text));
    }
}
