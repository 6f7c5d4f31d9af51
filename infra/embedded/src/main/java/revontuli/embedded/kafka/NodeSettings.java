package revontuli.embedded.kafka;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.StringJoiner;

/// The broker settings of one node, small in memory and strict in what they let happen.
final class NodeSettings {
    static final String ADMIN = "admin";
    static final String CONTROLLER = "CONTROLLER";
    private static final String CLIENT = "CLIENT";
    private static final String MIB = "1048576";

    private final KafkaSettings cluster;
    private final int id;

    NodeSettings(KafkaSettings cluster, int id) {
        this.cluster = cluster;
        this.id = id;
    }

    Path folder() {
        return cluster.folder().resolve("node-" + id);
    }

    Properties broker() {
        Properties properties = new Properties();
        addPlace(properties);
        addReplication(properties);
        addSizes(properties);
        cluster.adminPassword().ifPresent(password -> addSecurity(properties, password));
        return properties;
    }

    private void addPlace(Properties properties) {
        KafkaSettings.NodePorts own = cluster.ports().get(id - 1);
        String client = CLIENT + "://127.0.0.1:" + own.client();
        StringJoiner voters = new StringJoiner(",");
        for (int node = 1; node <= cluster.ports().size(); node++) {
            voters.add(node + "@127.0.0.1:" + cluster.ports().get(node - 1).controller());
        }
        boolean secured = cluster.adminPassword().isPresent();
        String protocol = secured ? "SASL_PLAINTEXT" : "PLAINTEXT";
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", Integer.toString(id));
        properties.setProperty("controller.quorum.voters", voters.toString());
        properties.setProperty("listeners", client + "," + CONTROLLER + "://127.0.0.1:" + own.controller());
        properties.setProperty("advertised.listeners", client);
        properties.setProperty(
                "listener.security.protocol.map", CLIENT + ":" + protocol + "," + CONTROLLER + ":" + protocol);
        properties.setProperty("controller.listener.names", CONTROLLER);
        properties.setProperty("inter.broker.listener.name", CLIENT);
        properties.setProperty("log.dirs", folder().resolve("log").toString());
    }

    private void addReplication(Properties properties) {
        String replicas = Integer.toString(cluster.replicas());
        String inSyncMin = cluster.replicas() > 1 ? "2" : "1";
        properties.setProperty("default.replication.factor", replicas);
        properties.setProperty("min.insync.replicas", inSyncMin);
        properties.setProperty("offsets.topic.replication.factor", replicas);
        properties.setProperty("offsets.topic.num.partitions", "4");
        properties.setProperty("transaction.state.log.replication.factor", replicas);
        properties.setProperty("transaction.state.log.min.isr", inSyncMin);
        properties.setProperty("transaction.state.log.num.partitions", "2");
        properties.setProperty("share.coordinator.state.topic.replication.factor", replicas);
        properties.setProperty("share.coordinator.state.topic.min.isr", inSyncMin);
        properties.setProperty("share.coordinator.state.topic.num.partitions", "1");
        properties.setProperty("auto.create.topics.enable", "false");
        properties.setProperty("unclean.leader.election.enable", "false");
        properties.setProperty("broker.heartbeat.interval.ms", "500");
        properties.setProperty("broker.session.timeout.ms", "6000");
        properties.setProperty("group.initial.rebalance.delay.ms", "0");
    }

    private static void addSizes(Properties properties) {
        properties.setProperty("num.network.threads", "1");
        properties.setProperty("num.io.threads", "2");
        properties.setProperty("num.replica.fetchers", "1");
        properties.setProperty("num.recovery.threads.per.data.dir", "1");
        properties.setProperty("background.threads", "2");
        properties.setProperty("log.cleaner.threads", "1");
        // The default takes 128 MiB of heap for one cleaner.
        properties.setProperty("log.cleaner.dedupe.buffer.size", "4194304");
        properties.setProperty("log.index.size.max.bytes", MIB);
        properties.setProperty("log.segment.bytes", "67108864");
        properties.setProperty("socket.send.buffer.bytes", "131072");
        properties.setProperty("socket.receive.buffer.bytes", "131072");
        properties.setProperty("socket.request.max.bytes", "16777216");
        properties.setProperty("max.connections", "500");
    }

    /// Clients and brokers log in by SCRAM; the quorum, which must talk before it can read any SCRAM record, by PLAIN
    /// with the same password. Whoever is granted nothing may do nothing.
    private static void addSecurity(Properties properties, String password) {
        String scram = ScramLogin.jaas(ADMIN, password);
        String plain =
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\""
                        .formatted(ADMIN, Passwords.check(password));
        properties.setProperty("sasl.enabled.mechanisms", ScramLogin.MECHANISM);
        properties.setProperty("sasl.mechanism.inter.broker.protocol", ScramLogin.MECHANISM);
        properties.setProperty("sasl.mechanism.controller.protocol", "PLAIN");
        properties.setProperty("listener.name.client.scram-sha-256.sasl.jaas.config", scram);
        properties.setProperty("listener.name.controller.sasl.enabled.mechanisms", "PLAIN");
        properties.setProperty(
                "listener.name.controller.plain.sasl.jaas.config",
                plain + " user_%s=\"%s\";".formatted(ADMIN, password));
        properties.setProperty("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.setProperty("allow.everyone.if.no.acl.found", "false");
        properties.setProperty("super.users", "User:" + ADMIN);
    }

    Optional<String> scramArgument() {
        return cluster.adminPassword()
                .map(password -> ScramLogin.MECHANISM + "=[name=" + ADMIN + ",password=" + password + "]");
    }
}
