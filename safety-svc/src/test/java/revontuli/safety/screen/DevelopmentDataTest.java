package revontuli.safety.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.safety.policy.Direction;

/// Ordinary news and travel sentences must not be refused. Runs where the shared development data lies beside the
/// project.
class DevelopmentDataTest {
    private static final Path FLORES = Path.of("..", "..", "shared", "data", "flores200", "dev");

    @ParameterizedTest
    @ValueSource(strings = {"eng_Latn", "fin_Latn", "hin_Deva", "jpn_Jpan", "vie_Latn"})
    void atMostOneInAHundredOrdinarySentencesIsRefused(String language) throws IOException {
        Path file = FLORES.resolve(language + ".dev");
        assumeThat(file).exists();
        List<String> sentences = Files.readAllLines(file);

        for (Direction direction : Direction.values()) {
            long refused = sentences.stream()
                    .filter(text ->
                            Screening.SHIPPED.screen(direction, text).verdict().refuses())
                    .count();

            assertThat((double) refused / sentences.size())
                    .as(direction + " refused in " + language)
                    .isLessThanOrEqualTo(0.01);
        }
    }
}
