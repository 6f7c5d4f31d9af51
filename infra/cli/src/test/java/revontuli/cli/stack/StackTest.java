package revontuli.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.cli.StackFile;

/// One stack with fake services, looked at from all sides.
class StackTest {
    private static final Recording SEEN = new Recording();

    @TempDir
    static Path folder;

    private static ServerSocket taken;
    private static Stack stack;
    private static Home home;

    @BeforeAll
    static void start() throws IOException {
        int usual = Service.TOKENIZER.usualGrpcPort();
        taken = revontuli.embedded.Ports.isFree(usual)
                ? new ServerSocket(usual, 1, InetAddress.getLoopbackAddress())
                : new ServerSocket();
        home = new Home(folder.resolve("home with a space"));
        stack = Stack.start(StackFixture.options(home.folder(), FakeService.SERVE), SEEN.out());
    }

    @AfterAll
    static void stop() throws IOException {
        List<Long> children = new ArrayList<>();
        for (Service service : Service.values()) {
            children.add(stack.process(service).pid());
        }
        children.add(stack.postgres().pid());

        stack.stop();

        taken.close();
        assertThat(children).allMatch(StackFixture::isGone);
        assertThat(home.stackFile()).doesNotExist();
        assertThat(HomeLock.isTaken(home)).isFalse();
    }

    @Test
    void addressesAreWrittenDownAndATakenPortIsAvoided() {
        StackFile file = StackFile.get(home);

        assertThat(file.state()).isIn("ready", "degraded");
        assertThat(file.launcherPid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(file.grpcAddress(Service.TOKENIZER)).isNotEqualTo("127.0.0.1:9101");
        assertThat(file.kafkaBootstrap()).startsWith("127.0.0.1:");
        assertThat(SEEN.text()).contains(file.grpcAddress(Service.TRAINER), file.kafkaBootstrap());
    }

    @Test
    void aSecondLauncherIsRefused() {
        assertThatThrownBy(() ->
                        Stack.start(StackFixture.options(home.folder(), FakeService.SERVE), new Recording().out()))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("another launcher")
                .hasMessageContaining("revontuli down");
        assertThat(HomeLock.holder(home)).contains(ProcessHandle.current());
    }

    @Test
    void aKilledServiceIsRestartedAndThatIsShown() {
        ProcessHandle first = stack.process(Service.SAFETY);

        first.destroyForcibly();

        assertThat(StackFixture.within(
                        Duration.ofSeconds(30),
                        () -> SEEN.text().contains("safety-svc      ended with exit code 137: restart 1 of 3 in 1 s")
                                && pid(Service.SAFETY) != first.pid()
                                && new Readiness(StackFile.get(home).httpAddress(Service.SAFETY)).isReady()))
                .as(SEEN::text)
                .isTrue();
    }

    @Test
    void noSecretIsReadableByOthers() throws IOException {
        try (Stream<Path> files = Files.walk(home.folder())) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> file.startsWith(home.keys()) || file.startsWith(home.run()))
                    .toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.folder())))
                .isEqualTo("rwx------");
    }

    @Test
    void noSecretIsShownOrHandedOutInTheStackFile() throws IOException {
        String operator = ClientCredential.load(home, "operator").apiKey();
        Properties settings = settings(Service.TRAINER);

        assertThat(SEEN.text() + Files.readString(home.stackFile()))
                .doesNotContain(operator)
                .doesNotContain(settings.getProperty("quarkus.datasource.password"));
        assertThat(Files.readString(home.principals())).doesNotContain("rvk_").doesNotContain("PRIVATE");
    }

    @Test
    void theSettingsOfAServiceLetItIntoItsOwnDatabaseOnly() throws Exception {
        Properties settings = settings(Service.TRAINER);
        String user = settings.getProperty("quarkus.datasource.username");
        String password = settings.getProperty("quarkus.datasource.password");

        try (Connection own = stack.postgres().connect("trainer", user, password);
                Statement statement = own.createStatement()) {
            assertThat(statement.execute("select 1")).isTrue();
        }
        assertThatThrownBy(() -> stack.postgres().connect("safety", user, password))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied");
        assertThat(settings.getProperty("kafka.sasl.jaas.config")).contains("username=\"trainer-svc\"");
        assertThat(settings.getProperty("revontuli.platform.peers.addresses.safety"))
                .isEqualTo(StackFile.get(home).grpcAddress(Service.SAFETY));
    }

    @Test
    void everyRoleHasAKeyOfItsOwn() {
        List<String> names =
                List.of("caller", "operator", "evaluator", "reviewer", "approver-a", "approver-b", "auditor", "guest");

        assertThat(names.stream().map(name -> ClientCredential.load(home, name).apiKey()))
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("rvk_[A-Za-z0-9_-]{43}"));
        assertThat(ClientCredential.load(home, "guest").tenant()).isEqualTo("guest");
        assertThat(ClientCredential.load(home, "approver-a").signingKey().kid())
                .isNotEqualTo(
                        ClientCredential.load(home, "approver-b").signingKey().kid());
        assertThat(ClientCredential.load(home, "operator").kafka()).isPresent();
        assertThatThrownBy(() -> ClientCredential.load(home, "caller").signingKey())
                .hasMessageContaining("no key to sign with");
    }

    private static long pid(Service service) {
        return StackFile.get(home)
                .json()
                .path("services")
                .path(service.fullName())
                .path("pid")
                .asLong();
    }

    private static Properties settings(Service service) throws IOException {
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(home.run().resolve(service.fullName() + ".properties"))) {
            settings.load(reader);
        }
        return settings;
    }
}
