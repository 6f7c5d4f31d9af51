package revontuli.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import revontuli.embedded.Folders;

/// The one folder where an embedded stack keeps its data, keys, logs and addresses.
public record Home(Path folder) {
    /// In a folder that this program made; without it nothing is ever deleted.
    private static final String MARK = "revontuli-home";

    public Home {
        folder = folder.toAbsolutePath().normalize();
    }

    /// `REVONTULI_HOME`, else the usual folder for data of the user.
    public static Path usualFolder() {
        String own = System.getenv("REVONTULI_HOME");
        if (own != null && !own.isBlank()) {
            return Path.of(own);
        }
        String data = System.getenv("XDG_DATA_HOME");
        Path parent = data == null || data.isBlank() ? ownHome().resolve(".local/share") : Path.of(data);
        return parent.resolve("revontuli");
    }

    /// HOME as every other program reads it; Java's own property asks the list of users instead.
    private static Path ownHome() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home);
    }

    /// Makes the folder, or refuses one that holds something else.
    public void prepare() {
        try {
            if (Files.isDirectory(folder) && !isOurs() && !isEmpty()) {
                throw CliException.refused(folder + " holds other files: name an empty or new folder with --home");
            }
            Folders.ownOnly(folder);
            if (!isOurs()) {
                Files.writeString(folder.resolve(MARK), "This folder belongs to revontuli.\n");
            }
        } catch (IOException e) {
            throw CliException.refused("cannot use the home folder " + folder + ": " + e.getMessage());
        }
    }

    /// Deletes data, keys and logs; keeps only what every start would unpack again, and the lock that the caller
    /// holds.
    public void clear() {
        if (!isOurs()) {
            return;
        }
        for (String name :
                List.of("postgres/data", "postgres/data.new", "kafka", "artifacts", "packed", "run", "logs", "keys")) {
            Folders.delete(folder.resolve(name));
        }
    }

    public Path lock() {
        return folder.resolve("lock");
    }

    public Path stackFile() {
        return run().resolve("stack.json");
    }

    public Path run() {
        return folder.resolve("run");
    }

    public Path logs() {
        return folder.resolve("logs");
    }

    public Path keys() {
        return folder.resolve("keys");
    }

    public Path clientKeys() {
        return keys().resolve("clients");
    }

    public Path serviceKeys() {
        return keys().resolve("services");
    }

    public Path principals() {
        return keys().resolve("principals.json");
    }

    /// Key that vouches for what is brought in at installation; private, PEM.
    public Path installationKey() {
        return keys().resolve("installation.pem");
    }

    /// Key that signs the checkpoints of the audit log; private, PEM.
    public Path logKey() {
        return keys().resolve("log.pem");
    }

    /// Public half of [#logKey], as `audit verify --key` takes it.
    public Path logPublicKey() {
        return keys().resolve("log.pub");
    }

    public Path artifacts() {
        return folder.resolve("artifacts");
    }

    /// Rounded weights of large models, kept between starts.
    public Path packedWeights() {
        return folder.resolve("packed");
    }

    public Path postgres() {
        return folder.resolve("postgres");
    }

    public Path kafka() {
        return folder.resolve("kafka");
    }

    /// Writes a file that only its owner may read; it is there whole or as it was before.
    public static void writeOwnOnly(Path file, String text) {
        try {
            Path fresh = Files.createTempFile(
                    file.getParent(),
                    file.getFileName().toString(),
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private boolean isOurs() {
        return Files.isRegularFile(folder.resolve(MARK));
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
