package revontuli.cli.stack;

import java.util.List;

/// The options of every service's Java machine. An AOT cache fits only those it was made with, so there is one set.
public final class JavaFlags {
    /// For starts and little memory; a throughput is measured without it.
    public static final String FIRST_COMPILER_ONLY = "-XX:TieredStopAtLevel=1";

    private JavaFlags() {}

    /// The young part stays small, so that heap for rare giants costs nothing until they come.
    ///
    /// @param heapMax the most heap, as `-Xmx` takes it
    public static List<String> of(String heapMax) {
        return List.of(
                "-Xmx" + heapMax,
                "-XX:MaxNewSize=48m",
                "-XX:+UseSerialGC",
                FIRST_COMPILER_ONLY,
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Duser.timezone=UTC");
    }
}
