package revontuli.platform.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The native libraries of the Deep Java Library that lie beside a native executable, in its folder `djl`.
///
/// With their places known DJL neither unpacks nor fetches anything. On a JVM, where the jars bring the libraries, this
/// does nothing. A place that the operator names (such as `PYTORCH_LIBRARY_PATH` for an installed libtorch) comes
// first.
public final class InstalledLibraries {
    private static final Map<String, String> PLACES = Map.of(
            "jna", "jna.boot.library.path",
            "pytorch", "PYTORCH_LIBRARY_PATH",
            "tokenizers", "RUST_LIBRARY_PATH");

    private InstalledLibraries() {}

    /// Call it before the first class of DJL is used.
    ///
    /// @param needed folders below `djl`: `jna`, `pytorch`, `tokenizers`
    /// @throws IllegalStateException if one of them is not there
    public static void use(List<String> needed) {
        executable().ifPresent(executable -> use(executable, needed));
    }

    /// The file of this program, if it is a native executable.
    public static Optional<Path> executable() {
        return "executable".equals(System.getProperty("org.graalvm.nativeimage.kind"))
                ? ProcessHandle.current().info().command().map(Path::of)
                : Optional.empty();
    }

    static void use(Path executable, List<String> needed) {
        for (String name : needed) {
            String place = PLACES.get(name);
            if (place == null) {
                throw new IllegalArgumentException("no such library folder: " + name);
            }
            if (System.getProperty(place) == null && System.getenv(place) == null) {
                System.setProperty(place, file(executable, name).toString());
            }
        }
        System.setProperty("jna.nounpack", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private static Path file(Path executable, String name) {
        Path folder = executable.resolveSibling("djl").resolve(name);
        // DJL 0.36 takes a folder for PyTorch, and for the tokenizers the file alone.
        Path file = name.equals("tokenizers") ? folder.resolve("libtokenizers.so") : folder;
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing: an executable needs the folder `djl` that was built"
                    + " beside it; copy the whole folder, or build it with `infra/revontuli native`");
        }
        return file;
    }
}
