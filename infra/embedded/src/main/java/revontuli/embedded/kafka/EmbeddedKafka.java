package revontuli.embedded.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import org.apache.kafka.clients.admin.Admin;
import revontuli.embedded.QuietLogs;

/// A running cluster.
///
/// What was acknowledged with `acks=all` is there after any stop and after a kill of a broker's process. Brokers do
/// not force every record to disk: a power cut can take the last moments of a cluster of one node.
public final class EmbeddedKafka implements AutoCloseable {
    private final KafkaSettings settings;
    private final List<Node> nodes;

    private EmbeddedKafka(KafkaSettings settings, List<Node> nodes) {
        this.settings = settings;
        this.nodes = List.copyOf(nodes);
    }

    /// Starts all nodes and waits until clients are served. If one does not start, none is left running.
    public static EmbeddedKafka start(KafkaSettings settings) {
        QuietLogs.apply();
        List<Node> nodes = new ArrayList<>();
        for (int id = 1; id <= settings.ports().size(); id++) {
            nodes.add(
                    settings.ownProcesses()
                            ? new ProcessNode(settings, id)
                            : new JvmNode(new NodeSettings(settings, id)));
        }
        EmbeddedKafka kafka = new EmbeddedKafka(settings, nodes);
        kafka.restart();
        return kafka;
    }

    /// Value of `bootstrap.servers`.
    public String bootstrap() {
        StringJoiner servers = new StringJoiner(",");
        settings.ports().forEach(ports -> servers.add("127.0.0.1:" + ports.client()));
        return servers.toString();
    }

    public int nodeCount() {
        return nodes.size();
    }

    /// Stops every node in an orderly way, all at once: the last ones of a cluster find no quorum to say good-bye to.
    public void stop() {
        List<Thread> stops = nodes.stream()
                .map(node -> Thread.ofPlatform().name("kafka-stop").start(node::stop))
                .toList();
        for (Thread stop : stops) {
            try {
                stop.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Starts what is stopped, on the same ports and data.
    public void restart() {
        try {
            nodes.forEach(Node::start);
            nodes.forEach(Node::awaitStarted);
        } catch (IllegalStateException e) {
            stop();
            throw e;
        }
    }

    /// Stops one node in an orderly way.
    ///
    /// @param node from 1
    public void stop(int node) {
        nodes.get(node - 1).stop();
    }

    /// Starts one node again.
    ///
    /// @param node from 1
    public void start(int node) {
        nodes.get(node - 1).start();
        nodes.get(node - 1).awaitStarted();
    }

    /// Ends a node's process with SIGKILL; only for nodes in their own processes.
    ///
    /// @param node from 1
    public void kill(int node) {
        nodes.get(node - 1).kill();
    }

    /// Whether the node was started and not yet stopped or killed.
    ///
    /// @param node from 1
    public boolean isRunning(int node) {
        return nodes.get(node - 1).isRunning();
    }

    /// Settings with which a client may do everything.
    public Properties adminProperties() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", bootstrap());
        settings.adminPassword()
                .ifPresent(password -> properties.putAll(ScramLogin.properties(NodeSettings.ADMIN, password)));
        return properties;
    }

    /// Settings of an ordinary user of a secured cluster.
    public Map<String, String> userProperties(String user, String password) {
        Map<String, String> properties = new HashMap<>(ScramLogin.properties(user, password));
        properties.put("bootstrap.servers", bootstrap());
        return Map.copyOf(properties);
    }

    /// Makes what is described and missing: users with their passwords, topics, grants. May be repeated; grants that
    /// are no longer described are taken away, topics never are.
    public void apply(KafkaPlan plan) {
        try (Admin admin = Admin.create(adminProperties())) {
            new PlanApplication(
                            admin, settings.replicas(), settings.adminPassword().isPresent())
                    .apply(plan);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
