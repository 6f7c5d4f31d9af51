package revontuli.platform.lifecycle;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether this very process listens on a port. Another process that listens there does not count.
///
/// Quarkus starts its separate gRPC server in the background and goes on without it when the port is taken, so that a
/// service would stay up half. Linux says whose a listening socket is: `/proc/self/net/tcp` names its inode,
/// `/proc/self/fd` our inodes. Where there is no `/proc` nothing is claimed.
final class OwnPort {
    private static final Path PROC = Path.of("/proc/self");
    private static final String LISTENING = "0A";
    private static final long POLL_MS = 50;

    private OwnPort() {}

    /// Waits until this process listens; false when it did not within the patience.
    static boolean listens(int port, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                if (!Files.isReadable(PROC.resolve("net/tcp")) || isOurs(port)) {
                    return true;
                }
            } catch (IOException _) {
                return true; // nothing can be known here
            }
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static boolean isOurs(int port) throws IOException {
        Set<String> inodes = listeningInodes(port);
        if (inodes.isEmpty()) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(PROC.resolve("fd"))) {
            for (Path file : files) {
                if (inodes.contains(target(file))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Set<String> listeningInodes(int port) throws IOException {
        String local = ":%04X".formatted(port);
        Set<String> inodes = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            Path file = PROC.resolve(table);
            if (Files.isReadable(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] columns = line.strip().split("\\s+", -1);
                    if (columns.length > 9 && columns[1].endsWith(local) && columns[3].equals(LISTENING)) {
                        inodes.add("socket:[" + columns[9] + "]");
                    }
                }
            }
        }
        return inodes;
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException _) {
            return ""; // closed meanwhile
        }
    }
}
