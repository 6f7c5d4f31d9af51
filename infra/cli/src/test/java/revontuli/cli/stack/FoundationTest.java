package revontuli.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.cli.StackFile;

/// Postgres and Kafka for a program that starts services itself.
class FoundationTest {
    @TempDir
    Path folder;

    @Test
    void aServiceStartedByHandIsFoundByClientsAndEndsWithEverythingElse() throws IOException {
        Path home = folder.resolve("home");
        StackFixture.options(home, FakeService.SERVE); // the server's programs
        long postgres;
        Process service;
        try (Foundation foundation = Foundation.start(new Home(home), new Recording().out())) {
            postgres = StackFile.get(foundation.home())
                    .json()
                    .path("postgres")
                    .path("pid")
                    .asLong();
            assertThat(foundation.isReady(Service.SAFETY)).isFalse();

            service = foundation.spawn(
                    command(foundation.settings(Service.SAFETY)),
                    folder,
                    Map.of("MALLOC_ARENA_MAX", "2"),
                    home.resolve("logs/safety.log"));

            assertThat(StackFixture.within(Duration.ofMinutes(1), () -> foundation.isReady(Service.SAFETY)))
                    .as(Foundation.firstError(home.resolve("logs/safety.log"), 0))
                    .isTrue();
            assertThat(StackFile.get(foundation.home()).httpAddress(Service.SAFETY))
                    .startsWith("http://127.0.0.1:");
        }

        assertThat(StackFixture.within(Duration.ofMinutes(1), () -> !service.isAlive()))
                .isTrue();
        assertThat(StackFixture.isGone(postgres)).isTrue();
        assertThat(HomeLock.isTaken(new Home(home))).isFalse();
    }

    private static List<String> command(Path settings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dquarkus.config.locations=" + settings.toUri()));
        command.addAll(FakeService.program(FakeService.SERVE));
        return command;
    }
}
