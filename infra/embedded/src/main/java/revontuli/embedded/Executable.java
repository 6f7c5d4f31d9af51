package revontuli.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The native executable of a service, as `infra/revontuli native` lays it out below the project's root.
///
/// @param file the executable, which may not be there
public record Executable(Path root, String service, Path file) {
    /// Rooms whose code goes into every executable; the service's own comes to them.
    private static final List<String> SHARED =
            List.of("infra/contracts", "infra/transparency", "infra/platform", "infra/causal-lm", "infra/bpe");

    /// Where the executable of a service lies.
    ///
    /// @param service name of its module, such as `tokenizer-svc`
    public static Executable of(Path root, String service) {
        return new Executable(
                root, service, root.resolve(service).resolve("target/native").resolve(service));
    }

    public boolean isThere() {
        return Files.isExecutable(file);
    }

    /// A source that changed after the executable was built from it.
    public Optional<Path> newerSource() {
        try {
            Newer newer = new Newer(Files.getLastModifiedTime(file));
            for (String room : SHARED) {
                newer.lookIn(root.resolve(room));
            }
            newer.lookIn(root.resolve(service));
            return Optional.ofNullable(newer.found);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compare " + file + " with its sources", e);
        }
    }

    /// Finds a file of the main sources that is newer than a time.
    private static final class Newer extends SimpleFileVisitor<Path> {
        private final FileTime time;
        private @Nullable Path found;

        Newer(FileTime time) {
            this.time = time;
        }

        void lookIn(Path room) throws IOException {
            Path sources = room.resolve("src/main");
            if (found == null && Files.isDirectory(sources)) {
                Files.walkFileTree(sources, this);
            }
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.lastModifiedTime().compareTo(time) > 0) {
                found = file;
                return FileVisitResult.TERMINATE;
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
