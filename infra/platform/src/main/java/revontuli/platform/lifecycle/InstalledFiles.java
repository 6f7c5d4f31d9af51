package revontuli.platform.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import revontuli.transparency.crypto.Digest;

/// The files of an installed service as they were built: `SHA256SUMS` beside the executable, a line `<hex>  <path>` a
/// file, as `sha256sum` writes and checks it.
///
/// The digest of that list names the program in its records, libraries included, without reading them all at a start.
/// What the list says is compared with the files after the start; see [Lifecycle].
public final class InstalledFiles {
    private static final String LIST = "SHA256SUMS";
    private static final int LIST_BYTES_MAX = 1 << 20;
    private static final int HEX = 2 * Digest.BYTES;

    private static final String REMEDY =
            ": copy the whole folder of the service anew, or build it with `infra/revontuli native`";

    private final Path list;

    private InstalledFiles(Path list) {
        this.list = list;
    }

    /// The list beside an executable, if it has one.
    public static Optional<InstalledFiles> beside(Path executable) {
        Path list = executable.resolveSibling(LIST);
        return Files.isRegularFile(list) ? Optional.of(new InstalledFiles(list)) : Optional.empty();
    }

    /// SHA-256 of the list.
    public Digest digest() throws IOException {
        return Digest.of(list);
    }

    /// Reads every file; answers what is not as it was built, with what to do, or nothing.
    Optional<String> firstChange() throws IOException {
        if (Files.size(list) > LIST_BYTES_MAX) {
            return Optional.of(list + " has more than " + LIST_BYTES_MAX + " bytes" + REMEDY);
        }
        for (String line : Files.readAllLines(list)) {
            if (line.length() < HEX + 3) {
                return Optional.of(list + " has a line that is none of sha256sum: " + line + REMEDY);
            }
            Path file = list.resolveSibling(line.substring(HEX + 2));
            try {
                if (!Digest.of(file).hex().equals(line.substring(0, HEX))) {
                    return Optional.of(file + " is not the file that was built" + REMEDY);
                }
            } catch (NoSuchFileException _) {
                return Optional.of(file + " is missing" + REMEDY);
            }
        }
        return Optional.empty();
    }
}
