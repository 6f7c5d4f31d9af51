package revontuli.cli.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.embedded.kafka.ScramLogin;

/// Writes the settings file of a service; it holds passwords and is readable by its owner only.
final class ServiceSettings {
    private final Home home;
    private final Credentials credentials;
    private final ServiceAddresses addresses;
    private final int postgresPort;
    private final String kafkaBootstrap;

    ServiceSettings(
            Home home, Credentials credentials, ServiceAddresses addresses, int postgresPort, String kafkaBootstrap) {
        this.home = home;
        this.credentials = credentials;
        this.addresses = addresses;
        this.postgresPort = postgresPort;
        this.kafkaBootstrap = kafkaBootstrap;
    }

    Path write(Service service) {
        return write(service, Map.of());
    }

    /// As above, with these in the place of the usual ones: a service puts its settings file before its environment.
    Path write(Service service, Map<String, String> instead) {
        Map<String, String> settings = new TreeMap<>();
        addServers(settings, service);
        addDatabase(settings, service);
        addKafka(settings, service);
        addPlatform(settings, service);
        addOwn(settings, service);
        settings.putAll(instead);
        StringBuilder text = new StringBuilder();
        settings.forEach((key, value) ->
                text.append(key).append('=').append(escape(value)).append('\n'));
        Path file = home.run().resolve(service.fullName() + ".properties");
        Home.writeOwnOnly(file, text.toString());
        return file;
    }

    private void addServers(Map<String, String> settings, Service service) {
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(addresses.httpPort(service)));
        settings.put("quarkus.grpc.server.host", "127.0.0.1");
        settings.put("quarkus.grpc.server.port", Integer.toString(addresses.grpcPort(service)));
    }

    private void addDatabase(Map<String, String> settings, Service service) {
        String name = service.shortName();
        settings.put("quarkus.datasource.jdbc.url", "jdbc:postgresql://127.0.0.1:" + postgresPort + "/" + name);
        settings.put("quarkus.datasource.username", name + "_app");
        settings.put("quarkus.datasource.password", credentials.databaseApp(service));
        settings.put("quarkus.flyway.username", name + "_owner");
        settings.put("quarkus.flyway.password", credentials.databaseOwner(service));
    }

    private void addKafka(Map<String, String> settings, Service service) {
        settings.put("kafka.bootstrap.servers", kafkaBootstrap);
        settings.put("kafka.security.protocol", ScramLogin.PROTOCOL);
        settings.put("kafka.sasl.mechanism", ScramLogin.MECHANISM);
        settings.put(
                "kafka.sasl.jaas.config",
                ScramLogin.jaas(service.fullName(), credentials.kafkaPassword(service.fullName())));
    }

    private void addPlatform(Map<String, String> settings, Service service) {
        String prefix = "revontuli.platform.";
        settings.put(prefix + "instance", service.fullName() + "-1");
        settings.put(prefix + "artifacts.directory", home.artifacts().toString());
        settings.put(prefix + "auth.principals-file", home.principals().toString());
        settings.put(
                prefix + "audit.signing-key-file",
                credentials.signingKey(service).toString());
        settings.put(
                prefix + "peers.api-key-file", credentials.apiKeyFile(service).toString());
        settings.put(
                prefix + "launcher-pid", Long.toString(ProcessHandle.current().pid()));
        for (Service peer : Service.values()) {
            settings.put(prefix + "peers.addresses." + peer.shortName(), addresses.grpcAddress(peer));
        }
    }

    /// Keys that only one of the services has.
    private void addOwn(Map<String, String> settings, Service service) {
        if (service == Service.INFERENCE) {
            settings.put(
                    "revontuli.inference.engine.packed.directory",
                    home.packedWeights().toString());
        }
        if (service == Service.SAFETY) {
            settings.put(
                    "revontuli.safety.ledger.source-keys-file",
                    credentials.sourceKeys().toString());
            settings.put("revontuli.safety.ledger.log-key-file", home.logKey().toString());
            settings.put("revontuli.safety.ledger.origin", credentials.logOrigin());
            settings.put(
                    "revontuli.safety.privacy.master-key-file",
                    credentials.masterKey().toString());
        }
    }

    /// A backslash begins an escape in a properties file, `${` an expression.
    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("${", "\\\\${");
    }
}
