package revontuli.causallm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import revontuli.causallm.CheckpointRejected.Reason;

/// SHA-256 over the exact bytes of a file.
final class FileDigest {
    private static final int BUFFER_BYTES = 1 << 20;

    private FileDigest() {}

    static void demand(String name, Path path, String expected) throws CheckpointRejected {
        String found = of(path);
        if (!found.equals(expected.toLowerCase(Locale.ROOT))) {
            throw new CheckpointRejected(Reason.FILE_DIGEST_MISMATCH, name, "sha256:" + expected, "sha256:" + found);
        }
    }

    static String of(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            MessageDigest digest = sha256();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
