package revontuli.cli.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.embedded.Folders;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;

/// Every key and password of one home, made at the first start; there is no default for any.
///
/// What is missing is made, what is there is kept, and `principals.json`, which holds hashes and public keys only, is
/// written anew from the key files at every start.
final class Credentials {
    private static final int KEY_RANDOM_BYTES = 32;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home home;
    private final Secrets secrets;
    private final SecureRandom random = new SecureRandom();

    private Credentials(Home home) {
        this.home = home;
        this.secrets = Secrets.open(home.keys().resolve("secrets.json"));
    }

    static Credentials prepare(Home home) {
        Folders.ownOnly(home.keys());
        Folders.ownOnly(home.clientKeys());
        Folders.ownOnly(home.serviceKeys());
        Credentials credentials = new Credentials(home);
        credentials.drawPasswords();
        credentials.makeKeys();
        credentials.writePrincipals();
        credentials.writeSourceKeys();
        return credentials;
    }

    String postgresSuperuser() {
        return secrets.get("postgres.superuser");
    }

    String kafkaAdmin() {
        return secrets.get("kafka.admin");
    }

    String databaseOwner(Service service) {
        return secrets.get("postgres." + service.shortName() + ".owner");
    }

    String databaseApp(Service service) {
        return secrets.get("postgres." + service.shortName() + ".app");
    }

    String kafkaPassword(String user) {
        return secrets.get("kafka." + user);
    }

    /// Kafka's users with their passwords.
    Map<String, String> kafkaUsers() {
        Map<String, String> users = new LinkedHashMap<>();
        for (Service service : Service.values()) {
            users.put(service.fullName(), kafkaPassword(service.fullName()));
        }
        for (Person person : Person.EVERYONE) {
            if (person.submits()) {
                users.put(person.name(), kafkaPassword(person.name()));
            }
        }
        return users;
    }

    Path signingKey(Service service) {
        return home.serviceKeys().resolve(service.fullName() + ".pem");
    }

    Path apiKeyFile(Service service) {
        return home.serviceKeys().resolve(service.fullName() + ".apikey");
    }

    /// The keys with which a source of audit records may open: base64 public keys by service.
    Path sourceKeys() {
        return home.keys().resolve("source-keys.json");
    }

    /// The key that encrypts the data keys of subjects.
    Path masterKey() {
        return home.keys().resolve("master.key");
    }

    /// Name under which this installation's log signs.
    String logOrigin() {
        return "revontuli/" + signingKeyAt(home.installationKey()).kid();
    }

    private void drawPasswords() {
        postgresSuperuser();
        kafkaAdmin();
        for (Service service : Service.values()) {
            databaseOwner(service);
            databaseApp(service);
        }
        kafkaUsers();
        secrets.save();
    }

    private void makeKeys() {
        Home.writeOwnOnly(home.logPublicKey(), publicKey(signingKeyAt(home.logKey())) + "\n");
        signingKeyAt(home.installationKey());
        if (!Files.exists(masterKey())) {
            byte[] key = new byte[KEY_RANDOM_BYTES];
            random.nextBytes(key);
            Home.writeOwnOnly(masterKey(), Base64.getEncoder().encodeToString(key) + "\n");
        }
        for (Service service : Service.values()) {
            signingKeyAt(signingKey(service));
            if (!Files.exists(apiKeyFile(service))) {
                Home.writeOwnOnly(apiKeyFile(service), drawApiKey() + "\n");
            }
        }
        Person.EVERYONE.forEach(this::makeClient);
    }

    private void writeSourceKeys() {
        ObjectNode keys = JSON.createObjectNode();
        for (Service service : Service.values()) {
            keys.putArray(service.fullName()).add(publicKey(signingKeyAt(signingKey(service))));
        }
        Home.writeOwnOnly(sourceKeys(), keys.toPrettyString() + "\n");
    }

    private void makeClient(Person person) {
        Path file = home.clientKeys().resolve(person.name() + ".json");
        if (Files.exists(file)) {
            return;
        }
        ObjectNode json =
                JSON.createObjectNode().put("principal", person.principal()).put("tenant", person.tenant());
        ArrayNode roles = json.putArray("roles");
        person.roles().forEach(roles::add);
        json.put("api_key", drawApiKey());
        person.signs().ifPresent(use -> {
            SigningKey key = signingKeyAt(home.clientKeys().resolve(person.name() + ".pem"));
            json.put("signing_key", person.name() + ".pem").put("kid", key.kid());
        });
        if (person.submits()) {
            json.putObject("kafka").put("username", person.name()).put("password", kafkaPassword(person.name()));
        }
        Home.writeOwnOnly(file, json.toPrettyString() + "\n");
    }

    private void writePrincipals() {
        ObjectNode file = JSON.createObjectNode();
        ArrayNode principals = file.putArray("principals");
        for (Person person : Person.EVERYONE) {
            ClientCredential credential =
                    ClientCredential.read(home.clientKeys().resolve(person.name() + ".json"));
            ObjectNode entry = principal(
                    principals, credential.principal(), credential.tenant(), credential.roles(), credential.apiKey());
            person.signs().ifPresent(use -> {
                SigningKey key = credential.signingKey();
                entry.putArray("public_keys")
                        .addObject()
                        .put("kid", key.kid())
                        .put("use", use)
                        .put("ed25519", publicKey(key));
            });
        }
        for (Service service : Service.values()) {
            principal(
                    principals,
                    "services/" + service.fullName(),
                    "system",
                    List.of("service"),
                    read(apiKeyFile(service)).strip());
        }
        SigningKey installation = signingKeyAt(home.installationKey());
        file.putObject("installation_key").put("kid", installation.kid()).put("ed25519", publicKey(installation));
        Home.writeOwnOnly(home.principals(), file.toPrettyString() + "\n");
    }

    private static ObjectNode principal(
            ArrayNode principals, String id, String tenant, List<String> roles, String apiKey) {
        String hash = Digest.of(apiKey.getBytes(StandardCharsets.US_ASCII)).hex();
        ObjectNode entry = principals.addObject().put("id", id).put("tenant", tenant);
        ArrayNode list = entry.putArray("roles");
        roles.forEach(list::add);
        entry.putArray("api_keys")
                .addObject()
                .put("id", "key-" + hash.substring(0, 8))
                .put("sha256", hash);
        return entry;
    }

    private String drawApiKey() {
        byte[] bytes = new byte[KEY_RANDOM_BYTES];
        random.nextBytes(bytes);
        return "rvk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static SigningKey signingKeyAt(Path file) {
        try {
            if (Files.exists(file)) {
                return SigningKey.readPem(file);
            }
            SigningKey key = SigningKey.generate();
            key.writePem(file);
            return key;
        } catch (IOException | IllegalArgumentException e) {
            throw CliException.refused("cannot use the key " + file + ": " + e.getMessage());
        }
    }

    private static String publicKey(SigningKey key) {
        return Base64.getEncoder().encodeToString(key.verifyingKey().raw());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw CliException.refused("cannot read " + file + ": " + e.getMessage());
        }
    }

    /// A person for whom a key file is made.
    ///
    /// @param signs what its signing key is for: `submission`, `approval` or nothing
    record Person(String name, String tenant, List<String> roles, Optional<String> signs) {
        static final String SUBMISSION = "submission";
        private static final String DEMO = "demo";

        static final List<Person> EVERYONE = List.of(
                new Person("caller", DEMO, List.of("caller"), Optional.empty()),
                new Person("operator", DEMO, List.of("caller", "operator"), Optional.of(SUBMISSION)),
                new Person("evaluator", DEMO, List.of("caller", "evaluator"), Optional.empty()),
                new Person("reviewer", DEMO, List.of("reviewer"), Optional.empty()),
                new Person("reviewer-b", DEMO, List.of("reviewer"), Optional.empty()),
                new Person("approver-a", DEMO, List.of("approver"), Optional.of("approval")),
                new Person("approver-b", DEMO, List.of("approver"), Optional.of("approval")),
                new Person("auditor", DEMO, List.of("auditor"), Optional.empty()),
                new Person("guest", "guest", List.of("caller"), Optional.empty()));

        String principal() {
            return "users/" + name;
        }

        /// Whether this person writes submissions to Kafka.
        boolean submits() {
            return signs.filter(SUBMISSION::equals).isPresent();
        }
    }
}
