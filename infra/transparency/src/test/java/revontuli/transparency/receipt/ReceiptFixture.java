package revontuli.transparency.receipt;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleProofs;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementSignature;

/// A small log with one generation and everything that it rests on, and its receipt.
final class ReceiptFixture {
    static final String GENERATION = "generations/g-1";
    static final String MODEL = "models/aurora/versions/2";
    static final String PROMPT = "Kerro revontulista";
    static final String OUTPUT = " ja niiden väreistä.";
    static final String LOG = "revontuli/test";

    final SigningKey logKey = SigningKey.generate();
    final SigningKey approverA = SigningKey.generate();
    final SigningKey approverB = SigningKey.generate();
    /// Facts and digests of single records, to be changed before [#receipt].
    final Map<String, Json.Fields> facts = new HashMap<>();
    final Map<String, Map<String, Digest>> digests = new HashMap<>();
    final List<Receipt.Opening> openings = new ArrayList<>();
    final List<String> left = new ArrayList<>();

    private final Map<String, SigningKey> sourceKeys = new HashMap<>();
    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, Long> subjects = new HashMap<>();
    private final List<SealedRecord> leaves = new ArrayList<>();
    private Statement statement = statement("users/operator");
    private List<StatementSignature> signatures = List.of();

    ReceiptFixture() {
        signedBy(statement);
        Commitment prompt = opening(PROMPT);
        Commitment output = opening(OUTPUT);
        Map<String, Digest> served = Map.of(
                "model",
                digest("model"),
                "tokenizer",
                digest("tokenizer"),
                "template",
                digest("template"),
                "statement",
                statement.digest(),
                "policy",
                digest("policy"));
        facts.put("approvers.loaded", principals());
        facts.put(
                "job.submitted",
                Json.fields()
                        .with(
                                "data_sets",
                                Json.fields()
                                        .with("datasets/fi", digest("dataset").toString())));
        digests.put("job.submitted", Map.of("plan", digest("plan")));
        digests.put("dataset.registered", Map.of("dataset", digest("dataset")));
        digests.put("policy.activated", Map.of("policy", digest("policy")));
        digests.put("model.promoted", Map.of("model", digest("model"), "statement", statement.digest()));
        digests.put("promotion.verified", Map.of("model", digest("model"), "statement", statement.digest()));
        facts.put("promotion.verified", Json.fields().with("quorum", "2"));
        digests.put("generation.admitted", served);
        facts.put(
                "generation.admitted",
                Json.fields()
                        .with("model", MODEL)
                        .with("lane", "serve")
                        .with("verdict", "redact")
                        .with("category", "personal-data")
                        .with("prompt_commitment", prompt.toString()));
        digests.put("generation.finished", served);
        facts.put(
                "generation.finished",
                Json.fields()
                        .with("model", MODEL)
                        .with("finish_reason", "length")
                        .with("verdict", "allow")
                        .with("output_commitment", output.toString()));
        facts.put("moderation.judged/prompt", Json.fields().with("commitment", prompt.toString()));
        facts.put("moderation.judged/output", Json.fields().with("commitment", output.toString()));
    }

    static Digest digest(String what) {
        return Digest.of(what.getBytes(StandardCharsets.UTF_8));
    }

    static Statement statement(String submitter) {
        return new Statement(
                Statement.Kind.PROMOTION,
                MODEL,
                new Statement.Subjects(
                        digest("model"),
                        digest("tokenizer"),
                        digest("template"),
                        digest("policy"),
                        digest("evaluation")),
                "jobs/j",
                submitter,
                Instant.parse("2026-11-25T10:00:00Z"));
    }

    /// Another statement under the same names, signed by both approvers or by whom is given.
    void signedBy(Statement other, StatementSignature... by) {
        statement = other;
        signatures = by.length > 0
                ? List.of(by)
                : List.of(
                        StatementSignature.sign(other, "users/approver-a", approverA),
                        StatementSignature.sign(other, "users/approver-b", approverB));
    }

    Receipt receipt() {
        leaves.clear();
        numbers.clear();
        subjects.clear();
        sources.clear();
        StatementBundle bundle = new StatementBundle(statement, signatures);
        Map<String, Digest> promoted = new TreeMap<>(digests.get("model.promoted"));
        promoted.put("bundle", bundle.digest());
        digests.put("model.promoted", promoted);
        open("safety-svc");
        open("trainer-svc");
        open("inference-svc");
        add("inference-svc", "approvers.loaded", "principals/inference-svc");
        add("safety-svc", "policy.activated", "policies/default/versions/1");
        add("trainer-svc", "dataset.registered", "datasets/fi");
        add("trainer-svc", "job.submitted", "jobs/j");
        add("trainer-svc", "model.promoted", MODEL);
        add("inference-svc", "promotion.verified", MODEL);
        add("safety-svc", "moderation.judged/prompt", GENERATION);
        add("inference-svc", "generation.admitted", GENERATION);
        add("safety-svc", "moderation.judged/output", GENERATION);
        add("inference-svc", "generation.finished", GENERATION);
        return sealed(bundle);
    }

    private Receipt sealed(StatementBundle bundle) {
        List<Digest> hashes = leaves.stream().map(SealedRecord::leafHash).toList();
        MerkleProofs.RangeRoot roots = (from, to) -> rootOf(hashes.subList((int) from, (int) to));
        List<Receipt.Entry> entries = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            SealedRecord leaf = leaves.get(i);
            if (!left.contains(leaf.record().event().act().action())) {
                entries.add(new Receipt.Entry(i, leaf.leaf(), MerkleProofs.inclusion(i, leaves.size(), roots)));
            }
        }
        return new Receipt.Body(
                        new Receipt.About(GENERATION, LOG, leaves.size(), Instant.parse("2026-11-25T12:00:00Z")),
                        entries,
                        List.of(new Receipt.Artifact(bundle.digest(), bundle.bytes())),
                        openings,
                        new Checkpoint(LOG, leaves.size(), rootOf(hashes)).sign(logKey))
                .seal(logKey);
    }

    private static Digest rootOf(List<Digest> hashes) {
        MerkleTree tree = new MerkleTree();
        hashes.forEach(tree::append);
        return tree.root();
    }

    private Commitment opening(String text) {
        byte[] salt = Commitment.newSalt();
        Commitment commitment = Commitment.to(salt, text.getBytes(StandardCharsets.UTF_8));
        openings.add(new Receipt.Opening(commitment, salt));
        return commitment;
    }

    private Json.Fields principals() {
        return Json.fields()
                .with(
                        "public_keys",
                        new Json.Items(
                                List.of(key("users/approver-a", approverA), key("users/approver-b", approverB))));
    }

    private static Json key(String principal, SigningKey key) {
        return Json.fields()
                .with("kid", key.kid())
                .with("use", "approval")
                .with("principal", principal)
                .with("ed25519", key.verifyingKey().base64());
    }

    private void open(String service) {
        SigningKey key = sourceKeys.computeIfAbsent(service, _ -> SigningKey.generate());
        String source = "sources/" + service + "-" + UUID.randomUUID();
        sources.put(service, source);
        facts.put(
                "source.opened",
                Json.fields().with("public_key", key.verifyingKey().base64()));
        add(service, "source.opened", source);
    }

    private void add(String service, String name, String subject) {
        String source = Objects.requireNonNull(sources.get(service));
        long number = numbers.merge(source, 1L, Long::sum);
        long subjectNumber = subjects.merge(service + subject, 1L, Long::sum);
        Instant time = Instant.parse("2026-11-25T11:00:00Z").plusSeconds(leaves.size());
        AuditEvent event = new AuditEvent(
                UUID.randomUUID(),
                new AuditEvent.Writer(service, digest("build")),
                new AuditEvent.Act(name.replaceFirst("/.*", ""), "acme", "users/anna", ""),
                new AuditEvent.Subject(subject, subjectNumber, "", ""),
                new AuditEvent.Times(time, time),
                new TreeMap<>(digests.getOrDefault(name, Map.of())),
                facts.getOrDefault(name, Json.fields()));
        leaves.add(SealedRecord.seal(
                new AuditRecord(source, number, event), Objects.requireNonNull(sourceKeys.get(service))));
    }
}
