package revontuli.platform.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import revontuli.platform.lifecycle.InstalledFiles;
import revontuli.platform.lifecycle.InstalledLibraries;
import revontuli.transparency.crypto.Digest;

/// Names the program that writes records: SHA-256 over a sorted list of its parts.
///
/// An installed service is one folder; our own jars count with their bytes, libraries with their names (which carry
/// versions) and sizes, so that a start does not read 80 MB. An executable is named by the list of its files
/// ([InstalledFiles]), or by its bytes if it has none. Classes that were not packaged have no identity and are called
/// by a fixed digest of the word `unpackaged`.
final class BuildDigest {
    private BuildDigest() {}

    static Digest ofThisProgram() {
        Optional<Path> executable = InstalledLibraries.executable();
        String jar = System.getProperty("java.class.path", "");
        try {
            if (jar.endsWith("quarkus-run.jar")) {
                return ofFolder(Path.of(jar).toAbsolutePath().resolveSibling(""));
            }
            if (executable.isPresent()) {
                Optional<InstalledFiles> files = InstalledFiles.beside(executable.get());
                return files.isPresent() ? files.get().digest() : Digest.of(executable.get());
            }
            return Digest.of("unpackaged".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read this program's own files", e);
        }
    }

    static Digest ofFolder(Path folder) throws IOException {
        List<String> parts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder, 4)) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".jar"))::iterator) {
                parts.add(part(folder, file));
            }
        }
        Collections.sort(parts);
        return Digest.of(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
    }

    private static String part(Path folder, Path jar) throws IOException {
        String name = folder.relativize(jar).toString();
        boolean ours = name.startsWith("app/") || jar.getFileName().toString().startsWith("revontuli.");
        return name + " " + (ours ? Digest.of(jar).toString() : Long.toString(Files.size(jar)));
    }
}
