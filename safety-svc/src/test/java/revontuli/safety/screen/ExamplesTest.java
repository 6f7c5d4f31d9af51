package revontuli.safety.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Harmful and harmless prompts and statements in five languages, the harmless ones close to the harmful in topic
/// and style.
class ExamplesTest {
    static Stream<RecordedCases.Case> examples() {
        return RecordedCases.shipped().all().stream();
    }

    private static List<RecordedCases.Case> of(String language) {
        return examples().filter(example -> example.language().equals(language)).toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void harmfulIsRefusedAndHarmlessIsAllowed(RecordedCases.Case example) {
        Verdict verdict =
                Screening.SHIPPED.screen(example.direction(), example.text()).verdict();

        assertThat(verdict.refuses()).as(verdict.toString()).isEqualTo(example.harmful());
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fi", "hi", "ja", "vi"})
    void eachLanguageHasEnoughOfBothAndIsRecognised(String language) {
        List<RecordedCases.Case> examples = of(language);
        long recognised = examples.stream()
                .filter(example -> LanguageGuess.of(example.text()).id().equals(language))
                .count();

        assertThat(examples.stream().filter(RecordedCases.Case::harmful)).hasSizeGreaterThanOrEqualTo(12);
        assertThat(examples.stream().filter(example -> !example.harmful())).hasSizeGreaterThanOrEqualTo(12);
        assertThat((double) recognised / examples.size()).isGreaterThan(0.9);
    }

    @Test
    void codeIsRecognisedAsCode() {
        assertThat(LanguageGuess.of("def add(a, b):\n    return a + b\n\nprint(add(1, 2))"))
                .isEqualTo(Language.CODE);
        assertThat(LanguageGuess.of("public static void main(String[] args) { int x = 1; }"))
                .isEqualTo(Language.CODE);
        assertThat(LanguageGuess.of("12345 !?")).isEqualTo(Language.UNKNOWN);
    }
}
