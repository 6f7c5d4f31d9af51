package revontuli.embedded.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import revontuli.embedded.Detached;
import revontuli.embedded.Folders;

/// Runs `initdb` and `postgres` with the settings of this house.
///
/// PostgreSQL refuses to run as root; there it gets a user namespace of its own, where it is nobody and root's files
/// are its own.
final class ServerPrograms {
    private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);

    private final PostgresBinaries binaries;
    private final PostgresSettings settings;
    private final List<String> prefix;

    ServerPrograms(PostgresBinaries binaries, PostgresSettings settings) {
        this.binaries = binaries;
        this.settings = settings;
        this.prefix = userPrefix();
    }

    /// Makes the data folder, whole or not at all. Nobody is ever trusted without a password: the host rules stand
    /// before the first start.
    void initdb() {
        Path fresh = settings.data().resolveSibling(settings.data().getFileName() + ".new");
        Path password = settings.data().resolveSibling(settings.data().getFileName() + ".password");
        try {
            Files.createDirectories(settings.data().toAbsolutePath().getParent());
            Folders.delete(fresh);
            Files.deleteIfExists(password);
            Files.createFile(
                    password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(password, settings.superuserPassword() + "\n");
            run(
                    INITDB_LIMIT,
                    List.of(
                            binaries.program("initdb"),
                            "--pgdata=" + fresh,
                            "--username=postgres",
                            "--pwfile=" + password,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--no-locale",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8"));
            Files.writeString(fresh.resolve("pg_hba.conf"), """
                    # Loopback and passwords only. Written once by the launcher when the data folder was made.
                    host all all 127.0.0.1/32 scram-sha-256
                    """);
            Files.move(fresh, settings.data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the data folder " + settings.data(), e);
        } finally {
            deleteQuietly(password);
        }
    }

    Process postgres() {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(
                List.of(binaries.program("postgres"), "-D", settings.data().toString()));
        for (String setting : serverSettings()) {
            command.add("-c");
            command.add(setting);
        }
        try {
            return new ProcessBuilder(Detached.command(command))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(settings.log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start PostgreSQL", e);
        }
    }

    private List<String> serverSettings() {
        return List.of(
                "listen_addresses=127.0.0.1",
                "port=" + settings.port(),
                "unix_socket_directories=",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                "max_connections=100",
                "shared_buffers=32MB",
                "max_wal_size=256MB",
                "wal_level=minimal",
                "max_wal_senders=0",
                "io_method=sync",
                "jit=off",
                "update_process_title=off",
                "max_worker_processes=2",
                "max_parallel_workers_per_gather=0",
                "autovacuum_max_workers=1",
                "idle_in_transaction_session_timeout=10min",
                "timezone=UTC",
                "log_timezone=UTC",
                "log_connections=",
                "log_statement=none",
                "log_min_error_statement=panic");
    }

    private void run(Duration limit, List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        Files.createDirectories(settings.log().toAbsolutePath().getParent());
        Process process = new ProcessBuilder(Detached.command(whole))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(settings.log().toFile()))
                .start();
        try {
            if (!waitFor(process, limit)) {
                throw new TimeoutException("not done after " + limit);
            }
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " " + e.getMessage(), e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(
                    command.getFirst() + " ended with " + process.exitValue() + ": " + lastLines(settings.log()));
        }
    }

    private static List<String> userPrefix() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        try {
            Process probe = new ProcessBuilder("unshare", "-U", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (waitFor(probe, PROBE_LIMIT) && probe.exitValue() == 0) {
                return List.of("unshare", "-U");
            }
        } catch (IOException _) {
            // No such program: the sentence below says what to do.
        }
        throw new IllegalStateException("PostgreSQL does not run as root and user namespaces are not allowed here:"
                + " start revontuli as an ordinary user");
    }

    private static boolean waitFor(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return false;
        }
    }

    static String lastLines(Path log) {
        try {
            List<String> lines =
                    Files.readString(log, StandardCharsets.UTF_8).lines().toList();
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException _) {
            return "see " + log;
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            file.toFile().deleteOnExit();
        }
    }
}
