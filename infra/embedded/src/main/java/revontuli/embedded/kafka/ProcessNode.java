package revontuli.embedded.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import revontuli.embedded.Detached;
import revontuli.embedded.Folders;
import revontuli.embedded.Waiting;

/// A broker in a JVM of its own, started from this JVM's class path; it ends when this JVM does.
final class ProcessNode implements Node {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaSettings cluster;
    private final int id;
    private final Path folder;
    private @Nullable Process process;

    ProcessNode(KafkaSettings cluster, int id) {
        this.cluster = cluster;
        this.id = id;
        this.folder = new NodeSettings(cluster, id).folder();
    }

    @Override
    public synchronized void start() {
        if (isRunning()) {
            return;
        }
        Folders.ownOnly(folder);
        try {
            Files.deleteIfExists(ready());
            Files.writeString(ownOnlyFile("cluster.txt"), BrokerMain.describe(cluster, id));
            ProcessBuilder builder = new ProcessBuilder(Detached.command(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    BrokerMain.class.getName(),
                    folder.resolve("cluster.txt").toString(),
                    ready().toString())));
            builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start broker " + id, e);
        }
    }

    @Override
    public void awaitStarted() {
        boolean done = Waiting.until(START_LIMIT, POLL, () -> !isRunning() || Files.exists(ready()));
        if (!done || !isRunning()) {
            throw new IllegalStateException("broker " + id + " does not start: see " + log());
        }
    }

    @Override
    public synchronized void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
            if (!Waiting.until(STOP_LIMIT, POLL, () -> !running.isAlive())) {
                kill();
            }
        }
    }

    @Override
    public synchronized void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroyForcibly();
        try {
            running.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    private Path ready() {
        return folder.resolve("ready");
    }

    private Path log() {
        return folder.resolve("broker.log");
    }

    private Path ownOnlyFile(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "", StandardOpenOption.TRUNCATE_EXISTING);
        return file;
    }
}
