package revontuli.safety.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// The keys with which a source may open: those of the services of this installation, each under its service's
/// name, so that one service cannot speak as another.
public final class SourceKeys {
    private static final Pattern SERVICE = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final Map<String, Set<VerifyingKey>> keys;

    public SourceKeys(Map<String, Set<VerifyingKey>> keys) {
        this.keys = Map.copyOf(keys);
    }

    /// Reads a JSON object of service names, each with a list of base64 raw Ed25519 keys; anything else stops the
    /// service.
    public static SourceKeys read(Path file) {
        try {
            Json list = CanonicalJson.parseAnyForm(Files.readAllBytes(file));
            if (list instanceof Json.Items) {
                throw new IllegalArgumentException("it is a list of keys without their services, an older form; write"
                        + " {\"trainer-svc\": [\"<base64>\"], ...}, one member a service");
            }
            if (!(list instanceof Json.Fields(var services)) || services.isEmpty()) {
                throw new IllegalArgumentException(
                        "it must be a JSON object of one or more services such as {\"trainer-svc\": [\"<base64>\"]}");
            }
            Map<String, Set<VerifyingKey>> keys = new TreeMap<>();
            services.forEach((service, value) -> keys.put(service, keys(service, value)));
            return new SourceKeys(keys);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "revontuli.safety.ledger.source-keys-file: cannot use " + file + ": " + e.getMessage(), e);
        }
    }

    private static Set<VerifyingKey> keys(String service, Json value) {
        if (!SERVICE.matcher(service).matches()) {
            throw new IllegalArgumentException("'" + service + "' is not the name of a service, such as trainer-svc");
        }
        if (!(value instanceof Json.Items(var items)) || items.isEmpty()) {
            throw new IllegalArgumentException(service + ": must have a list of one or more keys");
        }
        Set<VerifyingKey> keys = new HashSet<>();
        for (Json item : items) {
            if (!(item instanceof Json.Text(var base64))) {
                throw new IllegalArgumentException(service + ": a key must be a text: base64 of 32 raw bytes");
            }
            keys.add(VerifyingKey.parse(base64));
        }
        return Set.copyOf(keys);
    }

    /// Whether a source of this service may open with this key.
    public boolean trusts(String service, VerifyingKey key) {
        return keys.getOrDefault(service, Set.of()).contains(key);
    }
}
