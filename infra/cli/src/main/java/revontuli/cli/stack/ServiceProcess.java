package revontuli.cli.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import revontuli.cli.CliException;
import revontuli.cli.Service;
import revontuli.embedded.Detached;
import revontuli.embedded.Waiting;

/// One service as a child process, watched from its start to its end by one thread.
///
/// Dies before it was ever ready: the start has failed. Dies later: restarted after 1, 2 and 4 seconds, then given
/// up. The count begins anew after five minutes without a death.
final class ServiceProcess {
    static final int RESTARTS_MAX = 3;
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(45);
    private static final Duration STEADY = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(100);

    enum State {
        STARTING,
        READY,
        RESTARTING,
        STOPPED,
        FAILED
    }

    /// What happened to a service, in words for the terminal.
    record Change(Service service, State state, String text) {}

    private final ServiceSpec spec;
    private final Path settings;
    private final Path log;
    private final Readiness readiness;
    private final Reaper reaper;
    private final Consumer<Change> changes;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();

    private @Nullable Process process;
    private State state = State.STARTING;
    private boolean stopping;
    private int restarts;
    private volatile long logBegin;

    ServiceProcess(
            ServiceSpec spec, Path settings, Path log, Readiness readiness, Reaper reaper, Consumer<Change> changes) {
        this.spec = spec;
        this.settings = settings;
        this.log = log;
        this.readiness = readiness;
        this.reaper = reaper;
        this.changes = changes;
    }

    void start() {
        rotateLog();
        Thread.ofPlatform().daemon().name("watch-" + service().fullName()).start(this::watch);
    }

    /// Completes when the service first serves, fails with the reason if it cannot.
    CompletableFuture<Void> firstReady() {
        return firstReady;
    }

    Service service() {
        return spec.service();
    }

    synchronized State state() {
        return state;
    }

    synchronized int restarts() {
        return restarts;
    }

    synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    /// Asks the service to finish what it has in hand and waits for its end.
    void stop() {
        Process running;
        synchronized (this) {
            stopping = true;
            if (state != State.FAILED) {
                state = State.STOPPED;
            }
            running = process;
        }
        if (running == null) {
            return;
        }
        running.destroy();
        if (ended(running, STOP_LIMIT)) {
            spec.program().ended(true);
        } else {
            changes.accept(new Change(
                    service(), State.STOPPED, "did not stop within " + STOP_LIMIT.toSeconds() + " s and was killed"));
            running.destroyForcibly();
            ended(running, STOP_LIMIT);
        }
        Reaper.killGroup(running.pid());
    }

    private void watch() {
        while (true) {
            long begin = System.nanoTime();
            Process running = spawn();
            if (running == null) {
                return;
            }
            boolean ready = awaitReady(running, begin);
            waitForEnd(running);
            reaper.drop(running.pid());
            if (!died(running, ready, begin)) {
                return;
            }
        }
    }

    /// Decides what follows the end of a process; true if it is to be started again.
    private boolean died(Process ended, boolean wasReady, long begin) {
        int restart;
        synchronized (this) {
            if (stopping) {
                return false;
            }
            if (wasReady && System.nanoTime() - begin > STEADY.toNanos()) {
                restarts = 0;
            }
            boolean hopeless = (!firstReady.isDone() && !retreats(ended)) || restarts >= RESTARTS_MAX;
            state = hopeless ? State.FAILED : State.RESTARTING;
            restart = hopeless ? 0 : ++restarts;
        }
        String end = "ended with exit code " + ended.exitValue();
        if (restart == 0) {
            String text = end + ": " + FirstError.in(log, logBegin) + " (" + log + ")";
            if (!firstReady.completeExceptionally(CliException.refused(service().fullName() + " " + text))) {
                changes.accept(new Change(service(), State.FAILED, text));
            }
            return false;
        }
        Duration pause = Duration.ofSeconds(1L << (restart - 1));
        changes.accept(new Change(
                service(),
                State.RESTARTING,
                "%s: restart %d of %d in %d s".formatted(end, restart, RESTARTS_MAX, pause.toSeconds())));
        return !Waiting.until(pause, POLL, this::isStopping);
    }

    /// A service that could not begin may have another way to be run.
    private boolean retreats(Process ended) {
        Optional<String> reason = spec.program().retreat(FirstError.in(log, logBegin));
        reason.ifPresent(text -> changes.accept(new Change(service(), State.RESTARTING, text)));
        return ended.exitValue() != 0 && reason.isPresent();
    }

    private boolean awaitReady(Process running, long begin) {
        boolean done = Waiting.until(READY_LIMIT, POLL, () -> !running.isAlive() || readiness.isReady());
        if (!running.isAlive()) {
            return false;
        }
        if (!done) {
            firstReady.completeExceptionally(CliException.refused(service().fullName() + " is not ready after "
                    + READY_LIMIT.toSeconds() + " s: " + readiness.reason() + " (" + log + ")"));
            running.destroyForcibly();
            return false;
        }
        synchronized (this) {
            if (stopping) {
                return true;
            }
            state = State.READY;
        }
        long tenths = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 100;
        changes.accept(new Change(
                service(),
                State.READY,
                "ready (%d.%d s, %s)"
                        .formatted(tenths / 10, tenths % 10, spec.program().mode())));
        firstReady.complete(null);
        return true;
    }

    private synchronized @Nullable Process spawn() {
        if (stopping) {
            return null;
        }
        List<String> command = spec.program().command(settings);
        ProcessBuilder builder = new ProcessBuilder(Detached.command(command))
                .directory(spec.program().folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // Two arenas instead of eight per core: native memory stays small.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        // The DJL libraries must neither fetch anything nor report home.
        builder.environment().put("DJL_OFFLINE", "true");
        builder.environment().put("OPT_OUT_TRACKING", "true");
        // Spinning OpenMP threads starve everything else on a busy machine.
        builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
        try {
            logBegin = Files.exists(log) ? Files.size(log) : 0;
            Process started = builder.start();
            reaper.addService(started.pid());
            process = started;
            return started;
        } catch (IOException e) {
            state = State.FAILED;
            firstReady.completeExceptionally(
                    CliException.refused("cannot start " + service().fullName() + ": " + e.getMessage()));
            return null;
        }
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    private void rotateLog() {
        try {
            if (Files.exists(log)) {
                Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw CliException.refused("cannot begin the log " + log + ": " + e.getMessage());
        }
    }

    private static void waitForEnd(Process running) {
        try {
            running.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean ended(Process running, Duration limit) {
        try {
            return running.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
