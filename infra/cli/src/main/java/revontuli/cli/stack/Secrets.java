package revontuli.cli.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import revontuli.cli.CliException;
import revontuli.cli.Home;

/// Passwords that only the launcher and the servers know, drawn at first use and kept in one file of mode 0600.
final class Secrets {
    private static final int RANDOM_BYTES = 24;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final ObjectNode values;
    private final SecureRandom random = new SecureRandom();
    private boolean changed;

    private Secrets(Path file, ObjectNode values) {
        this.file = file;
        this.values = values;
    }

    static Secrets open(Path file) {
        try {
            if (!Files.exists(file)) {
                return new Secrets(file, JSON.createObjectNode());
            }
            if (JSON.readTree(file.toFile()) instanceof ObjectNode values) {
                return new Secrets(file, values);
            }
            throw CliException.refused(file + " is damaged: restore it, or begin anew with --fresh");
        } catch (IOException e) {
            throw CliException.refused("cannot read " + file + ": " + e.getMessage());
        }
    }

    /// The secret of this name; drawn now if there is none yet. 192 bits, base64url.
    String get(String name) {
        if (!values.hasNonNull(name)) {
            byte[] bytes = new byte[RANDOM_BYTES];
            random.nextBytes(bytes);
            values.put(name, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            changed = true;
        }
        return values.get(name).asText();
    }

    /// Writes what was drawn. Nothing that a secret protects may be made before.
    void save() {
        if (changed) {
            Home.writeOwnOnly(file, values.toPrettyString() + "\n");
            changed = false;
        }
    }
}
