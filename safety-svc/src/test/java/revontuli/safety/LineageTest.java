package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.GetLineageRequest;
import revontuli.api.safety.v1.Lineage;
import revontuli.api.safety.v1.LineageEdge;
import revontuli.api.safety.v1.LineageNode;
import revontuli.safety.policy.PolicyFile;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// From a generation back to the data and the people, through the records of all services.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class LineageTest {
    @Inject
    LogView log;

    private final String mark = "l" + UUID.randomUUID().toString().substring(0, 8);
    private final String generation = "generations/" + mark;
    private final String model = "models/" + mark + "/versions/2";
    private final String base = "models/" + mark + "/versions/1";
    private final String job = "jobs/" + mark;
    private final String finnish = "datasets/" + mark + "-fi";
    private final String hindi = "datasets/" + mark + "-hi";
    private final Digest policy = Digest.of(PolicyFile.shippedBytes());

    @BeforeEach
    void writeTheStory() {
        log.awaitCount(1, "action = 'policy.activated'");
        try (TestSource tokenizer = TestSource.open("tokenizer-svc");
                TestSource trainer = TestSource.open("trainer-svc");
                TestSource inference = TestSource.open("inference-svc")) {
            tokenizer.sendAll(List.of(
                    tokenizer.act("tokenizer.registered", "tokenizers/" + mark).digest("tokenizer", digest("tok"))));
            trainer.sendAll(List.of(
                    trainer.act("model.imported", base)
                            .digest("model", digest("base"))
                            .digest("statement", digest("import"))
                            .fact("kid", "00112233aabbccdd"),
                    trainer.act("dataset.registered", finnish).digest("dataset", digest("fi")),
                    trainer.act("dataset.registered", hindi).digest("dataset", digest("hi")),
                    trainer.act("job.submitted", job)
                            .from("", "QUEUED")
                            .fact("base_model", base)
                            .fact(
                                    "data_sets",
                                    Json.Fields.ofTexts(Map.of(
                                            finnish,
                                            digest("fi").toString(),
                                            hindi,
                                            digest("hi").toString())))
                            .fact("evaluation_data_sets", Json.Items.ofTexts(List.of(hindi))),
                    trainer.act("model.promoted", model)
                            .digest("model", digest("model"))
                            .digest("statement", digest("statement"))
                            .digest("tokenizer", digest("tok"))
                            .fact("job", job)
                            .fact("signers", Json.Items.ofTexts(List.of("users/approver-a", "users/approver-b")))));
            inference.sendAll(List.of(
                    inference
                            .act("generation.admitted", generation)
                            .digest("model", digest("model"))
                            .digest("tokenizer", digest("tok"))
                            .digest("policy", policy)
                            .fact("model", model),
                    inference.act("generation.finished", generation).fact("finish_reason", "stop")));
            log.awaitEntered(tokenizer);
            log.awaitEntered(trainer);
            log.awaitEntered(inference);
        }
    }

    @Test
    void aGenerationRestsOnEverythingBehindIt() {
        Lineage lineage = of("auditor", generation);

        assertThat(lineage.getNodes(0).getSubject()).isEqualTo(generation);
        assertThat(lineage.getNodes(0).getFactsMap()).containsEntry("finish_reason", "stop");
        assertThat(lineage.getEdgesList())
                .extracting(LineageTest::text)
                .contains(
                        generation + " generated-by " + model,
                        generation + " encoded-by tokenizers/" + mark,
                        generation + " moderated-by policies/default/versions/1",
                        model + " promoted-by " + model + "/promotion",
                        model + "/promotion approved-by users/approver-a",
                        model + "/promotion approved-by users/approver-b",
                        model + " trained-by " + job,
                        job + " trained-on " + finnish,
                        job + " trained-on " + hindi,
                        job + " evaluated-on " + hindi,
                        job + " based-on " + base,
                        base + " imported-by " + base + "/promotion",
                        base + "/promotion approved-by keys/00112233aabbccdd");
        assertThat(lineage.getNodesList())
                .allSatisfy(node ->
                        assertThat(node.getRecordIndex()).as(node.getSubject()).isNotNegative());
        assertThat(digestOf(lineage, model)).isEqualTo(digest("model").toString());
        assertThat(digestOf(lineage, hindi)).isEqualTo(digest("hi").toString());
        assertThat(digestOf(lineage, "policies/default/versions/1")).isEqualTo(policy.toString());
        assertThat(digestOf(lineage, model + "/promotion"))
                .isEqualTo(digest("statement").toString());
    }

    @Test
    void theWalkBeginsAnywhere() {
        assertThat(of("caller", job).getNodesList())
                .extracting(LineageNode::getKind)
                .containsExactlyInAnyOrder("job", "dataset", "dataset", "model", "promotion", "approver");
    }

    @Test
    void aRecordStandsForItsSubject() {
        long index = log.number("select index from audit_record where subject = ? and action = 'job.submitted'", job);

        assertThat(of("caller", "records/" + index)).isEqualTo(of("caller", job));
        assertThat(Grpc.refusedBy(() -> of("guest", "records/" + index)).reason())
                .isEqualTo("NO_SUCH_SUBJECT");
    }

    @Test
    void foreignAndUnknownSubjectsDoNotExist() {
        assertThat(Grpc.refusedBy(() -> of("guest", generation)).reason()).isEqualTo("NO_SUCH_SUBJECT");
        assertThat(Grpc.refusedBy(() -> of("auditor", "generations/none-" + mark))
                        .reason())
                .isEqualTo("NO_SUCH_SUBJECT");
        assertThat(Grpc.refusedBy(() -> of("auditor", "")).reason()).isEqualTo("MALFORMED_NAME");
    }

    private static String digestOf(Lineage lineage, String subject) {
        return lineage.getNodesList().stream()
                .filter(node -> node.getSubject().equals(subject))
                .map(LineageNode::getDigest)
                .findFirst()
                .orElseThrow();
    }

    private static String text(LineageEdge edge) {
        return edge.getFrom() + " " + edge.getRelation() + " " + edge.getTo();
    }

    private Digest digest(String what) {
        return Digest.of((mark + what).getBytes(StandardCharsets.UTF_8));
    }

    private static Lineage of(String who, String subject) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as(who))
                .getLineage(GetLineageRequest.newBuilder().setSubject(subject).build());
    }
}
