package revontuli.cli.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import revontuli.cli.Out;
import revontuli.embedded.Detached;

/// Makes the AOT caches of services that were recorded, one after the other and at the lowest priority, while the stack
/// serves. Ends with the stack; a cache that is not whole by then is made in the next run.
final class AotMaker {
    private static final long MINUTES_MAX = 15;

    private final List<ServiceSpec> services;
    private final Path logs;
    private final Reaper reaper;
    private final Out out;
    private @Nullable Process running;
    private boolean stopped;

    AotMaker(List<ServiceSpec> services, Path logs, Reaper reaper, Out out) {
        this.services = services.stream()
                .filter(spec -> spec.program().toImprove().isPresent())
                .toList();
        this.logs = logs;
        this.reaper = reaper;
        this.out = out;
    }

    void start() {
        if (!services.isEmpty()) {
            Thread.ofPlatform().daemon().name("aot-maker").start(this::makeAll);
        }
    }

    synchronized void stop() {
        stopped = true;
        if (running != null) {
            running.destroyForcibly();
            Reaper.killGroup(running.pid());
        }
    }

    /// Makes them all and returns.
    void makeAll() {
        for (ServiceSpec spec : services) {
            String name = "%-15s ".formatted(spec.service().fullName());
            AotCache cache = spec.program().toImprove().orElse(null);
            Path log = logs.resolve(spec.service().fullName() + "-aot.log");
            if (cache == null) {
                continue;
            }
            try {
                out.note(name + "making its AOT cache");
                if (make(cache.making(), log) && cache.keep()) {
                    out.note(name + "AOT cache made: its next start uses it");
                } else if (!isStopped()) {
                    cache.drop();
                    out.note(name + out.yellow("no AOT cache could be made (" + log + ")"));
                }
            } catch (IOException e) {
                out.note(name + out.yellow("no AOT cache could be made: " + e.getMessage()));
            }
        }
    }

    private boolean make(ProcessBuilder making, Path log) throws IOException {
        Process process;
        synchronized (this) {
            if (stopped) {
                return false;
            }
            making.command(Detached.command(making.command()));
            process = making.redirectOutput(log.toFile()).start();
            running = process;
            reaper.addService(process.pid());
        }
        try {
            boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
            process.destroyForcibly();
            reaper.drop(process.pid());
            return ended && process.exitValue() == 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }
}
