package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.GetReceiptRequest;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.safety.ledger.LogKey;
import revontuli.safety.policy.PolicyFile;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.testkit.TestCallers;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;
import revontuli.transparency.receipt.Receipt;
import revontuli.transparency.receipt.ReceiptVerification;
import revontuli.transparency.receipt.ReceiptVerifier;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementSignature;

/// A receipt over the wire holds everything that a generation rests on, and verifies with the log's key alone.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class ReceiptTest {
    private static final String PROMPT = "Kerro revontulista";
    private static final String OUTPUT = "Ne loimuavat.";

    @Inject
    LogView log;

    @Inject
    LogKey logKey;

    @Inject
    ArtifactStore artifacts;

    private final String mark = "r" + UUID.randomUUID().toString().substring(0, 8);
    private final String generation = "generations/" + mark;
    private final String model = "models/" + mark + "/versions/2";
    private final String job = "jobs/" + mark;
    private final String dataset = "datasets/" + mark;
    private final Digest policy = Digest.of(PolicyFile.shippedBytes());

    @BeforeEach
    void writeTheStory() throws IOException {
        log.awaitCount(1, "action = 'policy.activated'");
        Statement statement = new Statement(
                Statement.Kind.PROMOTION,
                model,
                new Statement.Subjects(digest("model"), digest("tok"), digest("template"), policy, digest("report")),
                job,
                "users/operator",
                Instant.now());
        StatementBundle bundle = new StatementBundle(
                statement, List.of(signature(statement, "approver-a"), signature(statement, "approver-b")));
        artifacts.put(new ByteArrayInputStream(bundle.bytes()));
        try (TestSource trainer = TestSource.open("trainer-svc");
                TestSource inference = TestSource.open("inference-svc")) {
            trainer.sendAll(List.of(
                    trainer.act("dataset.registered", dataset).digest("dataset", digest("data")),
                    trainer.act("job.submitted", job)
                            .from("", "QUEUED")
                            .digest("plan", digest("plan"))
                            .fact(
                                    "data_sets",
                                    Json.fields().with(dataset, digest("data").toString())),
                    trainer.act("model.promoted", model)
                            .digest("model", digest("model"))
                            .digest("tokenizer", digest("tok"))
                            .digest("statement", statement.digest())
                            .digest("bundle", bundle.digest())
                            .fact("job", job)));
            inference.sendAll(List.of(
                    inference
                            .act("approvers.loaded", "principals/inference-svc")
                            .by("services/inference-svc", "system")
                            .fact("public_keys", new Json.Items(List.of(key("approver-a"), key("approver-b")))),
                    inference
                            .act("promotion.verified", model)
                            .by("services/inference-svc", "system")
                            .digest("model", digest("model"))
                            .digest("statement", statement.digest())
                            .fact("quorum", "2")));
            String prompt = judged(Direction.DIRECTION_PROMPT, PROMPT);
            inference.sendAll(List.of(served(inference.act("generation.admitted", generation), statement)
                    .fact("model", model)
                    .fact("lane", "serve")
                    .fact("prompt_commitment", prompt)));
            String output = judged(Direction.DIRECTION_OUTPUT, OUTPUT);
            inference.sendAll(List.of(served(inference.act("generation.finished", generation), statement)
                    .fact("model", model)
                    .fact("finish_reason", "length")
                    .fact("output_commitment", output)));
            log.awaitEntered(trainer);
            log.awaitEntered(inference);
            log.awaitCount(2, "subject = ? and action = 'moderation.judged'", generation);
        }
    }

    @Test
    void theOwnersReceiptProvesEverythingIncludingTheTexts() {
        Receipt receipt = Receipt.parse(receipt("caller")).with(List.of(PROMPT, OUTPUT));

        ReceiptVerification found = verified(receipt.bytes());

        assertThat(found.ok()).as(found.message()).isTrue();
        assertThat(found.findings()).isEmpty();
        assertThat(found.facts())
                .containsEntry("generation", generation)
                .containsEntry("model", model)
                .containsEntry("signers", "users/approver-a, users/approver-b")
                .containsEntry("policy", "policies/default/versions/1")
                .containsEntry("job", job)
                .containsEntry("data_sets", dataset)
                .containsEntry("texts_proven", "2")
                .containsEntry("verdicts", "2");
        log.awaitCount(
                1,
                "action = 'audit.receipt_made' and digests ->> 'receipt' = ?",
                Digest.of(receipt.with(List.of()).bytes()).toString());
    }

    @Test
    void anAuditorGetsNoSaltsAndAStrangerNothing() {
        Receipt receipt = Receipt.parse(receipt("auditor"));

        assertThat(receipt.openings()).isEmpty();
        assertThat(verified(receipt.bytes()).findings()).anyMatch(note -> note.startsWith("no salts"));
        assertThat(Grpc.refusedBy(() -> receipt("guest")).reason()).isEqualTo("NO_SUCH_SUBJECT");
    }

    @Test
    void namesAreChecked() {
        assertThat(refusal("").reason()).isEqualTo("MALFORMED_NAME");
        assertThat(refusal("jobs/x").reason()).isEqualTo("MALFORMED_NAME");
        assertThat(refusal("generations/none").reason()).isEqualTo("NO_SUCH_SUBJECT");
    }

    private static Grpc.Refused refusal(String name) {
        return Grpc.refusedBy(() -> AuditLogServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .getReceipt(GetReceiptRequest.newBuilder().setName(name).build()));
    }

    private byte[] receipt(String who) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as(who))
                .getReceipt(GetReceiptRequest.newBuilder().setName(generation).build())
                .getBundle()
                .toByteArray();
    }

    private ReceiptVerification verified(byte[] file) {
        return ReceiptVerifier.verify(file, logKey.verifyingKey());
    }

    private String judged(Direction direction, String text) {
        return ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .moderateText(ModerateTextRequest.newBuilder()
                        .setText(text)
                        .setDirection(direction)
                        .setSubject(generation)
                        .setCommit(true)
                        .build())
                .getCommitment();
    }

    private TestSource.Act served(TestSource.Act act, Statement statement) {
        return act.digest("model", digest("model"))
                .digest("tokenizer", digest("tok"))
                .digest("statement", statement.digest())
                .digest("policy", policy);
    }

    private static StatementSignature signature(Statement statement, String approver) {
        return StatementSignature.sign(statement, "users/" + approver, TestCallers.signingKey(approver));
    }

    private static Json key(String approver) {
        return Json.fields()
                .with("kid", TestCallers.signingKey(approver).kid())
                .with("use", "approval")
                .with("principal", "users/" + approver)
                .with("ed25519", TestCallers.signingKey(approver).verifyingKey().base64());
    }

    private Digest digest(String what) {
        return Digest.of((mark + what).getBytes(StandardCharsets.UTF_8));
    }
}
