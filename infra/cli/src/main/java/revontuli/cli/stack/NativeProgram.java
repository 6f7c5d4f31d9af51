package revontuli.cli.stack;

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
import revontuli.cli.CliException;
import revontuli.cli.Service;

/// A service as a native executable, as `infra/revontuli native` lays it out: `target/native/` with the executable and
/// the libraries that it needs.
final class NativeProgram implements Program {
    /// Rooms whose code goes into every executable; the service's own comes to them.
    private static final List<String> SHARED =
            List.of("infra/contracts", "infra/transparency", "infra/platform", "infra/causal-lm", "infra/bpe");

    private final Path executable;
    private final String heap;

    private NativeProgram(Path executable, String heap) {
        this.executable = executable;
        this.heap = heap;
    }

    /// The executable below the project's root; refused if it is missing or older than a source it is made of.
    static NativeProgram built(Path root, Service service, String heap) {
        String name = service.fullName();
        Path executable = root.resolve(name).resolve("target/native").resolve(name);
        if (!Files.isExecutable(executable)) {
            throw CliException.refused(name + " has no executable (" + executable + "): build it with `infra/revontuli"
                    + " native " + name + "`, which takes some minutes");
        }
        newerSource(root, service, executable).ifPresent(source -> {
            throw CliException.refused(name + "'s executable is older than " + root.relativize(source)
                    + ": build it again with `infra/revontuli native " + name + "`");
        });
        return new NativeProgram(executable, heap);
    }

    @Override
    public Path folder() {
        return executable.resolveSibling("");
    }

    @Override
    public List<String> command(Path settings) {
        return List.of(
                executable.toString(),
                "-Xmx" + heap,
                "-Duser.timezone=UTC",
                "-Dquarkus.config.locations=" + settings.toUri());
    }

    @Override
    public String mode() {
        return "native";
    }

    private static Optional<Path> newerSource(Path root, Service service, Path executable) {
        try {
            Newer newer = new Newer(Files.getLastModifiedTime(executable));
            for (String room : SHARED) {
                newer.lookIn(root.resolve(room));
            }
            newer.lookIn(root.resolve(service.fullName()));
            return Optional.ofNullable(newer.found);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compare the executable with its sources", e);
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
