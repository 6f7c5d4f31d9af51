package revontuli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutTest {
    private final ByteArrayOutputStream results = new ByteArrayOutputStream();
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();

    @Test
    void aTerminalGetsColourAndOneProgressLine() {
        Out out = out(false, true);

        out.progress("10 %");
        out.progress("20 %");
        out.line(out.green("done"));

        assertThat(text(results)).isEqualTo("\r\u001b[2K10 %\r\u001b[2K20 %\r\u001b[2K\u001b[32mdone\u001b[0m\n");
    }

    @Test
    void aPipeGetsPlainLinesAndLittleProgress() {
        Out out = out(false, false);

        out.progress("10 %");
        out.progress("20 %");
        out.line(out.green("done"));

        assertThat(text(results)).isEqualTo("done\n");
        assertThat(text(notes)).isEqualTo("10 %\n");
    }

    @Test
    void withJsonStandardOutputHoldsNothingElse() {
        Out out = out(true, true);

        out.line("for people");
        out.note("starting");
        out.progress("10 %");
        out.jsonText("{\"a\":\"ä\"}");

        assertThat(text(results)).isEqualTo("{\"a\":\"ä\"}\n");
        assertThat(text(notes)).isEqualTo("starting\n10 %\n");
    }

    private Out out(boolean json, boolean terminal) {
        return new Out(stream(results), stream(notes), json, terminal);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
