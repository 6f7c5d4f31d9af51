package revontuli.platform.caller;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// The principals that were there from the first start: who holds which API key and which public keys.
///
/// Read once, from a file that holds hashes and public keys only. Later keys come over [ApiKeys].
public final class Principals {
    private final Map<String, Caller> callersByKeyHash = new HashMap<>();
    private final Map<String, PublicKeyEntry> publicKeys = new HashMap<>();
    private final Optional<VerifyingKey> installationKey;
    private final Digest digest;
    private final List<Caller> all = new ArrayList<>();

    private Principals(Json.Fields file, Digest digest) {
        this.digest = digest;
        for (Json item : file.items("principals")) {
            add((Json.Fields) item);
        }
        this.installationKey = file.members().containsKey("installation_key")
                ? Optional.of(VerifyingKey.parse(file.fields("installation_key").text("ed25519")))
                : Optional.empty();
    }

    /// Reads the file. A malformed file stops the service: half a list of principals is worse than none.
    public static Principals read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return new Principals(CanonicalJson.parseFieldsAnyForm(bytes), Digest.of(bytes));
        } catch (IOException | IllegalArgumentException | ClassCastException e) {
            throw new IllegalStateException(
                    "revontuli.platform.auth.principals-file: cannot use " + file + ": " + e.getMessage(), e);
        }
    }

    public Optional<Caller> byKeyHash(String sha256Hex) {
        return Optional.ofNullable(callersByKeyHash.get(sha256Hex));
    }

    /// Key with this id that may sign for this use.
    public Optional<PublicKeyEntry> publicKey(String kid, String use) {
        return Optional.ofNullable(publicKeys.get(kid))
                .filter(entry -> entry.use().equals(use));
    }

    /// All keys for a use.
    public List<PublicKeyEntry> publicKeys(String use) {
        return publicKeys.values().stream()
                .filter(entry -> entry.use().equals(use))
                .sorted(Comparator.comparing(PublicKeyEntry::kid))
                .toList();
    }

    /// Key that vouches for what was brought in at installation.
    public Optional<VerifyingKey> installationKey() {
        return installationKey;
    }

    /// Digest of the file as it was read.
    public Digest digest() {
        return digest;
    }

    /// Everybody in the file, with tenant and roles, in its order.
    public List<Caller> all() {
        return List.copyOf(all);
    }

    private void add(Json.Fields principal) {
        Set<Role> roles = new HashSet<>();
        for (Json role : principal.items("roles")) {
            String text = ((Json.Text) role).value();
            roles.add(Role.find(text).orElseThrow(() -> new IllegalArgumentException("unknown role " + text)));
        }
        Caller caller = new Caller(principal.text("id"), principal.text("tenant"), roles);
        all.add(caller);
        for (Json item : itemsOrNone(principal, "api_keys")) {
            callersByKeyHash.put(((Json.Fields) item).text("sha256"), caller);
        }
        for (Json item : itemsOrNone(principal, "public_keys")) {
            Json.Fields key = (Json.Fields) item;
            VerifyingKey verifying = VerifyingKey.parse(key.text("ed25519"));
            String kid = key.text("kid");
            if (!kid.equals(verifying.kid())) {
                throw new IllegalArgumentException("kid " + kid + " does not belong to its key");
            }
            publicKeys.put(kid, new PublicKeyEntry(kid, key.text("use"), caller, verifying));
        }
    }

    private static List<Json> itemsOrNone(Json.Fields fields, String name) {
        return fields.members().containsKey(name) ? fields.items(name) : List.of();
    }
}
