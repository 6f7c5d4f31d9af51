package revontuli.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.SigningKey;

/// One person's key file, as the launcher made it: who it is, the API key, perhaps a key to sign with.
public record ClientCredential(
        String principal,
        String tenant,
        List<String> roles,
        String apiKey,
        Optional<Path> signingKeyFile,
        Optional<KafkaLogin> kafka) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final ObjectMapper JSON = new ObjectMapper();

    /// How this person writes to Kafka.
    public record KafkaLogin(String username, String password) {
        @Override
        public String toString() {
            return "KafkaLogin[" + username + "]";
        }
    }

    public ClientCredential {
        roles = List.copyOf(roles);
    }

    public static ClientCredential load(Home home, String name) {
        if (!NAME.matcher(name).matches()) {
            throw CliException.usage("not a name of a client: " + name);
        }
        Path file = home.clientKeys().resolve(name + ".json");
        if (!Files.isRegularFile(file)) {
            List<String> names = names(home.clientKeys());
            throw names.isEmpty()
                    ? CliException.unavailable(
                            "there is no key file " + file + ": start the stack once with `revontuli up`")
                    : CliException.usage("--as " + name + ": there is no such client; there are " + names);
        }
        return read(file);
    }

    private static List<String> names(Path folder) {
        String[] files = folder.toFile().list((_, file) -> file.endsWith(".json"));
        return files == null
                ? List.of()
                : Arrays.stream(files)
                        .map(file -> file.substring(0, file.length() - ".json".length()))
                        .sorted()
                        .toList();
    }

    public static ClientCredential read(Path file) {
        try {
            JsonNode json = JSON.readTree(file.toFile());
            List<String> roles = new ArrayList<>();
            json.path("roles").forEach(role -> roles.add(role.asText()));
            return new ClientCredential(
                    text(file, json, "principal"),
                    text(file, json, "tenant"),
                    roles,
                    text(file, json, "api_key"),
                    Optional.ofNullable(json.path("signing_key").asText(null))
                            .map(path -> file.resolveSibling(path).normalize()),
                    Optional.of(json.path("kafka"))
                            .filter(JsonNode::isObject)
                            .map(kafka ->
                                    new KafkaLogin(text(file, kafka, "username"), text(file, kafka, "password"))));
        } catch (IOException e) {
            throw CliException.refused("cannot read the key file " + file + ": " + e.getMessage());
        }
    }

    /// The key to sign with; a person without one is told so.
    public SigningKey signingKey() {
        Path file = signingKeyFile.orElseThrow(
                () -> CliException.refused(principal + " has no key to sign with: choose another name with --as"));
        try {
            return SigningKey.readPem(file);
        } catch (IOException | RuntimeException e) {
            throw CliException.refused("cannot use the signing key " + file + ": " + e.getMessage());
        }
    }

    /// Never the keys.
    @Override
    public String toString() {
        return "ClientCredential[" + principal + "]";
    }

    private static String text(Path file, JsonNode json, String field) {
        String text = json.path(field).asText("");
        if (text.isEmpty()) {
            throw CliException.refused("the key file " + file + " lacks the field " + field);
        }
        return text;
    }
}
