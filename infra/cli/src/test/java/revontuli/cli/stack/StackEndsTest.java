package revontuli.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.cli.CliException;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.cli.StackFile;

/// How stacks end: by a service that cannot start, by SIGTERM, by SIGKILL.
class StackEndsTest {
    @TempDir
    Path folder;

    /// A launcher in a process of its own.
    static final class LauncherMain {
        private LauncherMain() {}

        public static void main(String[] args) {
            Stack stack = Stack.start(
                    StackFixture.options(Path.of(args[0]), FakeService.SERVE), revontuli.cli.Out.standard(false));
            System.exit(stack.awaitEnd());
        }
    }

    @Test
    void theReasonOfAServiceThatCannotStartIsShownAndNothingIsLeft() {
        Home home = new Home(folder.resolve("home"));

        assertThatThrownBy(() -> Stack.start(
                        StackFixture.options(home.folder(), FakeService.CANNOT_START), new Recording().out()))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("trainer-svc ended with exit code 1")
                .hasMessageContaining("Failed to start application")
                .hasMessageContaining("java.net.BindException: Address already in use");

        assertThat(HomeLock.isTaken(home)).isFalse();
        assertThat(folder.resolve("home/postgres/data/postmaster.pid")).doesNotExist();
        assertThat(StackFile.find(home)).isEmpty();
    }

    @Test
    void aTerminatedLauncherStopsEverythingAndASecondStartKeepsKeysAndData() throws Exception {
        Home home = new Home(folder.resolve("home"));
        Process launcher = launch(home);
        List<Long> children = everyProcess(launcher, home);
        String keys = Files.readString(home.principals());

        launcher.destroy();

        assertThat(launcher.waitFor(60, TimeUnit.SECONDS)).isTrue();
        // the reaper's shell and Postgres's helpers end a moment after the launcher has said good-bye to them
        assertThat(StackFixture.within(
                        Duration.ofSeconds(5), () -> children.stream().allMatch(StackFixture::isGone)))
                .as("left of %s", children)
                .isTrue();
        assertThat(launcherLog()).contains("stopping", "stopped");

        Process second = launch(home);
        assertThat(Files.readString(home.principals())).isEqualTo(keys);
        second.destroy();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aKilledLauncherLeavesNoProcessBehind() throws Exception {
        Home home = new Home(folder.resolve("home"));
        Process launcher = launch(home);
        List<Long> children = everyProcess(launcher, home);
        assertThat(children).hasSizeGreaterThan(10).noneMatch(StackFixture::isGone);

        launcher.destroyForcibly();

        assertThat(StackFixture.within(
                        Duration.ofSeconds(30), () -> children.stream().allMatch(StackFixture::isGone)))
                .as("left of %s", children)
                .isTrue();
        assertThat(folder.resolve("home/postgres/data/postmaster.pid")).doesNotExist();
    }

    private Process launch(Home home) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                LauncherMain.class.getName(),
                home.folder().toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process launcher = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("launcher.out").toFile()))
                .start();
        boolean ready = StackFixture.within(
                Duration.ofSeconds(90),
                () -> !launcher.isAlive()
                        || StackFile.find(home)
                                .filter(file -> file.state().equals("ready"))
                                .isPresent());
        assertThat(ready && launcher.isAlive()).as(launcherLog()).isTrue();
        return launcher;
    }

    private String launcherLog() throws IOException {
        return Files.readString(folder.resolve("launcher.out"));
    }

    private static List<Long> everyProcess(Process launcher, Home home) {
        List<Long> processes = new ArrayList<>(children(StackFile.get(home)));
        launcher.descendants().map(ProcessHandle::pid).forEach(processes::add);
        return processes;
    }

    private static List<Long> children(StackFile file) {
        List<Long> pids = new ArrayList<>();
        JsonNode services = file.json().path("services");
        for (Service service : Service.values()) {
            pids.add(services.path(service.fullName()).path("pid").asLong());
        }
        pids.add(file.json().path("postgres").path("pid").asLong());
        return pids;
    }
}
