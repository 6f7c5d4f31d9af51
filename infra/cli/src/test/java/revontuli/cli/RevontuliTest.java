package revontuli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The command line as a whole: help, exit codes.
class RevontuliTest {
    @TempDir
    Path folder;

    @Test
    void helpListsEveryVerbAndTheExitCodes() {
        Run run = run("--help");

        assertThat(run.exitCode).isEqualTo(ExitCode.OK);
        assertThat(run.out).contains("up", "down", "status", "Exit codes");
    }

    @Test
    void everyVerbHasHelp() {
        for (String verb : Revontuli.commandLine().getSubcommands().keySet()) {
            Run run = run(verb, "--help");

            assertThat(run.exitCode).as(verb).isEqualTo(ExitCode.OK);
            assertThat(run.out).as(verb).contains("revontuli " + verb);
        }
    }

    @Test
    void versionIsPrinted() {
        assertThat(run("--version").out).contains("revontuli", "Java");
    }

    @Test
    void anUnknownVerbOrOptionIsAWrongCommandLine() {
        assertThat(run("fly").exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(run("up", "--fast").exitCode).isEqualTo(ExitCode.USAGE);
        assertThat(run().exitCode).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void nothingRunningIsItsOwnExitCode() {
        String home = folder.resolve("none").toString();

        assertThat(run("status", "--home", home).exitCode).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run("status", "--json", "--home", home).exitCode).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run("down", "--home", home).exitCode).isEqualTo(ExitCode.UNAVAILABLE);
    }

    private static Run run(String... args) {
        StringWriter out = new StringWriter();
        CommandLine line =
                Revontuli.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(out, true));
        return new Run(line.execute(args), out.toString());
    }

    private record Run(int exitCode, String out) {}
}
