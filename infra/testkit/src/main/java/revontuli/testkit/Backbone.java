package revontuli.testkit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.contracts.Topic;
import revontuli.embedded.Folders;
import revontuli.embedded.Ports;
import revontuli.embedded.kafka.EmbeddedKafka;
import revontuli.embedded.kafka.KafkaPlan;
import revontuli.embedded.kafka.KafkaSettings;
import revontuli.embedded.postgres.EmbeddedPostgres;
import revontuli.embedded.postgres.PostgresSettings;
import revontuli.embedded.postgres.ServiceDatabase;

/// Real Postgres, real Kafka, keys and folders for one service under test; started once for a module's tests.
///
/// Argument `service`: tokenizer, inference, safety or trainer. Everything lies in a temporary folder that is deleted
/// at the end. The broker can be stopped and started by tests through [Broker].
public final class Backbone implements QuarkusTestResourceLifecycleManager {
    private String service = "tokenizer";
    private final Path folder = temporary();
    private Optional<EmbeddedPostgres> postgres = Optional.empty();
    private Optional<EmbeddedKafka> kafka = Optional.empty();

    @Override
    public void init(Map<String, String> arguments) {
        service = arguments.getOrDefault("service", service);
    }

    @Override
    public Map<String, String> start() {
        EmbeddedPostgres database = EmbeddedPostgres.start(new PostgresSettings(
                Path.of(System.getProperty("java.io.tmpdir"), "revontuli-postgres-" + System.getProperty("user.name")),
                folder.resolve("postgres"),
                folder.resolve("postgres.log"),
                Ports.free(),
                "superuser-of-a-test"));
        postgres = Optional.of(database);
        database.createDatabase(new ServiceDatabase(service, "owner-password-of-a-test", "app-password-of-a-test"));
        EmbeddedKafka broker = EmbeddedKafka.start(KafkaSettings.open(folder.resolve("kafka"), 1));
        kafka = Optional.of(broker);
        broker.apply(new KafkaPlan(Map.of(), topics(), List.of()));
        Broker.publish(broker);
        return settings(database, broker);
    }

    @Override
    public void stop() {
        kafka.ifPresent(EmbeddedKafka::close);
        postgres.ifPresent(EmbeddedPostgres::close);
        Folders.delete(folder);
    }

    private static List<KafkaPlan.Topic> topics() {
        List<KafkaPlan.Topic> topics = new ArrayList<>();
        Topic.all()
                .forEach(topic -> topics.add(
                        new KafkaPlan.Topic(topic.name(), topic.partitions(), Optional.of(topic.retention()))));
        return topics;
    }

    private Map<String, String> settings(EmbeddedPostgres database, EmbeddedKafka broker) {
        String name = service + "-svc";
        int grpcPort = Ports.free();
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.datasource.jdbc.url", database.jdbcUrl(service));
        settings.put("quarkus.datasource.username", service + "_app");
        settings.put("quarkus.datasource.password", "app-password-of-a-test");
        settings.put("quarkus.flyway.username", service + "_owner");
        settings.put("quarkus.flyway.password", "owner-password-of-a-test");
        settings.put("kafka.bootstrap.servers", broker.bootstrap());
        settings.put("quarkus.http.test-port", "0");
        settings.put("quarkus.grpc.server.port", Integer.toString(grpcPort));
        settings.put("quarkus.grpc.server.test-port", Integer.toString(grpcPort));
        settings.put("revontuli.platform.instance", name + "-test");
        settings.put("revontuli.platform.audit.call-window", "PT3S");
        settings.put(
                "revontuli.platform.artifacts.directory",
                folder.resolve("artifacts").toString());
        settings.put("revontuli.platform.auth.principals-file", write("principals.json", TestCallers.principalsFile()));
        settings.put(
                "revontuli.platform.audit.signing-key-file",
                write(name + ".key", TestCallers.signingKey(name).toPem().getBytes(StandardCharsets.US_ASCII)));
        settings.put(
                "revontuli.platform.peers.api-key-file",
                write(name + ".apikey", TestCallers.apiKey("services/" + name).getBytes(StandardCharsets.US_ASCII)));
        settings.put("revontuli.test.folder", folder.toString());
        return settings;
    }

    private String write(String name, byte[] bytes) {
        try {
            Path file = folder.resolve(name);
            Files.write(file, bytes);
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("revontuli-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
