package revontuli.trainer.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// Runs each worker as a process of its own on this machine, at low priority, with a log file of its own.
///
/// A worker does not die with this service: after a restart it is known by its process id and start time, and goes on
/// as long as its claim lives.
public final class LocalRunner implements Runner {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Path NICE = Path.of("/usr/bin/nice");

    private final Settings settings;
    private final Map<String, Process> children = new ConcurrentHashMap<>();

    public LocalRunner(Settings settings) {
        this.settings = settings;
    }

    /// How a worker's process is made.
    ///
    /// @param installation name that tells this service's workers from another's
    /// @param program starts a worker when the file of its order is added
    /// @param folder for orders, logs and drafts
    public record Settings(
            String installation,
            List<String> program,
            Path folder,
            WorkOrder.Surroundings surroundings,
            WorkOrder.Effort effort,
            int checkpointStepsMax) {
        public Settings {
            program = List.copyOf(program);
        }
    }

    /// A worker on the Java machine that runs this service.
    public static List<String> onThisJava(String classPath, long heapMegabytes) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                classPath,
                "revontuli.trainer.worker.WorkerMain");
    }

    @Override
    public String start(Assignment assignment) {
        String name = assignment.lease().job().substring("jobs/".length()) + "."
                + assignment.lease().fence();
        Path drafts = settings.folder().resolve(name);
        Path order = settings.folder().resolve(name + ".order");
        try {
            sweep(name.substring(0, name.indexOf('.') + 1));
            Files.createDirectories(drafts);
            write(order, order(assignment, drafts).bytes());
            Process process = process(name, order).start();
            String worker = settings.installation() + "/" + process.pid() + "@" + startOf(process.toHandle());
            children.put(worker, process);
            return worker;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot start a worker for " + assignment.lease().job(), e);
        }
    }

    @Override
    public boolean knows(String worker) {
        return worker.startsWith(settings.installation() + "/");
    }

    @Override
    public Optional<String> ended(String worker) {
        Process child = children.get(worker);
        if (child != null) {
            if (child.isAlive()) {
                return Optional.empty();
            }
            children.remove(worker);
            return Optional.of("the worker ended with exit code " + child.exitValue());
        }
        return handle(worker).isPresent() ? Optional.empty() : Optional.of("the worker is gone");
    }

    @Override
    public void stop(String worker) {
        Optional<ProcessHandle> handle = handle(worker);
        if (handle.isEmpty()) {
            return;
        }
        handle.get().destroy();
        try {
            handle.get().onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            handle.get().destroyForcibly();
        }
        children.remove(worker);
    }

    /// Deletes what earlier workers of the same job left when they were killed; their logs stay.
    private void sweep(String prefix) throws IOException {
        try (Stream<Path> all = Files.list(settings.folder())) {
            for (Path left : all.filter(path -> isDraft(path, prefix)).toList()) {
                try (Stream<Path> files = Files.walk(left)) {
                    for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(path);
                    }
                }
            }
        }
    }

    private static boolean isDraft(Path path, String prefix) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(prefix) && !name.endsWith(".log");
    }

    private WorkOrder order(Assignment assignment, Path drafts) {
        WorkOrder.Surroundings around = settings.surroundings();
        WorkOrder.Effort effort = settings.effort();
        long quarter = Math.max(1, assignment.plan().steps() / 4);
        return new WorkOrder(
                assignment,
                new WorkOrder.Surroundings(
                        around.address(), around.apiKey(), around.artifacts(), drafts, around.launcher()),
                new WorkOrder.Effort(
                        effort.ttl(),
                        Math.min(quarter, settings.checkpointStepsMax()),
                        effort.evaluationTokens(),
                        effort.threads()));
    }

    private ProcessBuilder process(String name, Path order) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(NICE)) {
            command.addAll(List.of(NICE.toString(), "-n", "10"));
        }
        command.addAll(settings.program());
        command.add(order.toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .put("OMP_NUM_THREADS", Integer.toString(settings.effort().threads()));
        // spinning OpenMP threads starve everything else: 198 ms a step instead of 8 on a busy machine
        builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                settings.folder().resolve(name + ".log").toFile()));
        return builder;
    }

    /// Created for its owner only, before a byte is in it.
    private static void write(Path file, byte[] bytes) throws IOException {
        Files.deleteIfExists(file);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(ByteBuffer.wrap(bytes));
        }
    }

    /// The living process of that name; one with the same id but another start time is somebody else.
    private static Optional<ProcessHandle> handle(String worker) {
        int slash = worker.lastIndexOf('/');
        int at = worker.lastIndexOf('@');
        if (slash < 0 || at < slash) {
            return Optional.empty();
        }
        long pid = Long.parseLong(worker.substring(slash + 1, at));
        long start = Long.parseLong(worker.substring(at + 1));
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(found -> startOf(found) == start);
    }

    private static long startOf(ProcessHandle handle) {
        return handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
