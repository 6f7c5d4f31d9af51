package revontuli.embedded.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import revontuli.embedded.Ports;

/// A cluster of one or three combined nodes.
///
/// @param folder one folder per node is made in it, and kept
/// @param ports client and controller port of each node, in order
/// @param adminPassword with it clients log in by SCRAM-SHA-256 and may do only what is granted; without it the
///     cluster is open to everyone on this machine, which is for tests
/// @param ownProcesses each node in a JVM of its own, so that it can be killed
public record KafkaSettings(Path folder, List<NodePorts> ports, Optional<String> adminPassword, boolean ownProcesses) {

    /// The two ports of one node.
    ///
    /// @param client where clients and other brokers connect
    /// @param controller where the quorum talks
    public record NodePorts(int client, int controller) {}

    public KafkaSettings {
        ports = List.copyOf(ports);
        if (ports.size() != 1 && ports.size() != 3) {
            throw new IllegalArgumentException("a cluster has 1 or 3 nodes, not " + ports.size());
        }
        adminPassword.ifPresent(Passwords::check);
    }

    /// For tests: no passwords, no grants.
    public static KafkaSettings open(Path folder, int nodes) {
        return new KafkaSettings(folder, freePorts(nodes), Optional.empty(), false);
    }

    public static KafkaSettings secured(Path folder, int nodes, String adminPassword) {
        return new KafkaSettings(folder, freePorts(nodes), Optional.of(adminPassword), false);
    }

    public KafkaSettings inOwnProcesses() {
        return new KafkaSettings(folder, ports, adminPassword, true);
    }

    public KafkaSettings withPorts(List<NodePorts> chosen) {
        return new KafkaSettings(folder, chosen, adminPassword, ownProcesses);
    }

    private static List<NodePorts> freePorts(int nodes) {
        List<Integer> free = Ports.free(2 * nodes);
        List<NodePorts> ports = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            ports.add(new NodePorts(free.get(2 * node), free.get(2 * node + 1)));
        }
        return ports;
    }

    int replicas() {
        return ports.size();
    }

    @Override
    public String toString() {
        return "KafkaSettings[folder=" + folder + ", ports=" + ports + "]";
    }
}
