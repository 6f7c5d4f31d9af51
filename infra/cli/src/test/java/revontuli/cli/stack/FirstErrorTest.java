package revontuli.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstErrorTest {
    @TempDir
    Path folder;

    @Test
    void aPlainErrorIsShownWithItsDeepestCause() throws IOException {
        assertThat(firstErrorOf("""
                        2026-11-25 INFO  starting
                        2026-11-25 ERROR [main] Failed to start
                        java.lang.RuntimeException: outer
                        \tat a.B.c(B.java:1)
                        Caused by: java.lang.IllegalStateException: middle
                        \tat a.B.c(B.java:2)
                        Caused by: java.net.BindException: port 9101 is taken
                        \t... 3 more
                        2026-11-25 ERROR [main] something later
                        Caused by: something else
                        """))
                .isEqualTo("2026-11-25 ERROR [main] Failed to start | java.net.BindException: port 9101 is taken");
    }

    @Test
    void aJsonErrorIsShownWithItsDeepestCause() throws IOException {
        assertThat(firstErrorOf("""
                        {"level":"INFO","message":"starting"}
                        {"level":"ERROR","message":"Failed to start","exception":{"exceptionType":"A","message":"outer",\
                        "causedBy":{"exception":{"exceptionType":"B","message":"no such file"}}}}
                        """)).isEqualTo("Failed to start | B: no such file");
    }

    @Test
    void withoutAnErrorTheLastLineIsShown() throws IOException {
        assertThat(firstErrorOf("one\ntwo\n\n")).isEqualTo("two");
        assertThat(firstErrorOf("")).isEqualTo("its log is empty");
    }

    @Test
    void aVeryLongLineIsCut() throws IOException {
        assertThat(firstErrorOf("Error: " + "x".repeat(10_000))).hasSizeLessThan(500);
    }

    @Test
    void aMissingLogIsSaid() {
        assertThat(FirstError.in(folder.resolve("none.log"), 0)).contains("cannot read");
    }

    private String firstErrorOf(String text) throws IOException {
        String before = "ERROR of an earlier start\n";
        return FirstError.in(Files.writeString(folder.resolve("service.log"), before + text), before.length());
    }
}
