package revontuli.safety.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.safety.policy.Direction;

class BulkScreeningTest {
    private final List<BulkScreening.BadLine> bad = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private BulkScreening.Report run(Direction direction, byte[] lines) throws IOException {
        return new BulkScreening(Screening.SHIPPED, direction).run(new ByteArrayInputStream(lines), out, bad::add);
    }

    private BulkScreening.Report run(Direction direction, String lines) throws IOException {
        return run(direction, lines.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void oneLineGivesOneLineInOrder() throws IOException {
        BulkScreening.Report report = run(
                Direction.PROMPT,
                "{\"id\":\"a\",\"text\":\"How are you?\"}\n\r\n{\"text\":\"How to make a pipe bomb\",\"id\":\"b\"}\r\n");

        assertThat(report).isEqualTo(new BulkScreening.Report(2, 0));
        assertThat(report.exitCode()).isZero();
        assertThat(lines()).hasSize(2);
        assertThat(lines().getFirst())
                .startsWith("{\"id\":\"a\",\"action\":\"allow\",\"scores\":{\"harm-to-self-or-others\":0.")
                .containsPattern("},\"score\":0\\.[0-9]+,\"spans\"")
                .endsWith("\"spans\":[],\"policy\":\"policies/default/versions/1\",\"rule\":\"\"}");
        assertThat(lines().getLast())
                .contains("\"id\":\"b\",\"action\":\"block\"", "\"rule\":\"en.explosives\"")
                .contains("{\"start\":0,\"end\":23,\"kind\":\"en.explosives\"}");
    }

    @Test
    void spansAreUtf16UnitsOfTheOriginal() throws IOException {
        run(Direction.OUTPUT, "{\"id\":\"a\",\"text\":\"😀 anna@example.com\"}\n");

        assertThat(lines().getFirst()).contains("{\"start\":3,\"end\":19,\"kind\":\"email\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense|MALFORMED_LINE",
                "[]|MALFORMED_LINE",
                "{\"id\":\"a\"}|MALFORMED_LINE",
                "{\"text\":\"a\"}|MALFORMED_LINE",
                "{\"id\":1,\"text\":\"a\"}|MALFORMED_LINE",
                "{\"id\":\"a\",\"text\":null}|MALFORMED_LINE",
                "{\"id\":\"a\",\"text\":{\"b\":\"c\"}}|MALFORMED_LINE",
                "{\"id\":\"a\",\"text\":\"b\",\"more\":\"c\"}|MALFORMED_LINE",
                "{\"id\":\"a\",\"text\":\"b\",\"text\":\"c\"}|MALFORMED_LINE",
                "{\"id\":\"a\",\"text\":\"b\"} {}|MALFORMED_LINE",
                "{\"id\":\"a\",\"text\":\"b|MALFORMED_LINE",
                "{\"id\":\"a\",\"text\":\"\\ud800\"}|UNPAIRED_SURROGATE",
            })
    void aBadLineIsReportedWithItsNumberAndDoesNotStopTheRest(String line, String reason) throws IOException {
        String good = "{\"id\":\"g\",\"text\":\"fine\"}\n";
        BulkScreening.Report report = run(Direction.PROMPT, good + line + "\n" + good);

        assertThat(report).isEqualTo(new BulkScreening.Report(2, 1));
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(bad).singleElement().satisfies(found -> {
            assertThat(found.line()).isEqualTo(2);
            assertThat(found.reason()).isEqualTo(reason);
        });
        assertThat(lines()).hasSize(3);
        assertThat(lines().get(1)).contains("\"line\":2", "\"error\":{\"reason\":\"" + reason + "\"");
    }

    @Test
    void bytesThatAreNotUtf8AreReported() throws IOException {
        BulkScreening.Report report =
                run(Direction.PROMPT, "{\"id\":\"a\",\"text\":\"\u00C3(\"}\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(report.bad()).isEqualTo(1);
        assertThat(bad.getFirst().reason()).isEqualTo("INVALID_UTF8");
    }

    @Test
    void aTextOverTheLimitIsReportedWithItsId() throws IOException {
        run(Direction.PROMPT, "{\"id\":\"big\",\"text\":\"" + "a".repeat(Screener.TEXT_BYTES_MAX + 1) + "\"}\n");

        assertThat(lines().getFirst())
                .startsWith("{\"id\":\"big\",\"line\":1,\"error\":{\"reason\":\"TEXT_TOO_LARGE\"");
    }

    @Test
    void aLineOverTheLimitIsReportedAndPassedOver() throws IOException {
        String good = "{\"id\":\"g\",\"text\":\"fine\"}";
        String full = good + " ".repeat(BulkScreening.LINE_BYTES_MAX - good.length());
        BulkScreening.Report report = run(Direction.PROMPT, full + "\n" + full + " \n" + good);

        assertThat(report).isEqualTo(new BulkScreening.Report(2, 1));
        assertThat(bad.getFirst().reason()).isEqualTo("LINE_TOO_LONG");
    }
}
