package revontuli.cli.stack;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import revontuli.cli.CliException;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.embedded.Folders;
import revontuli.embedded.Ports;
import revontuli.embedded.kafka.EmbeddedKafka;
import revontuli.embedded.kafka.KafkaSettings;
import revontuli.embedded.postgres.EmbeddedPostgres;
import revontuli.embedded.postgres.PostgresSettings;
import revontuli.embedded.postgres.ServiceDatabase;

/// Postgres and Kafka, started side by side with everything the services need in them.
final class Infrastructure {
    private static final int USUAL_POSTGRES_PORT = 5433;
    private static final int USUAL_KAFKA_PORT = 9192;
    private static final int USUAL_CONTROLLER_PORT = 9193;
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final Home home;
    private final Credentials credentials;
    private final Reaper reaper;
    private final Out out;
    private final int brokers;
    private final CompletableFuture<EmbeddedPostgres> postgres;
    private final CompletableFuture<EmbeddedKafka> kafka;

    private Infrastructure(Home home, Credentials credentials, Reaper reaper, Out out, int brokers) {
        this.brokers = brokers;
        this.home = home;
        this.credentials = credentials;
        this.reaper = reaper;
        this.out = out;
        this.postgres = inBackground("postgres-start", this::startPostgres);
        this.kafka = inBackground("kafka-start", this::startKafka);
    }

    /// Begins both starts and returns at once.
    ///
    /// @param brokers 1, in this process, or 3, each in its own
    static Infrastructure begin(Home home, Credentials credentials, Reaper reaper, Out out, int brokers) {
        return new Infrastructure(home, credentials, reaper, out, brokers);
    }

    EmbeddedPostgres postgres() {
        return started("Postgres", postgres);
    }

    EmbeddedKafka kafka() {
        return started("Kafka", kafka);
    }

    /// Stops Kafka, then Postgres; what is still starting is waited for first.
    void stop() {
        kafka.handle((server, _) -> server)
                .thenAccept(server -> {
                    if (server != null) {
                        server.close();
                    }
                })
                .join();
        postgres.handle((server, _) -> server)
                .thenAccept(server -> {
                    if (server != null) {
                        server.close();
                    }
                })
                .join();
    }

    private EmbeddedPostgres startPostgres() {
        long begin = System.nanoTime();
        Folders.ownOnly(home.postgres());
        EmbeddedPostgres server = EmbeddedPostgres.start(new PostgresSettings(
                home.postgres().resolve("bin"),
                home.postgres().resolve("data"),
                home.logs().resolve("postgres.log"),
                Ports.usualOrFree(USUAL_POSTGRES_PORT),
                credentials.postgresSuperuser()));
        reaper.addPostgres(server.pid());
        try {
            for (Service service : Service.values()) {
                server.createDatabase(new ServiceDatabase(
                        service.shortName(), credentials.databaseOwner(service), credentials.databaseApp(service)));
            }
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        out.note("postgres        ready on 127.0.0.1:" + server.port() + since(begin));
        return server;
    }

    private EmbeddedKafka startKafka() {
        long begin = System.nanoTime();
        KafkaSettings several = KafkaSettings.secured(home.kafka(), brokers, credentials.kafkaAdmin());
        KafkaSettings settings = brokers > 1
                ? several.inOwnProcesses()
                : several.withPorts(List.of(new KafkaSettings.NodePorts(
                        Ports.usualOrFree(USUAL_KAFKA_PORT), Ports.usualOrFree(USUAL_CONTROLLER_PORT))));
        EmbeddedKafka server = EmbeddedKafka.start(settings);
        try {
            server.apply(KafkaRights.plan(credentials.kafkaUsers()));
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        out.note("kafka           ready on " + server.bootstrap() + since(begin));
        return server;
    }

    private static String since(long begin) {
        long tenths = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 100;
        return " (%d.%d s)".formatted(tenths / 10, tenths % 10);
    }

    private static <T> CompletableFuture<T> inBackground(String name, Supplier<T> start) {
        return CompletableFuture.supplyAsync(
                start, task -> Thread.ofPlatform().daemon().name(name).start(task));
    }

    private static <T> T started(String name, CompletableFuture<T> start) {
        try {
            return start.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof CliException end
                    ? end
                    : CliException.refused(name + " cannot start: " + cause.getMessage());
        } catch (TimeoutException _) {
            throw CliException.refused(name + " did not start within " + START_LIMIT.toSeconds() + " s");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw CliException.refused("interrupted while " + name + " was starting");
        }
    }
}
