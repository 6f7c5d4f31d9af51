package revontuli.embedded.kafka;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import revontuli.embedded.QuietLogs;

/// One broker as a process: `BrokerMain CLUSTER-FILE READY-FILE`. The ready file appears when clients are served.
///
/// Ends with the process that started it.
final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] args) throws IOException {
        QuietLogs.apply();
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]), StandardCharsets.UTF_8)) {
            file.load(reader);
        }
        Node node = new JvmNode(new NodeSettings(clusterOf(file), Integer.parseInt(file.getProperty("id"))));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(node::stop));
        long parent = Long.parseLong(file.getProperty("parent"));
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> endWith(parent));
        node.start();
        node.awaitStarted();
        Files.writeString(Path.of(args[1]), "ready\n");
    }

    private static void endWith(long parent) {
        ProcessHandle.of(parent).ifPresent(process -> process.onExit().join());
        System.exit(0);
    }

    /// The text of the cluster file for one node.
    static String describe(KafkaSettings cluster, int id) throws IOException {
        Properties file = new Properties();
        file.setProperty("id", Integer.toString(id));
        file.setProperty("parent", Long.toString(ProcessHandle.current().pid()));
        file.setProperty("folder", cluster.folder().toAbsolutePath().toString());
        file.setProperty("nodes", Integer.toString(cluster.ports().size()));
        for (int node = 1; node <= cluster.ports().size(); node++) {
            KafkaSettings.NodePorts ports = cluster.ports().get(node - 1);
            file.setProperty("client." + node, Integer.toString(ports.client()));
            file.setProperty("controller." + node, Integer.toString(ports.controller()));
        }
        cluster.adminPassword().ifPresent(password -> file.setProperty("password", password));
        StringWriter text = new StringWriter();
        file.store(text, null);
        return text.toString();
    }

    private static KafkaSettings clusterOf(Properties file) {
        List<KafkaSettings.NodePorts> ports = new ArrayList<>();
        for (int node = 1; node <= Integer.parseInt(file.getProperty("nodes")); node++) {
            ports.add(new KafkaSettings.NodePorts(
                    Integer.parseInt(file.getProperty("client." + node)),
                    Integer.parseInt(file.getProperty("controller." + node))));
        }
        return new KafkaSettings(
                Path.of(file.getProperty("folder")), ports, Optional.ofNullable(file.getProperty("password")), false);
    }
}
