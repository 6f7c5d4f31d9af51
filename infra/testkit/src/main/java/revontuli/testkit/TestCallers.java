package revontuli.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// People and services that tests speak as. Their keys follow from their names, so that every class loader knows the
/// same.
public final class TestCallers {
    /// Name, tenant, roles. The name is the id behind `users/`.
    private static final Map<String, List<String>> PEOPLE = new TreeMap<>(Map.of(
            "caller", List.of("demo", "caller"),
            "operator", List.of("demo", "caller", "operator"),
            "evaluator", List.of("demo", "caller", "evaluator"),
            "reviewer", List.of("demo", "reviewer"),
            "approver-a", List.of("demo", "approver"),
            "approver-b", List.of("demo", "approver"),
            "auditor", List.of("demo", "auditor"),
            "lead", List.of("demo", "caller", "operator", "approver"),
            "guest", List.of("guest", "caller", "operator"),
            "nobody", List.of("demo")));

    private TestCallers() {}

    /// API key of a person, or of a service (`services/...`).
    public static String apiKey(String name) {
        byte[] seed = Digest.of(("api key of " + name).getBytes(StandardCharsets.UTF_8))
                .value();
        return "rvk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(seed);
    }

    /// Signing key of a person (submissions for operator and guest, approvals for approvers) or of anything else by
    /// its name.
    public static SigningKey signingKey(String name) {
        return SigningKey.ofSeed(Digest.of(("signing key of " + name).getBytes(StandardCharsets.UTF_8))
                .value());
    }

    /// Key that signs imports.
    public static SigningKey installationKey() {
        return signingKey("installation");
    }

    /// The principals' file for all of them.
    public static byte[] principalsFile() {
        List<Json> principals = new ArrayList<>();
        PEOPLE.forEach((name, facts) -> principals.add(
                principal("users/" + name, facts.getFirst(), facts.subList(1, facts.size()), apiKey(name), name)));
        for (String service : List.of("tokenizer-svc", "inference-svc", "safety-svc", "trainer-svc")) {
            principals.add(principal(
                    "services/" + service, "system", List.of("service"), apiKey("services/" + service), service));
        }
        SigningKey installation = installationKey();
        return CanonicalJson.encode(Json.Fields.of(Map.of(
                "principals",
                new Json.Items(principals),
                "installation_key",
                Json.Fields.ofTexts(Map.of(
                        "kid",
                        installation.kid(),
                        "ed25519",
                        installation.verifyingKey().base64())))));
    }

    private static Json principal(String id, String tenant, List<String> roles, String key, String keyName) {
        String hash = Digest.of(key.getBytes(StandardCharsets.UTF_8)).hex();
        Json apiKeys = new Json.Items(List.of(Json.Fields.ofTexts(Map.of("id", "key-" + keyName, "sha256", hash))));
        SigningKey signing = signingKey(keyName);
        String use = roles.contains("approver") ? "approval" : "submission";
        Json publicKeys = new Json.Items(List.of(Json.Fields.ofTexts(Map.of(
                "kid",
                signing.kid(),
                "use",
                use,
                "ed25519",
                signing.verifyingKey().base64()))));
        return Json.Fields.of(Map.of(
                "id", Json.text(id),
                "tenant", Json.text(tenant),
                "roles", Json.Items.ofTexts(roles),
                "api_keys", apiKeys,
                "public_keys", publicKeys));
    }
}
