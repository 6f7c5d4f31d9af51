package revontuli.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import revontuli.embedded.Executable;

/// The service of this module as a process, as it is installed: its executable if there is one as new as its sources,
/// else its jar on a JVM.
///
/// Its settings are the system properties that a [Backbone] gave to this test.
public final class InstalledService implements AutoCloseable {
    private static final String HEAP_MAX = "160m";

    private final Process process;
    private final Path log;
    private final boolean executable;

    private InstalledService(Process process, Path log, boolean executable) {
        this.process = process;
        this.log = log;
        this.executable = executable;
    }

    /// Starts the service with the settings of the backbone.
    ///
    /// @param name of this run: its settings and its log lie in `folder` under this name
    /// @param changed settings that differ from those of the backbone
    public static InstalledService start(Path folder, String name, Map<String, String> changed) throws IOException {
        return start(folder, name, HEAP_MAX, changed);
    }

    /// As the other, with another heap.
    ///
    /// @param heapMax as `-Xmx` takes it
    public static InstalledService start(Path folder, String name, String heapMax, Map<String, String> changed)
            throws IOException {
        Map<String, String> settings = new TreeMap<>(changed);
        for (String key : System.getProperties().stringPropertyNames()) {
            boolean ours = key.startsWith("quarkus.") || key.startsWith("kafka.") || key.startsWith("revontuli.");
            if (ours && !key.contains("test") && !key.equals("revontuli.native")) {
                settings.putIfAbsent(key, System.getProperty(key));
            }
        }
        settings.put("quarkus.http.port", "0");
        Path file = folder.resolve(name + ".properties");
        Files.write(file, settings.entrySet().stream().map(Object::toString).toList());
        Path module = Path.of("").toAbsolutePath();
        Executable built = Executable.of(module.resolveSibling(""), String.valueOf(module.getFileName()));
        boolean executable = built.isThere() && built.newerSource().isEmpty();
        Path log = folder.resolve(name + ".log");
        Process process = new ProcessBuilder(
                        executable ? nativeCommand(built, heapMax, file) : javaCommand(module, heapMax, file))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        System.out.println(name + " runs " + (executable ? "as the executable " + built.file() : "on a JVM"));
        return new InstalledService(process, log, executable);
    }

    private static List<String> javaCommand(Path module, String heapMax, Path settings) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMax,
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dquarkus.config.locations=" + settings,
                "-jar",
                module.resolve("target/quarkus-app/quarkus-run.jar").toString());
    }

    private static List<String> nativeCommand(Executable built, String heapMax, Path settings) {
        return List.of(built.file().toString(), "-Xmx" + heapMax, "-Dquarkus.config.locations=" + settings);
    }

    public boolean isExecutable() {
        return executable;
    }

    /// SIGTERM; true if the service has ended by itself within the time.
    public boolean stop(long seconds) throws InterruptedException {
        process.destroy();
        return ends(seconds);
    }

    /// True if the service ends within the time.
    public boolean ends(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    /// What the ended service said with its end.
    public int exitValue() {
        return process.exitValue();
    }

    public String log() throws IOException {
        return Files.readString(log);
    }

    /// Lines of the log at level ERROR, without Quarkus's own about calls that came when everything was closed: its
    /// gRPC server listens a moment longer than its container lives, and has no switch for that.
    public List<String> errors() throws IOException {
        return log().lines()
                .filter(line -> line.contains("\"level\":\"ERROR\""))
                .filter(line -> !line.contains("Uncaught exception received by Vert.x [Error Occurred After Shutdown]"))
                .toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
