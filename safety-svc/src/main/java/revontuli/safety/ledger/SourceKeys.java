package revontuli.safety.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// The keys with which a source may open: those of the services of this installation, and no others.
public final class SourceKeys {
    private final Set<VerifyingKey> keys;

    public SourceKeys(Set<VerifyingKey> keys) {
        this.keys = Set.copyOf(keys);
    }

    /// Reads a JSON list of base64 raw Ed25519 keys; a malformed or empty list stops the service.
    public static SourceKeys read(Path file) {
        try {
            if (!(CanonicalJson.parseAnyForm(Files.readAllBytes(file)) instanceof Json.Items(var items))
                    || items.isEmpty()) {
                throw new IllegalArgumentException("it must be a JSON list of one or more keys");
            }
            Set<VerifyingKey> keys = new HashSet<>();
            for (Json item : items) {
                if (!(item instanceof Json.Text(var base64))) {
                    throw new IllegalArgumentException("a key must be a text: base64 of 32 raw bytes");
                }
                keys.add(VerifyingKey.parse(base64));
            }
            return new SourceKeys(keys);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "revontuli.safety.ledger.source-keys-file: cannot use " + file + ": " + e.getMessage(), e);
        }
    }

    public boolean trusts(VerifyingKey key) {
        return keys.contains(key);
    }
}
