package revontuli.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.cli.Service;
import revontuli.cli.stack.JavaFlags;
import revontuli.embedded.Executable;

/// How one service is started in one mode, with the same settings in each.
///
/// @param folder working directory; an AOT cache is found only from the jar's own folder
/// @param built what made it, for the page of results
record Launch(Service service, Mode mode, List<String> command, Path folder, String built) {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "MALLOC_ARENA_MAX", "2", "DJL_OFFLINE", "true", "OPT_OUT_TRACKING", "true", "OMP_WAIT_POLICY", "PASSIVE");

    private static final String SETTINGS = "{settings}";

    /// What was found of a service in a mode.
    sealed interface Found {
        record Ready(Launch launch) implements Found {}

        /// Cannot be started.
        ///
        /// @param why with what to do about it
        record Missing(String why) implements Found {}
    }

    Launch {
        command = List.copyOf(command);
    }

    /// Looks below the project's root for what the build makes.
    static Found find(Path root, Service service, Mode mode) {
        return mode == Mode.NATIVE ? findNative(root, service) : findJvm(root, service, mode);
    }

    /// The whole command, which names the settings of this start.
    List<String> with(Path settings) {
        List<String> whole = new ArrayList<>();
        for (String word : command) {
            whole.add(word.equals(SETTINGS) ? "-Dquarkus.config.locations=" + settings.toUri() : word);
        }
        return whole;
    }

    Map<String, String> environment() {
        return ENVIRONMENT;
    }

    private static Found findNative(Path root, Service service) {
        Executable found = Executable.of(root, service.fullName());
        String make = "`infra/revontuli native " + service.fullName() + "` makes it";
        if (!found.isThere()) {
            return new Found.Missing("there is no executable: " + make);
        }
        Optional<Path> newer = found.newerSource();
        if (newer.isPresent()) {
            return new Found.Missing(
                    "its executable is older than " + root.relativize(newer.get()) + ": " + make + " anew");
        }
        Path executable = found.file();
        Path folder = executable.resolveSibling("");
        List<String> command =
                List.of(executable.toString(), "-Xmx" + service.heapMax(), "-Duser.timezone=UTC", SETTINGS);
        return new Found.Ready(new Launch(service, Mode.NATIVE, command, folder, assembly(folder)));
    }

    private static Found findJvm(Path root, Service service, Mode mode) {
        Path folder = root.resolve(service.fullName()).resolve("target/quarkus-app");
        Path jar = folder.resolve("quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            return new Found.Missing("it is not built: infra/revontuli builds it");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JavaFlags.of(service.heapMax()));
        command.add(SETTINGS);
        if (mode == Mode.JIT) {
            command.remove(JavaFlags.FIRST_COMPILER_ONLY);
        }
        if (mode == Mode.AOT) {
            Path cache = folder.resolve("app.aot");
            if (!isNewer(cache, jar)) {
                return new Found.Missing(
                        "there is no AOT cache of this build: two runs of `infra/revontuli up` make it");
            }
            // Mode on: a cache that does not fit ends the start with an error, where auto would go on without it.
            command.addAll(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache.getFileName()));
        }
        command.addAll(List.of("-jar", "quarkus-run.jar"));
        return new Found.Ready(new Launch(service, mode, command, folder, "Java " + Runtime.version()));
    }

    /// What the build wrote beside the executable about the program that made it.
    private static String assembly(Path folder) {
        Path note = folder.resolve("native-image.txt");
        try {
            if (!Files.isRegularFile(note)) {
                return "unknown";
            }
            return String.join("; ", Files.readAllLines(note));
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }

    private static boolean isNewer(Path cache, Path jar) {
        try {
            return Files.isRegularFile(cache)
                    && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
        } catch (IOException _) {
            return false; // as good as none
        }
    }
}
