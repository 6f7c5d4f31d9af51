package revontuli.inference.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopSequencesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "one two|two|'one '",
                "one tw|two|one tw",
                "aab|ab|a",
                "aaab|aab|a",
                "no stop here|STOP|no stop here",
                "STOP first|STOP|''",
                "🙂🙃x|🙃|🙂",
                "x🙂|🙃|x🙂",
                "abcabd|abd|abc"
            })
    void textEndsBeforeTheSequenceHoweverItComes(String text, String stop, String expected) {
        for (int cut = 1; cut <= text.length(); cut++) {
            StopSequences stops = new StopSequences(List.of(stop, "never-there"));
            StringBuilder out = new StringBuilder();
            for (int at = 0; at < text.length(); at += cut) {
                out.append(stops.append(text.substring(at, Math.min(text.length(), at + cut))));
            }
            boolean met = stops.met();
            out.append(stops.finish());

            assertThat(out.toString()).isEqualTo(expected);
            assertThat(met).isEqualTo(text.contains(stop));
        }
    }
}
