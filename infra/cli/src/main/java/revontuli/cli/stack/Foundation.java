package revontuli.cli.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import revontuli.cli.CliException;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.embedded.Detached;
import revontuli.embedded.kafka.EmbeddedKafka;
import revontuli.embedded.postgres.EmbeddedPostgres;
import revontuli.embedded.postgres.ServiceDatabase;
import revontuli.transparency.crypto.SigningKey;

/// Postgres, Kafka, keys and settings of a fresh home, for a program that starts and stops services itself.
///
/// Clients find the services' addresses as in any stack. What was started here ends with this program, however that
/// ends.
public final class Foundation implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Stack stack;
    private final ServiceAddresses addresses = ServiceAddresses.apart();
    private final Reaper reaper = Reaper.start();
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final Thread hook = Thread.ofPlatform().name("foundation-stop").unstarted(this::kill);

    private Foundation(Stack stack) {
        this.stack = stack;
    }

    /// Clears the home and starts what lies below the services.
    public static Foundation start(Home home, Out out) {
        return start(home, out, 1);
    }

    /// Clears the home and starts what lies below the services.
    ///
    /// @param brokers 1, in this process, or 3, each in a process of its own that can be killed
    public static Foundation start(Home home, Out out, int brokers) {
        Foundation foundation =
                new Foundation(Stack.start(new StackOptions(home, true, List.of(), false, brokers), out));
        Runtime.getRuntime().addShutdownHook(foundation.hook);
        foundation.writeAddresses();
        return foundation;
    }

    public Home home() {
        return stack.home();
    }

    public EmbeddedPostgres postgres() {
        return stack.postgres();
    }

    public EmbeddedKafka kafka() {
        return stack.kafka();
    }

    /// The name under which the log of this home signs.
    public String logOrigin() {
        return Credentials.prepare(home()).logOrigin();
    }

    /// The key with which a service signs its records.
    public SigningKey signingKey(Service service) throws IOException {
        return SigningKey.readPem(Credentials.prepare(home()).signingKey(service));
    }

    /// Settings with which a Kafka client is this service.
    public Map<String, String> kafkaLogin(Service service) {
        String user = service.fullName();
        return kafka().userProperties(user, Credentials.prepare(home()).kafkaPassword(user));
    }

    /// Ends Postgres as a crash would and starts it again on the same data.
    public void crashPostgres() {
        stack.postgres().kill();
        stack.postgres().restart();
        reaper.addPostgres(stack.postgres().pid());
    }

    /// Makes the database of a service anew, empty.
    public void clearDatabase(Service service) {
        Credentials credentials = Credentials.prepare(home());
        try (Connection superuser = postgres().superuser("postgres");
                Statement statement = superuser.createStatement()) {
            statement.execute("drop database " + service.shortName() + " with (force)");
        } catch (SQLException e) {
            throw CliException.refused("cannot drop the database of " + service.fullName() + ": " + e.getMessage());
        }
        postgres()
                .createDatabase(new ServiceDatabase(
                        service.shortName(), credentials.databaseOwner(service), credentials.databaseApp(service)));
    }

    /// Writes the settings of a service; it may then be started from any folder with this file.
    public Path settings(Service service) {
        return settings(service, Map.of());
    }

    /// As above, with some settings in the place of the usual ones.
    public Path settings(Service service, Map<String, String> instead) {
        return new ServiceSettings(
                        home(),
                        Credentials.prepare(home()),
                        addresses,
                        stack.postgres().port(),
                        stack.kafka().bootstrap())
                .write(service, instead);
    }

    /// Starts a command in a session of its own; its output is appended to the log.
    public Process spawn(List<String> command, Path folder, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Detached.command(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        reaper.addService(process.pid());
        running.add(process);
        return process;
    }

    /// Called when a process has ended: ends what it left behind.
    public void ended(Process process) {
        running.remove(process);
        reaper.drop(process.pid());
        Reaper.killGroup(process.pid());
    }

    /// Whether the service of that name serves now.
    public boolean isReady(Service service) {
        return new Readiness(addresses.httpAddress(service)).isReady();
    }

    /// The line of a log that says why a service did not start.
    public static String firstError(Path log, long from) {
        return FirstError.in(log, from);
    }

    @Override
    public void close() {
        kill();
        stack.stop();
        reaper.close();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending, which is why this runs.
        }
    }

    private void kill() {
        running.forEach(Process::destroyForcibly);
    }

    private void writeAddresses() {
        try {
            ObjectNode file = (ObjectNode) JSON.readTree(Files.readString(home().stackFile()));
            ObjectNode services = file.putObject("services");
            for (Service service : Service.values()) {
                services.putObject(service.fullName())
                        .put("grpc", addresses.grpcAddress(service))
                        .put("http", addresses.httpAddress(service));
            }
            Home.writeOwnOnly(home().stackFile(), file.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + home().stackFile(), e);
        }
    }
}
