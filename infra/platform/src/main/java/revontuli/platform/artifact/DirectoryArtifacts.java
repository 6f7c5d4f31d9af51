package revontuli.platform.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.Digest;

/// An artifact store in one folder: `sha256/<first two hex digits>/<hex>`, written beside and moved into place, so
/// that a file with that name is always whole. Files are never overwritten.
public final class DirectoryArtifacts implements ArtifactStore {
    private final Path root;
    private final long bytesMax;

    public DirectoryArtifacts(Path root, long bytesMax) {
        this.root = root;
        this.bytesMax = bytesMax;
    }

    @Override
    public Digest put(InputStream bytes) throws IOException {
        Path incoming = root.resolve("incoming");
        Files.createDirectories(incoming);
        Path draft = incoming.resolve(UUID.randomUUID().toString());
        try {
            Digest digest;
            try (FileChannel channel =
                            FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel)) {
                digest = Digest.copy(new Limited(bytes, bytesMax), out);
                channel.force(true);
            }
            moveIntoPlace(draft, location(digest));
            return digest;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    @Override
    public boolean has(Digest digest) {
        return Files.isRegularFile(location(digest));
    }

    @Override
    public Path path(Digest digest) {
        Path location = location(digest);
        if (!Files.isRegularFile(location)) {
            throw new Fault.NotFound(
                            "NO_SUCH_ARTIFACT",
                            "there is no artifact " + digest + " in the store: upload it first",
                            Map.of("digest", digest.toString()))
                    .toException();
        }
        return location;
    }

    @Override
    public byte[] read(Digest digest, int limit) {
        Path file = path(digest);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw tooLarge(limit);
            }
            if (!Digest.of(bytes).equals(digest)) {
                throw new IllegalStateException("the store is damaged: " + file + " is not what its name says");
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the artifact " + digest, e);
        }
    }

    private Path location(Digest digest) {
        String hex = digest.hex();
        return root.resolve("sha256").resolve(hex.substring(0, 2)).resolve(hex);
    }

    private static void moveIntoPlace(Path draft, Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return;
        }
        Files.createDirectories(place.getParent());
        try {
            Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the artifact folder must be one file system: " + place, e);
        }
        try (FileChannel folder = FileChannel.open(place.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static FaultException tooLarge(long limit) {
        return new Fault.Invalid(
                        "ARTIFACT_TOO_LARGE",
                        "artifact: more than " + limit + " bytes",
                        Map.of("field", "artifact", "limit", Long.toString(limit)))
                .toException();
    }

    /// Passes on at most so many bytes, then refuses.
    private static final class Limited extends InputStream {
        private final InputStream in;
        private final long limit;
        private long left;

        Limited(InputStream in, long limit) {
            this.in = in;
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            return b < 0 ? b : counted(1, b);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = in.read(buffer, offset, length);
            return n < 0 ? n : counted(n, n);
        }

        private int counted(int count, int result) {
            left -= count;
            if (left < 0) {
                throw tooLarge(limit);
            }
            return result;
        }
    }
}
