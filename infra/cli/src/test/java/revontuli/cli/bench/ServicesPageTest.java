package revontuli.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import revontuli.cli.CliException;
import revontuli.cli.Service;
import revontuli.cli.bench.RunFigures.Figure;

/// What is made of the figures, and how many may be asked for.
class ServicesPageTest {
    private static final Machine MACHINE =
            new Machine("Processor", 2, 4096, 0.5, "Linux", "Java 25", "abc", Instant.parse("2026-11-25T00:00:00Z"));

    private final ServicesResult result = new ServicesResult(plan(3, 10, 10, 10));

    @Test
    void aCellIsTheMedianWithTheExtremes() {
        add(Mode.JVM, 1, "same", 4.0, 200);
        add(Mode.JVM, 2, "same", 6.0, 200);
        add(Mode.JVM, 3, "same", 4.5, 200);

        assertThat(page()).contains("| ready after, s | 4.50 (4.00 to 6.00) |");
        assertThat(page()).contains("All 3 runs gave the same answers");
        assertThat(page()).contains("infra/revontuli bench services", "- commit: abc", "2 cores");
    }

    @Test
    void barsAreMetOrMissedByTheMedianOfNative() {
        add(Mode.NATIVE, 1, "same", 0.5, 114.4);
        assertThat(page()).contains("| tokenizer-svc | met: 0.50 s | met: 114.4 MiB |");

        add(Mode.NATIVE, 2, "same", 0.52, 115);
        add(Mode.NATIVE, 3, "same", 0.52, 115);
        assertThat(page()).contains("**missed**: 0.52 s | **missed**: 115.0 MiB");
    }

    @Test
    void otherAnswersAndWhatIsMissingAreSaid() {
        add(Mode.JVM, 1, "one", 4, 200);
        add(Mode.NATIVE, 1, "other", 0.1, 100);
        result.missing(Service.TOKENIZER, Mode.AOT, "there is no AOT cache");
        result.failed(new Launch(Service.TOKENIZER, Mode.NATIVE, List.of(), Path.of(""), ""), 2, "did not start");

        assertThat(page())
                .contains("**The answers differ between runs**")
                .contains("**not measured**, tokenizer-svc aot: there is no AOT cache")
                .contains("**failed**, tokenizer-svc native, round 2: did not start");
        assertThat(json()).contains("\"tokenizer-svc\":false", "\"ready\":4.0");
    }

    @Test
    void limitsHoldAtAndPastTheirEnds() {
        assertThatCode(() -> plan(1, 1, 1, 1)).doesNotThrowAnyException();
        assertThatCode(() -> plan(20, 100_000, 600, 600)).doesNotThrowAnyException();
        assertThatThrownBy(() -> plan(0, 1, 1, 1)).hasMessageContaining("--rounds");
        assertThatThrownBy(() -> plan(21, 1, 1, 1)).hasMessageContaining("--rounds must lie between 1 and 20: 21");
        assertThatThrownBy(() -> plan(1, 100_001, 1, 1)).hasMessageContaining("--calls");
        assertThatThrownBy(() -> plan(1, 1, 601, 1)).hasMessageContaining("--warm-up");
        assertThatThrownBy(() -> plan(1, 1, 1, 0)).hasMessageContaining("--measure");
        assertThatThrownBy(() -> new ServicesPlan(
                        List.of(Service.SAFETY, Service.SAFETY),
                        List.of(Mode.JVM),
                        1,
                        1,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1)))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("--services names something twice");
    }

    @Test
    void everyTextOfTheSampleHasTheLengthAskedForAndWholeCharacters() {
        List<String> texts = Texts.read(Path.of("../.."), Workload.TEXTS, Workload.CHARACTERS);

        assertThat(texts).hasSize(Workload.TEXTS).doesNotHaveDuplicates();
        assertThat(texts).allMatch(text -> text.length() >= Workload.CHARACTERS - 2);
        assertThat(texts)
                .allMatch(text -> text.chars()
                                        .filter(c -> Character.isSurrogate((char) c))
                                        .count()
                                % 2
                        == 0);
    }

    private void add(Mode mode, int round, String answers, double ready, double resident) {
        Map<Figure, Double> values = Map.of(Figure.READY, ready, Figure.RESIDENT, resident);
        result.add(new RunFigures(Service.TOKENIZER, mode, round, true, answers, values));
    }

    private String page() {
        return String.join("\n", new ServicesPage(result, MACHINE, "infra/revontuli bench services").lines());
    }

    private String json() {
        return new ServicesPage(result, MACHINE, "infra/revontuli bench services")
                .json()
                .toString();
    }

    private static ServicesPlan plan(int rounds, int calls, int warmUp, int measure) {
        return new ServicesPlan(
                List.of(Service.TOKENIZER),
                List.of(Mode.NATIVE, Mode.AOT, Mode.JVM),
                rounds,
                calls,
                Duration.ofSeconds(warmUp),
                Duration.ofSeconds(measure));
    }
}
