package revontuli.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import revontuli.cli.Service;

/// What can be told of `infra/deploy` without a container engine.
class ContainerFilesTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path FOLDER = ROOT.resolve("infra/deploy");
    /// What the build leaves below a service's module.
    private static final List<String> BUILT = List.of(
            "target/quarkus-app/lib/",
            "target/quarkus-app/quarkus/",
            "target/quarkus-app/app/",
            "target/quarkus-app/quarkus-run.jar",
            "target/native/");

    static List<Path> containerFiles() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().startsWith("Containerfile."))
                    .toList();
        }
    }

    @Test
    void bothModesHaveTheirFile() throws IOException {
        assertThat(containerFiles())
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder("Containerfile.jvm", "Containerfile.native");
    }

    @ParameterizedTest
    @MethodSource("containerFiles")
    void theProcessIsNotRootAndGetsTheSignalItself(Path file) throws IOException {
        List<String> lines = instructions(file);

        assertThat(lines)
                .as("one fixed user, by number, so that a cluster can check it")
                .contains("USER 10001:10001");
        assertThat(lines.indexOf("USER 10001:10001"))
                .as("nothing is changed after the user")
                .isGreaterThan(last(lines, "RUN "))
                .isGreaterThan(last(lines, "COPY "));
        assertThat(only(lines, "ENTRYPOINT "))
                .as("exec form: no shell between engine and process")
                .matches("\\[\".*\"]");
        assertThat(only(lines, "STOPSIGNAL ")).isEqualTo("SIGTERM");
        assertThat(only(lines, "HEALTHCHECK ")).contains("CMD [\"/usr/local/bin/healthy\"]");
    }

    @ParameterizedTest
    @MethodSource("containerFiles")
    void basesAreOneReleaseAndNothingIsFetched(Path file) throws IOException {
        List<String> lines = instructions(file);

        assertThat(only(lines, "ARG BASE=")).matches("[a-z-]+:\\d+\\.\\d+\\S*").doesNotContain("latest");
        assertThat(only(lines, "FROM ")).isEqualTo("${BASE}");
        assertThat(lines).noneMatch(line -> line.startsWith("ADD ") || line.contains("curl ") || line.contains("apt"));
    }

    @ParameterizedTest
    @MethodSource("containerFiles")
    void whatIsCopiedIsMadeByTheBuildForEveryModule(Path file) throws IOException {
        for (String copy : all(instructions(file), "COPY ")) {
            String source = copy.split(" ", 2)[0];
            if (source.startsWith("${SERVICE}/")) {
                assertThat(BUILT).contains(source.substring("${SERVICE}/".length()));
            } else {
                assertThat(ROOT.resolve(source)).exists();
            }
        }
        for (Service service : Service.values()) {
            assertThat(ROOT.resolve(service.fullName()).resolve("pom.xml")).exists();
        }
    }

    @ParameterizedTest
    @MethodSource("containerFiles")
    void theSurroundingsAreThoseOfTheLauncherAndHoldNoSecret(Path file) throws IOException {
        String surroundings = only(instructions(file), "ENV ");

        assertThat(surroundings.split(" "))
                .contains("OMP_WAIT_POLICY=PASSIVE", "MALLOC_ARENA_MAX=2", "DJL_OFFLINE=true", "OPT_OUT_TRACKING=true");
        assertThat(String.join("\n", instructions(file)).toLowerCase(Locale.ROOT))
                .doesNotContain("password", "secret", "apikey", "api_key", ".pem");
    }

    @Test
    void imagesAreGivenWhatTheyCopyAndNothingElse() throws IOException {
        List<String> ignore = Files.readAllLines(ROOT.resolve(".containerignore"));

        assertThat(ignore.stream().filter(line -> !line.startsWith("#")))
                .containsExactly(
                        "*",
                        "!*-svc/target/quarkus-app",
                        "!*-svc/target/native",
                        "!infra/deploy/healthy",
                        "**/app.aot*");
        assertThat(Files.readAllLines(ROOT.resolve(".dockerignore")))
                .as("the other engine's name of the same file")
                .isEqualTo(ignore);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void healthyTellsWhetherTheServiceServes() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        int[] status = {200};
        server.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(status[0], -1);
            exchange.close();
        });
        server.start();
        int port = server.getAddress().getPort();
        try {
            assertThat(healthy(port)).isZero();
            status[0] = 503;
            assertThat(healthy(port)).isEqualTo(1);
        } finally {
            server.stop(0);
        }
        assertThat(healthy(port)).as("nobody listens").isEqualTo(1);
    }

    private static int healthy(int port) throws IOException, InterruptedException {
        ProcessBuilder check = new ProcessBuilder(FOLDER.resolve("healthy").toString()).redirectErrorStream(true);
        check.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        Process process = check.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        return process.waitFor();
    }

    /// Instructions with their continuation lines put together, without comments.
    private static List<String> instructions(Path file) throws IOException {
        String text = Files.readString(file).replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n\\s*", "");
        return Arrays.stream(text.split("\n", -1))
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static List<String> all(List<String> lines, String instruction) {
        return lines.stream()
                .filter(line -> line.startsWith(instruction))
                .map(line -> line.substring(instruction.length()))
                .toList();
    }

    private static String only(List<String> lines, String instruction) {
        List<String> found = all(lines, instruction);
        assertThat(found).as(instruction).hasSize(1);
        return found.getFirst();
    }

    private static int last(List<String> lines, String instruction) {
        int last = -1;
        for (int i = 0; i < lines.size(); i++) {
            last = lines.get(i).startsWith(instruction) ? i : last;
        }
        return last;
    }
}
