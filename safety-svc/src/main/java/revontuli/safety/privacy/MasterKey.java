package revontuli.safety.privacy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// The key that encrypts data keys. It lives in a file and never in the database: a copy of the database opens nothing.
public final class MasterKey {
    private static final int FILE_BYTES_MAX = 1024;

    private final Sealing sealing;

    public MasterKey(byte[] key) {
        this.sealing = new Sealing(key);
    }

    /// Reads base64 of 32 random bytes; anything else stops the service.
    public static MasterKey read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IllegalArgumentException("it is too long");
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            return new MasterKey(Base64.getDecoder().decode(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "revontuli.safety.privacy.master-key-file: cannot use " + file + ": " + e.getMessage()
                            + "; it must hold base64 of 32 random bytes (openssl rand -base64 32)",
                    e);
        }
    }

    /// Encrypts a data key for its subject; it opens for no other.
    byte[] wrap(byte[] dataKey, Owner owner) {
        return sealing.seal(dataKey, owner.bytes());
    }

    byte[] unwrap(byte[] wrapped, Owner owner) {
        return sealing.open(wrapped, owner.bytes());
    }
}
