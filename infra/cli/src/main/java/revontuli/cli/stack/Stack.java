package revontuli.cli.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.embedded.Folders;
import revontuli.embedded.kafka.EmbeddedKafka;
import revontuli.embedded.postgres.EmbeddedPostgres;

/// The whole suite on one machine: Postgres, Kafka, the four services.
///
/// Ends in order, services first, on [#stop], on Ctrl-C, on SIGTERM and when a service cannot be kept alive. If this
/// process is killed, nothing of the stack is left running half a minute later.
public final class Stack implements AutoCloseable {
    private final StackOptions options;
    private final Out out;
    private final Map<Service, ServiceProcess> services = new EnumMap<>(Service.class);
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final Thread hook = Thread.ofPlatform().name("stack-stop").unstarted(this::stop);

    private @Nullable HomeLock lock;
    private @Nullable Reaper reaper;
    private @Nullable Infrastructure infrastructure;
    private @Nullable StackRecord file;
    private @Nullable ServiceAddresses addresses;
    private @Nullable AotMaker aotMaker;
    private boolean stopped;

    private Stack(StackOptions options, Out out) {
        this.options = options;
        this.out = out;
    }

    /// Starts everything and returns when every service serves. If anything fails, all is stopped again and the
    /// reason is thrown as a [CliException].
    public static Stack start(StackOptions options, Out out) {
        Stack stack = new Stack(options, out);
        Runtime.getRuntime().addShutdownHook(stack.hook);
        try {
            stack.prepare();
            stack.startInfrastructure();
            stack.startServices();
            return stack;
        } catch (RuntimeException e) {
            stack.stop();
            throw e;
        }
    }

    public Home home() {
        return options.home();
    }

    public EmbeddedPostgres postgres() {
        return started(infrastructure).postgres();
    }

    /// The broker in this process; a demo or a test may stop and restart it.
    public EmbeddedKafka kafka() {
        return started(infrastructure).kafka();
    }

    /// The process of a service now; another one after a restart.
    public ProcessHandle process(Service service) {
        ServiceProcess running = services.get(service);
        return ProcessHandle.of(running == null ? -1 : running.pid())
                .orElseThrow(() -> CliException.unavailable(service.fullName() + " is not running"));
    }

    /// Waits until the stack ends by itself or is stopped; the exit code that says how.
    public int awaitEnd() {
        return end.join();
    }

    /// Stops services, Kafka and Postgres, in this order; only the first call does anything, others wait for it.
    public synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        boolean begun = infrastructure != null;
        if (begun) {
            out.note("stopping");
            setState("stopping");
        }
        if (aotMaker != null) {
            aotMaker.stop();
        }
        stopServices();
        if (begun && options.makeCaches()) {
            new AotMaker(options.services(), home().logs(), started(reaper), out).makeAll();
        }
        if (infrastructure != null) {
            infrastructure.stop();
        }
        if (reaper != null) {
            reaper.close();
        }
        if (lock != null) {
            deleteStackFile();
            lock.close();
        }
        end.complete(ExitCode.OK);
        if (begun) {
            out.note("stopped");
        }
        dropHook();
    }

    @Override
    public void close() {
        stop();
    }

    private synchronized void prepare() {
        Home home = options.home();
        home.prepare();
        lock = HomeLock.take(home);
        if (options.fresh()) {
            home.clear();
        }
        List.of(home.run(), home.logs(), home.artifacts()).forEach(Folders::ownOnly);
        LauncherLogs.toFile(home.logs().resolve("launcher.log"));
        file = new StackRecord(home);
        setState("starting");
        reaper = Reaper.start();
        infrastructure = Infrastructure.begin(home, Credentials.prepare(home), reaper, out, options.brokers());
    }

    private void startInfrastructure() {
        Infrastructure running = started(infrastructure);
        EmbeddedPostgres postgres = running.postgres();
        EmbeddedKafka kafka = running.kafka();
        started(file).infrastructure(postgres.port(), postgres.pid(), kafka.bootstrap());
    }

    private void startServices() {
        synchronized (this) {
            if (stopped) {
                throw CliException.refused("stopped while starting");
            }
            addresses = ServiceAddresses.choose();
            ServiceSettings settings = new ServiceSettings(
                    home(), Credentials.prepare(home()), addresses, postgres().port(), kafka().bootstrap());
            for (ServiceSpec spec : options.services()) {
                Service service = spec.service();
                services.put(
                        service,
                        new ServiceProcess(
                                spec,
                                settings.write(service),
                                home().logs().resolve(service.fullName() + ".log"),
                                new Readiness(addresses.httpAddress(service)),
                                started(reaper),
                                this::changed));
            }
            services.values().forEach(ServiceProcess::start);
        }
        awaitServices();
        setState("ready");
        synchronized (this) {
            if (!stopped) {
                aotMaker = new AotMaker(options.services(), home().logs(), started(reaper), out);
                aotMaker.start();
            }
        }
    }

    private void awaitServices() {
        try {
            for (ServiceProcess service : services.values()) {
                service.firstReady().join();
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof CliException reason ? reason : e;
        }
    }

    /// Called by the threads that watch the services.
    private void changed(ServiceProcess.Change change) {
        String name = "%-15s ".formatted(change.service().fullName());
        switch (change.state()) {
            case READY -> out.note(name + change.text() + address(change.service()));
            case STARTING, RESTARTING, STOPPED -> out.note(name + out.yellow(change.text()));
            case FAILED -> out.note(name + out.red(change.text()));
        }
        writeServices();
        if (change.state() == ServiceProcess.State.FAILED) {
            end.complete(ExitCode.REFUSED);
        }
    }

    private String address(Service service) {
        ServiceAddresses chosen = started(addresses);
        return ", gRPC " + chosen.grpcAddress(service) + ", HTTP " + chosen.httpAddress(service);
    }

    private void writeServices() {
        StackRecord record = started(file);
        record.services(services.values(), started(addresses));
        boolean down = services.values().stream().anyMatch(service -> service.state() != ServiceProcess.State.READY);
        boolean once = services.values().stream()
                .allMatch(service -> service.firstReady().isDone());
        if (once) {
            record.state(down ? "degraded" : "ready");
        }
    }

    private void stopServices() {
        List<Thread> stops = services.values().stream()
                .map(service -> Thread.ofVirtual().start(service::stop))
                .toList();
        for (Thread stop : stops) {
            try {
                stop.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void setState(String state) {
        StackRecord record = file;
        try {
            if (record != null) {
                record.state(state);
            }
        } catch (UncheckedIOException e) {
            out.note(e.getMessage() + ": clients will not see the state " + state);
        }
    }

    private void deleteStackFile() {
        try {
            Files.deleteIfExists(home().stackFile());
        } catch (IOException e) {
            out.note("cannot delete " + home().stackFile() + ": " + e.getMessage());
        }
    }

    private void dropHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending, which is why this runs.
        }
    }

    private static <T> T started(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the stack is not started");
        }
        return part;
    }
}
