package revontuli.inference;

import com.google.protobuf.ByteString;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import revontuli.api.events.v1.ModelAdmitted;
import revontuli.api.events.v1.ModelRevoked;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.inference.model.ServedModels;
import revontuli.inference.model.VersionName;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.FaultException;
import revontuli.platform.prompt.Frame;
import revontuli.platform.prompt.Part;
import revontuli.platform.prompt.Role;
import revontuli.testkit.Eventually;
import revontuli.testkit.TestCallers;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementSignature;

/// Puts models into the store and says so on the topic, as trainer-svc would.
@ApplicationScoped
class TestModels {
    static final String TOPIC = "revontuli.trainer.model";
    static final String PROMOTED = "revontuli.trainer.model.promoted.v1";
    static final String IMPORTED = "revontuli.trainer.model.imported.v1";
    static final String REVOKED = "revontuli.trainer.model.revoked.v1";
    private static final Instant TIME = Instant.parse("2026-11-25T12:00:00Z");
    private static final Digest OTHER = Digest.of(new byte[] {1});

    private final ArtifactStore artifacts;
    private final ServedModels models;

    TestModels(ArtifactStore artifacts, ServedModels models) {
        this.artifacts = artifacts;
        this.models = models;
    }

    /// Digest of a manifest in the store, and of its tokenizer.
    record Stored(Digest model, Digest tokenizer) {}

    Stored scripted(String text) {
        return scripted(text, false, 0);
    }

    Stored scripted(String text, boolean endless, long paceNanos) {
        return store(Map.of("script.json", script(text, endless, paceNanos), "tokenizer.json", ByteTokenizer.json()));
    }

    /// As above, with a chat template: `<|turn|>role: ` before and a line's end behind each message.
    Stored chatting(String text) {
        return store(Map.of(
                "script.json", script(text, false, 0),
                "tokenizer.json", ByteTokenizer.json(),
                "chat_template.json", template().bytes()));
    }

    static Frame template() {
        Map<Role, Frame.Around> roles = new TreeMap<>();
        for (Role role : List.of(Role.SYSTEM, Role.USER, Role.ASSISTANT)) {
            roles.put(
                    role,
                    new Frame.Around(
                            List.of(new Part.Control("<|turn|>"), new Part.Literal(role.word() + ": ")),
                            List.of(new Part.Literal("\n"))));
        }
        return new Frame(List.of(), roles, List.of(new Part.Control("<|turn|>"), new Part.Literal("assistant: ")));
    }

    byte[] scriptOf(String text) {
        return script(text, false, 0);
    }

    private static byte[] script(String text, boolean endless, long paceNanos) {
        return CanonicalJson.encode(Json.Fields.ofTexts(
                Map.of("text", text, "endless", Boolean.toString(endless), "pace", Long.toString(paceNanos))));
    }

    Stored store(Map<String, byte[]> files) {
        List<Json> entries = new ArrayList<>();
        new TreeMap<>(files)
                .forEach((path, bytes) -> entries.add(Json.Fields.ofTexts(Map.of(
                        "path",
                        path,
                        "bytes",
                        Integer.toString(bytes.length),
                        "sha256",
                        put(bytes).hex()))));
        byte[] manifest = CanonicalJson.encode(Json.Fields.of(Map.of("files", new Json.Items(entries))));
        byte[] tokenizer = files.getOrDefault("tokenizer.json", new byte[0]);
        return new Stored(put(manifest), Digest.of(tokenizer));
    }

    Digest put(byte[] bytes) {
        try {
            return artifacts.put(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Imports a version and waits until it is served.
    String imported(String model, int version, Stored stored) {
        String name = "models/" + model + "/versions/" + version;
        announce(IMPORTED, name, stored.model(), bundle(importOf(name, stored)));
        awaitServed(name);
        return name;
    }

    StatementBundle importOf(String name, Stored stored) {
        Statement statement = new Statement(
                Statement.Kind.IMPORT,
                name,
                new Statement.Subjects(stored.model(), stored.tokenizer(), null, null, null),
                "",
                "users/operator",
                TIME);
        return StatementBundle.ofImport(statement, TestCallers.installationKey());
    }

    Statement promotion(String name, Stored stored) {
        return new Statement(
                Statement.Kind.PROMOTION,
                name,
                new Statement.Subjects(stored.model(), stored.tokenizer(), OTHER, OTHER, OTHER),
                "jobs/j1",
                "users/operator",
                TIME);
    }

    /// The statement, signed by these people.
    StatementBundle signed(Statement statement, String... people) {
        StatementBundle bundle = new StatementBundle(statement, List.of());
        for (String person : people) {
            bundle = bundle.with(StatementSignature.sign(statement, "users/" + person, TestCallers.signingKey(person)));
        }
        return bundle;
    }

    /// Puts a bundle into the store.
    Digest bundle(StatementBundle bundle) {
        return put(bundle.bytes());
    }

    void announce(String type, String name, Digest model, Digest bundle) {
        ModelAdmitted said = ModelAdmitted.newBuilder()
                .setName(name)
                .setDigest(model.toString())
                .setBundleDigest(bundle.toString())
                .build();
        TopicProbe.sendEvent(TOPIC, name, type, said.toByteArray());
    }

    void revoke(String name, Digest digest, String person, SigningKey key) {
        byte[] signed = ("revoke " + name + " " + digest).getBytes(StandardCharsets.UTF_8);
        ModelRevoked said = ModelRevoked.newBuilder()
                .setName(name)
                .setDigest(digest.toString())
                .setReason("found wanting")
                .setPrincipal("users/" + person)
                .setKid(key.kid())
                .setSignature(ByteString.copyFrom(key.sign(signed)))
                .build();
        TopicProbe.sendEvent(TOPIC, name, REVOKED, said.toByteArray());
    }

    void awaitServed(String name) {
        Eventually.holds(name + " served", () -> isServed(name));
    }

    boolean isServed(String name) {
        try (ServedModels.Lease _ =
                models.lease(new ModelTarget.Exactly(VersionName.parse("name", name)), Lane.SERVE)) {
            return true;
        } catch (FaultException _) {
            return false;
        }
    }
}
