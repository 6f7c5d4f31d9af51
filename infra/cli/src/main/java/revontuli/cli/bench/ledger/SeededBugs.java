package revontuli.cli.bench.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.bench.Mode;
import revontuli.cli.bench.RunningService;
import revontuli.cli.client.AuditExport;
import revontuli.cli.stack.Foundation;
import revontuli.embedded.Folders;
import revontuli.embedded.Waiting;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.failpoint.SeededBug;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.export.ExportVerifier;
import revontuli.transparency.history.ActHistory;
import revontuli.transparency.history.HistoryCheck;

/// Runs the service with each seeded bug, an empty database and a short load, and asks the checks of the campaign:
/// they must find every bug, and nothing where there is none.
final class SeededBugs {
    private static final int ATTEMPTS = 3;
    private static final Duration LOAD = Duration.ofSeconds(3);
    private static final Duration SETTLE = Duration.ofSeconds(8);
    private static final Duration CRASH_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(2);

    private final Foundation foundation;
    private final Path root;

    private SeededBugs(Foundation foundation, Path root) {
        this.foundation = foundation;
        this.root = root;
    }

    /// @param found what was found, by bug; empty where nothing was
    /// @param clean whether nothing was found without a bug
    record Result(Map<SeededBug, String> found, boolean clean) {
        int caught() {
            return (int) found.values().stream().filter(text -> !text.isEmpty()).count();
        }
    }

    static Result run(Foundation foundation, Path root, Out out) throws InterruptedException {
        SeededBugs runs = new SeededBugs(foundation, root);
        String without = runs.found(null);
        if (!without.isEmpty()) {
            out.error("without a seeded bug: " + without);
        }
        Map<SeededBug, String> found = new HashMap<>();
        for (SeededBug bug : SeededBug.values()) {
            found.put(bug, runs.found(bug));
            out.note("seeded bug %s: %s".formatted(bug.id(), found.get(bug).isEmpty() ? "NOT FOUND" : found.get(bug)));
        }
        return new Result(found, without.isEmpty());
    }

    private String found(@Nullable SeededBug bug) throws InterruptedException {
        foundation.clearDatabase(Service.SAFETY);
        Map<String, String> environment = new HashMap<>(Map.of("QUARKUS_PROFILE", "test"));
        if (bug != null) {
            environment.put("REVONTULI_PLATFORM_FAULTS_BUG", bug.id());
        }
        boolean crashes = bug == SeededBug.CONSUMER_COMMITS_FIRST;
        if (crashes) { // what is told too early is wrong only if a crash comes between
            environment.put("REVONTULI_PLATFORM_FAULTS_FAILPOINT", Failpoint.CONSUMER_POLLED.id() + "=halt@10");
        }
        ActHistory history = new ActHistory();
        HistoryCheck check = new HistoryCheck(Callers.ACTION, Callers.MARK);
        List<String> found = new ArrayList<>();
        RunningService service = start(environment);
        try (Callers callers = new Callers(foundation.home(), history);
                LogReader log = new LogReader(foundation.postgres(), check)) {
            String bySource = "";
            if (crashes) {
                try (BadSource source = new BadSource(foundation)) {
                    sendUntilItEnds(source, service);
                    service.kill();
                    service = start(Map.of());
                    callers.connect();
                    bySource = lost(source);
                }
            } else {
                callers.connect();
                Thread.sleep(LOAD);
                bySource = bug == null ? "" : provoke(bug);
            }
            callers.end();
            log.awaitAll(history, SETTLE, () -> {});
            HistoryCheck.Result result = check.against(history);
            if (!result.isClean()) {
                found.add("lost %d, doubled %d, unordered %d, broken %d"
                        .formatted(result.lost(), result.doubled(), result.unordered(), result.broken()));
            }
            if (!bySource.isEmpty()) {
                found.add(bySource);
            }
            String verification = verify();
            if (!verification.equals("OK")) {
                found.add(verification);
            }
        } finally {
            service.close();
        }
        return String.join("; ", found);
    }

    private RunningService start(Map<String, String> environment) {
        return RunningService.start(foundation, root, Service.SAFETY, Mode.JVM, environment);
    }

    /// Nobody sends these records again: what the service tells the brokers too early is lost. Its own would come
    /// again, as it dies before it notes that they were sent.
    private static void sendUntilItEnds(BadSource source, RunningService service) throws InterruptedException {
        long end = System.nanoTime() + CRASH_LIMIT.toNanos();
        while (System.nanoTime() - end < 0 && !service.awaitEnd(POLL)) {
            source.sendNext();
        }
    }

    private String lost(BadSource source) {
        String entered = "select count(*) from audit_record where source = '" + source.name() + "'";
        boolean all = Waiting.until(SETTLE, POLL.multipliedBy(50), () -> number(entered) >= source.sent());
        return all ? "" : "of " + source.sent() + " records that the brokers took, the log has " + number(entered);
    }

    /// Does what the bug lets through; answers what is wrong beyond the log, if anything.
    private String provoke(SeededBug bug) throws InterruptedException {
        try (BadSource source = new BadSource(foundation)) {
            switch (bug) {
                case LEDGER_TAKES_GAPS -> source.sendWithGap();
                case LEDGER_TAKES_ANY_SIGNATURE -> source.sendForged();
                case SEQUENCER_IGNORES_TERM -> {
                    return growsInAnotherTerm() ? "the log grew in a term that is not its sequencer's" : "";
                }
                default -> {
                    // the load is enough
                }
            }
        }
        return "";
    }

    /// Begins a term beside the sequencer, in which it must not append, as soon as records flow: they are late
    /// where the brokers still wait for the process that was killed before.
    private boolean growsInAnotherTerm() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long before = number("select size from audit_head");
            Waiting.until(CRASH_LIMIT, POLL, () -> number("select size from audit_head") > before);
            long begun = number("update audit_head set term = term + 1 returning term");
            long size = number("select size from audit_head");
            String grown = "select count(*) from audit_head where term = " + begun + " and size > " + size;
            if (Waiting.until(LOAD, POLL, () -> number(grown) > 0)) {
                return true;
            }
        }
        return false;
    }

    private long number(String sql) {
        try (Connection connection = foundation.postgres().superuser("safety");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw CliException.refused("the database does not answer: " + e.getMessage());
        }
    }

    private String verify() {
        Path folder = foundation.home().run().resolve("bug-export");
        Folders.delete(folder);
        try (Channels channels =
                Channels.open(foundation.home(), ClientCredential.load(foundation.home(), "auditor"))) {
            AuditExport.write(channels.to(Service.SAFETY), folder);
            return ExportVerifier.verify(
                            folder,
                            SigningKey.readPem(foundation.home().logKey()).verifyingKey())
                    .reason()
                    .name();
        } catch (IOException | RuntimeException e) {
            return "no export: " + e.getMessage();
        }
    }
}
