package revontuli.trainer.worker;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import revontuli.trainer.job.Progress;

/// Keeps the claim alive from a thread of its own, and ends the process at once when it must not go on: the claim is
/// lost, the service does not answer any more, or the launcher is gone. At once, because whatever the training would
/// still write is not its to write.
final class Heart {
    static final int LEASE_LOST = 3;
    static final int LAUNCHER_GONE = 4;
    static final int UNREACHABLE = 5;
    private static final Duration BEAT = Duration.ofSeconds(1);

    private final Reports reports;
    private final OptionalLong launcher;
    private final IntConsumer end;
    private volatile Progress progress = Progress.NONE;
    private volatile boolean stopAsked;
    private volatile boolean running = true;
    private volatile double speed;
    private volatile long checkpointStep;

    /// @param end ends the process with an exit code
    Heart(Reports reports, OptionalLong launcher, IntConsumer end) {
        this.reports = reports;
        this.launcher = launcher;
        this.end = end;
    }

    void start() {
        Thread.ofPlatform().daemon().name("heart").start(this::beat);
    }

    /// No beats after this: the run is over.
    void stop() {
        running = false;
    }

    void tell(Progress newest) {
        progress = newest;
    }

    Progress progress() {
        return progress;
    }

    boolean stopAsked() {
        return stopAsked;
    }

    void speed(double tokensPerSecond) {
        speed = tokensPerSecond;
    }

    double speed() {
        return speed;
    }

    void checkpointed(long step) {
        checkpointStep = step;
        Progress now = progress;
        progress = new Progress(now.steps(), now.tokens(), now.newest(), now.stage(), step);
    }

    long checkpointStep() {
        return checkpointStep;
    }

    private void beat() {
        while (running) {
            if (launcher.isPresent() && ProcessHandle.of(launcher.getAsLong()).isEmpty()) {
                end.accept(LAUNCHER_GONE);
                return;
            }
            try {
                if (reports.heartbeat(progress)) {
                    stopAsked = true;
                }
                Thread.sleep(BEAT);
            } catch (Reports.LeaseLost _) {
                endIfRunning(LEASE_LOST);
                return;
            } catch (Reports.Unreachable _) {
                endIfRunning(UNREACHABLE);
                return;
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /// The beat that crosses the end of the run finds the claim ended: that is no loss.
    private void endIfRunning(int code) {
        if (running) {
            end.accept(code);
        }
    }
}
