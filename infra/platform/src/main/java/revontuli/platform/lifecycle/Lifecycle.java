package revontuli.platform.lifecycle;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import revontuli.platform.PlatformConfig;
import revontuli.platform.audit.CallRecords;
import revontuli.platform.audit.PrincipalsRecord;
import revontuli.platform.failpoint.FaultSettings;
import revontuli.platform.kafka.Consumers;
import revontuli.platform.kafka.Dispatcher;

/// The order in which a service starts and stops.
///
/// Start: the gRPC server must be this process's own; the source opens and the outbox is sent, then events are read.
/// Stop, before Quarkus closes anything: new calls are refused, records and calls in hand are finished, what was
/// counted of calls is recorded, the source is closed, the outbox is sent; only then the database goes.
@ApplicationScoped
class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);
    /// Before the observers of the services, which may rely on an open source.
    private static final int FIRST = 10;
    private static final int LAST = Integer.MAX_VALUE;
    private static final Duration PORT_PATIENCE = Duration.ofSeconds(10);
    /// Reading some 100 MB is not to slow a start.
    private static final Duration CHECK_DELAY = Duration.ofSeconds(5);

    private static final int CHANGED_EXIT = 3;

    private final Dispatcher dispatcher;
    private final Consumers consumers;
    private final PrincipalsRecord principals;
    private final CallRecords callRecords;
    private final Calls calls;
    private final PlatformConfig config;
    private final int grpcPort;

    Lifecycle(
            Dispatcher dispatcher,
            Consumers consumers,
            PrincipalsRecord principals,
            CallRecords callRecords,
            Calls calls,
            PlatformConfig config,
            @ConfigProperty(name = "quarkus.grpc.server.port", defaultValue = "9000") int grpcPort) {
        this.grpcPort = grpcPort;
        this.dispatcher = dispatcher;
        this.consumers = consumers;
        this.principals = principals;
        this.callRecords = callRecords;
        this.calls = calls;
        this.config = config;
    }

    void start(@Observes @Priority(FIRST) StartupEvent event) throws Exception {
        FaultSettings.apply(config.faults().failpoint(), config.faults().bug(), ConfigUtils.isProfileActive("test"));
        InstalledLibraries.use(config.libraries().orElse(List.of()));
        watchLauncher();
        requireGrpcPort();
        dispatcher.start();
        principals.write();
        callRecords.start();
        calls.open();
        consumers.start();
        InstalledLibraries.executable().flatMap(InstalledFiles::beside).ifPresent(this::check);
    }

    /// An executable gives back what only its start needed; on a Java machine the heap is larger than that anyway.
    void settle(@Observes @Priority(LAST) StartupEvent event) {
        if (InstalledLibraries.executable().isPresent()) {
            System.gc();
        }
    }

    void stop(@Observes @Priority(FIRST) ShutdownEvent event) throws InterruptedException {
        Duration patience = config.drain().timeout();
        consumers.stop(patience);
        if (!calls.drain(patience)) {
            LOG.warn("calls were still running when the patience of the stop was over");
        }
        callRecords.stop(patience);
        dispatcher.stop(patience);
    }

    /// Better no service than one without its door.
    private void requireGrpcPort() throws InterruptedException {
        if (grpcPort > 0 && !OwnPort.listens(grpcPort, PORT_PATIENCE)) {
            throw new IllegalStateException("the gRPC port " + grpcPort
                    + " is taken by another process: end it, or choose another with quarkus.grpc.server.port");
        }
    }

    /// The records of this run name the list of its files: if a file is another, they say what is not so, and it ends.
    private void check(InstalledFiles files) {
        Thread.ofPlatform().name("installed-files").daemon().start(() -> {
            try {
                Thread.sleep(CHECK_DELAY);
                files.firstChange().ifPresent(change -> {
                    LOG.errorf("%s; stopping", change);
                    Quarkus.asyncExit(CHANGED_EXIT);
                });
            } catch (IOException e) {
                LOG.errorf("the files of this service cannot be read: %s; stopping", e.getMessage());
                Quarkus.asyncExit(CHANGED_EXIT);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// A launcher that was killed cannot stop its services: they look after themselves.
    private void watchLauncher() {
        config.launcherPid()
                .ifPresent(pid -> Thread.ofVirtual().name("launcher-watch").start(() -> {
                    ProcessHandle.of(pid)
                            .ifPresent(launcher -> launcher.onExit().join());
                    LOG.warn("the launcher is gone; stopping");
                    Quarkus.asyncExit();
                }));
    }
}
