package revontuli.embedded.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import revontuli.embedded.Waiting;

/// A PostgreSQL server as a child process.
///
/// Durable: `fsync`, `synchronous_commit` and `full_page_writes` are on. Reached on 127.0.0.1 with a password only.
/// What was committed is there after a stop, a kill of this JVM and a kill of the server itself.
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(50);

    private final PostgresSettings settings;
    private final ServerPrograms programs;
    private Process process;

    private EmbeddedPostgres(PostgresSettings settings, ServerPrograms programs, Process process) {
        this.settings = settings;
        this.programs = programs;
        this.process = process;
    }

    /// Unpacks and makes what is missing, starts the server and waits until it answers.
    public static EmbeddedPostgres start(PostgresSettings settings) {
        ServerPrograms programs = new ServerPrograms(PostgresBinaries.in(settings.binaries()), settings);
        boolean fresh = !Files.exists(settings.data().resolve("pg_hba.conf"));
        if (fresh) {
            programs.initdb();
        } else {
            endLeftOver(settings.data());
        }
        EmbeddedPostgres server = new EmbeddedPostgres(settings, programs, programs.postgres());
        server.awaitReady();
        if (fresh) {
            server.closeSharedDatabases();
        }
        return server;
    }

    public int port() {
        return settings.port();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + settings.port() + "/" + database;
    }

    public Connection superuser(String database) throws SQLException {
        return connect(database, "postgres", settings.superuserPassword());
    }

    public Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    /// Makes the database with its two roles, or brings both back to what they must be; may be repeated.
    public void createDatabase(ServiceDatabase database) {
        DatabaseGrants grants = new DatabaseGrants(database);
        try {
            try (Connection connection = superuser("postgres")) {
                grants.create(connection);
            }
            try (Connection connection = superuser(database.name())) {
                grants.grant(connection);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot make the database " + database.name() + ": " + e.getMessage(), e);
        }
    }

    /// Ends running transactions, writes a checkpoint and ends the server. Does nothing if it has ended.
    public void stop() {
        signal(process.toHandle(), "INT");
        if (!ended(process.toHandle())) {
            process.destroyForcibly();
        }
    }

    /// Ends the server as a crash would.
    public void kill() {
        signal(process.toHandle(), "QUIT");
        ended(process.toHandle());
    }

    /// Starts the server again on the same port and data after [#stop] or [#kill].
    public void restart() {
        stop();
        process = programs.postgres();
        awaitReady();
    }

    @Override
    public void close() {
        stop();
    }

    private void awaitReady() {
        boolean ready = Waiting.until(START_LIMIT, POLL, () -> !process.isAlive() || answers());
        if (!ready || !process.isAlive()) {
            stop();
            throw new IllegalStateException("PostgreSQL does not start on port " + settings.port() + ": "
                    + ServerPrograms.lastLines(settings.log()));
        }
    }

    private boolean answers() {
        try (Connection connection = superuser("postgres")) {
            return connection.isValid(5);
        } catch (SQLException e) {
            if ("28P01".equals(e.getSQLState())) {
                stop();
                throw new IllegalStateException(
                        "the superuser's password does not fit the data in " + settings.data(), e);
            }
            return false;
        }
    }

    /// A new cluster lets every role into the databases `postgres` and `template1`; this one does not.
    private void closeSharedDatabases() {
        try (Connection connection = superuser("postgres")) {
            DatabaseGrants.run(connection, "revoke all on database postgres, template1 from public");
        } catch (SQLException e) {
            throw new IllegalStateException("cannot close the shared databases: " + e.getMessage(), e);
        }
    }

    /// A server that outlived its launcher holds the data; it is ended before a new one starts.
    private static void endLeftOver(Path data) {
        leftOver(data).ifPresent(server -> {
            signal(server, "INT");
            if (!ended(server)) {
                throw new IllegalStateException("a PostgreSQL server, process " + server.pid() + ", still uses " + data
                        + " and does not stop: end it and start again");
            }
        });
    }

    private static Optional<ProcessHandle> leftOver(Path data) {
        Path file = data.resolve("postmaster.pid");
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            String pid = Files.readString(file).lines().findFirst().orElse("").strip();
            return ProcessHandle.of(Long.parseLong(pid))
                    .filter(server -> server.info().command().orElse("").endsWith("postgres"));
        } catch (NumberFormatException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// Java itself sends only TERM, on which PostgreSQL waits for its clients, and KILL.
    private static void signal(ProcessHandle server, String signal) {
        if (!server.isAlive()) {
            return;
        }
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + server.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            kill.waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot signal PostgreSQL", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean ended(ProcessHandle server) {
        return Waiting.until(STOP_LIMIT, POLL, () -> !server.isAlive());
    }
}
