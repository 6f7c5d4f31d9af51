package revontuli.safety.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.safety.policy.Direction;

/// Harmful and harmless prompts and statements in five languages, the harmless ones close to the harmful in topic
/// and style.
class ExamplesTest {
    private static final List<String> LANGUAGES = List.of("en", "fi", "hi", "ja", "vi");

    record Example(String language, boolean harmful, Direction direction, String text) {}

    static Stream<Example> examples() {
        return LANGUAGES.stream().flatMap(language -> of(language).stream());
    }

    private static List<Example> of(String language) {
        String name = "/revontuli/safety/examples/" + language + ".tsv";
        try (InputStream in = ExamplesTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .map(cells -> new Example(
                            language,
                            cells[0].equals("harmful"),
                            Direction.find(cells[1]).orElseThrow(),
                            cells[2]))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void harmfulIsRefusedAndHarmlessIsAllowed(Example example) {
        Verdict verdict =
                Screening.SHIPPED.screen(example.direction(), example.text()).verdict();

        assertThat(verdict.refuses()).as(verdict.toString()).isEqualTo(example.harmful());
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fi", "hi", "ja", "vi"})
    void eachLanguageHasEnoughOfBothAndIsRecognised(String language) {
        List<Example> examples = of(language);
        long recognised = examples.stream()
                .filter(example -> LanguageGuess.of(example.text()).id().equals(language))
                .count();

        assertThat(examples.stream().filter(Example::harmful)).hasSizeGreaterThanOrEqualTo(12);
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
