package revontuli.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import revontuli.cli.CliException;
import revontuli.cli.Service;
import revontuli.cli.stack.Foundation;
import revontuli.embedded.Waiting;

/// One process of a service, from its start to its end.
public final class RunningService implements AutoCloseable {
    static final Duration POLL = Duration.ofMillis(5);
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int STACKS_SECONDS = 2;

    private final Foundation foundation;
    private final Launch launch;
    private final Process process;
    private final long begin;
    private boolean stopped;

    private RunningService(Foundation foundation, Launch launch, Process process, long begin) {
        this.foundation = foundation;
        this.launch = launch;
        this.process = process;
        this.begin = begin;
    }

    /// Starts it and returns when it serves.
    static RunningService start(Foundation foundation, Launch launch) {
        return start(foundation, launch, Map.of(), Map.of());
    }

    /// Starts a service in a mode and returns when it serves.
    ///
    /// @param root the project's folder
    /// @param more environment variables; a key that stands in its settings file too is taken from there
    public static RunningService start(
            Foundation foundation, Path root, Service service, Mode mode, Map<String, String> more) {
        return start(foundation, root, service, mode, more, Map.of());
    }

    /// As above.
    ///
    /// @param instead settings in the place of the usual ones
    public static RunningService start(
            Foundation foundation,
            Path root,
            Service service,
            Mode mode,
            Map<String, String> more,
            Map<String, String> instead) {
        return switch (Launch.find(root, service, mode)) {
            case Launch.Found.Ready(var launch) -> start(foundation, launch, more, instead);
            case Launch.Found.Missing(var why) -> throw CliException.refused(service.fullName() + ": " + why);
        };
    }

    private static RunningService start(
            Foundation foundation, Launch launch, Map<String, String> more, Map<String, String> instead) {
        String name = launch.service().fullName() + "-" + launch.mode().label();
        Path log = foundation.home().logs().resolve(name + ".log");
        Path settings = foundation.settings(launch.service(), instead);
        if (foundation.isReady(launch.service())) {
            throw CliException.refused("another program answers in the place of " + name + ": end it and begin again");
        }
        try {
            long logBegin = Files.exists(log) ? Files.size(log) : 0;
            long begin = System.nanoTime();
            Map<String, String> environment = new HashMap<>(launch.environment());
            environment.putAll(more);
            Process process = foundation.spawn(launch.with(settings), launch.folder(), environment, log);
            RunningService running = new RunningService(foundation, launch, process, begin);
            if (!Waiting.until(READY_LIMIT, POLL, () -> !process.isAlive() || foundation.isReady(launch.service()))
                    || !process.isAlive()) {
                running.kill();
                throw CliException.refused(
                        name + " did not start: " + Foundation.firstError(log, logBegin) + " (" + log + ")");
            }
            return running;
        } catch (IOException e) {
            throw CliException.refused("cannot start " + name + ": " + e.getMessage());
        }
    }

    Launch launch() {
        return launch;
    }

    public long pid() {
        return process.pid();
    }

    /// Whether it lives, for a message.
    String state() {
        return process.isAlive() ? "the process lives" : "the process has ended with " + process.exitValue();
    }

    /// Lets it print the stacks of its threads into its log, to tell why a call had no answer.
    void printStacks() {
        try {
            new ProcessBuilder("kill", "-QUIT", Long.toString(pid())).start().waitFor(STACKS_SECONDS, TimeUnit.SECONDS);
            Thread.sleep(Duration.ofSeconds(STACKS_SECONDS));
        } catch (IOException _) {
            // no stacks, then: the failure is told all the same
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for its end; false if it lives on.
    public boolean awaitEnd(Duration limit) {
        return ended(limit);
    }

    /// Seconds since the start.
    double age() {
        return (System.nanoTime() - begin) / 1e9;
    }

    /// Asks it to stop and waits for the end; how many seconds that took.
    public double stop() {
        long from = System.nanoTime();
        stopped = true;
        process.destroy();
        if (!ended(STOP_LIMIT)) {
            kill();
            throw CliException.refused(launch.service().fullName() + " ("
                    + launch.mode().label() + ") did not stop within " + STOP_LIMIT.toSeconds() + " s");
        }
        foundation.ended(process);
        return (System.nanoTime() - from) / 1e9;
    }

    @Override
    public void close() {
        if (!stopped) {
            kill();
        }
    }

    /// Ends it with SIGKILL, and what it left behind.
    public void kill() {
        stopped = true;
        process.destroyForcibly();
        ended(STOP_LIMIT);
        foundation.ended(process);
    }

    private boolean ended(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
