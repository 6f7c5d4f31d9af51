package revontuli.embedded.kafka;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import revontuli.embedded.Folders;

/// A broker in this JVM.
final class JvmNode implements Node {
    private static final long START_SECONDS_MAX = 120;
    /// Any fixed 16 bytes do: the folder, not the id, says which cluster this is.
    private static final String CLUSTER_ID = "cmV2b250dWxpLWNsdXN0cg";

    private final NodeSettings settings;
    private @Nullable KafkaRaftServer server;
    private CompletableFuture<Void> started = CompletableFuture.completedFuture(null);

    JvmNode(NodeSettings settings) {
        this.settings = settings;
    }

    @Override
    public synchronized void start() {
        if (server != null) {
            return;
        }
        keepThisJvm();
        Properties properties = settings.broker();
        format(properties);
        KafkaRaftServer fresh = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server = fresh;
        started = CompletableFuture.runAsync(
                fresh::startup,
                task -> Thread.ofPlatform().name("kafka-start").daemon().start(task));
    }

    @Override
    public void awaitStarted() {
        CompletableFuture<Void> starting;
        synchronized (this) {
            starting = started;
        }
        try {
            starting.orTimeout(START_SECONDS_MAX, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("Kafka does not start: " + reason(e), e);
        }
    }

    @Override
    public synchronized void stop() {
        KafkaRaftServer running = server;
        if (running == null) {
            return;
        }
        server = null;
        running.shutdown();
        running.awaitShutdown();
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("a broker inside this JVM cannot be killed: use inOwnProcesses()");
    }

    @Override
    public synchronized boolean isRunning() {
        return server != null;
    }

    /// A broker ends its process when something fatal happens; this process is not only a broker's.
    private static void keepThisJvm() {
        Exit.Procedure refuse = (status, message) -> {
            throw new IllegalStateException("Kafka wants to exit with code " + status + ": " + message);
        };
        Exit.setExitProcedure(refuse);
        Exit.setHaltProcedure(refuse);
    }

    private void format(Properties properties) {
        Path log = Path.of(properties.getProperty("log.dirs"));
        if (Files.exists(log.resolve("meta.properties"))) {
            return;
        }
        Folders.ownOnly(settings.folder());
        Folders.ownOnly(log);
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
                .setClusterId(CLUSTER_ID)
                .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                .addDirectory(log.toString())
                .setMetadataLogDirectory(log.toString())
                .setControllerListenerName(NodeSettings.CONTROLLER)
                .setIgnoreFormatted(true);
        settings.scramArgument().ifPresent(argument -> formatter.setScramArguments(List.of(argument)));
        try {
            formatter.run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot format the Kafka folder " + log + ": " + e.getMessage(), e);
        }
    }

    private static String reason(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
