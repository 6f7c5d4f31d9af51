package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.trainer.v1.CancelJobRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.ListJobsRequest;
import revontuli.testkit.Eventually;
import revontuli.testkit.TestCallers;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.crypto.DetachedJws;
import revontuli.transparency.crypto.Digest;

/// Jobs over Kafka: nothing is lost, nothing is done twice, and what is refused lies on the dead-letter topic.
@QuarkusTest
class SubmissionTest {
    private static final String TOPIC = "revontuli.trainer.submission";
    private static final String DEAD = TOPIC + ".dead.trainer-svc";
    private static final String PLAN = """
            {"base_model":"models/mail/versions/1","stages":[{"kind":"cap","mixture":[{"dataset":"datasets/mail","weight":1}],
            "token_budget":1024,"learning_rate":0.01}],"evaluation_datasets":["datasets/mail"],"sequence_tokens":32,
            "batch_rows":4}""";

    private final Client operator = Client.as("operator");

    @BeforeEach
    void materials() {
        operator.tinyModel("models/mail/versions/1");
        operator.dataset("mail", Client.texts("a letter", 10));
    }

    @Test
    void signedSubmissionBecomesAJobOfItsSigner() {
        send("mail-good", event("mail-good", PLAN), "operator");

        Job job = awaitJob("mail-good");

        assertThat(job.getSubmitter()).isEqualTo("users/operator");
        assertThat(job.getTenant()).isEqualTo("demo");
        Records.Seen record = Records.await("jobs/mail-good", "job.submitted");
        assertThat(record.all().fields("facts").text("door")).isEqualTo("kafka");
        cancel("mail-good");
    }

    @Test
    void camelCaseAndNumbersAsTextsAreReadToo() {
        String plan = PLAN.replace("base_model", "baseModel")
                .replace("token_budget\":1024", "tokenBudget\":\"1024\"")
                .replace("evaluation_datasets", "evaluationDatasets");

        send("mail-camel", event("mail-camel", plan), "operator");

        assertThat(awaitJob("mail-camel").getPlan().getStages(0).getTokenBudget())
                .isEqualTo(1_024);
        cancel("mail-camel");
    }

    @Test
    void sameSubmissionTwiceIsOneJob() {
        byte[] event = event("mail-twice", PLAN);
        send("mail-twice", event, "operator");
        send("mail-twice", event, "operator");
        send("mail-twice", event("mail-twice", PLAN), "operator");
        send("mail-twice", event("mail-twice", PLAN.replace("1024", "2048")), "operator");

        assertThat(awaitDead("mail-twice").header("dead-letter-reason")).isEqualTo("JOB_EXISTS");

        Records.await("jobs/mail-twice", "job.submitted");
        assertThat(Records.of("jobs/mail-twice").stream()
                        .filter(one -> one.action().equals("job.submitted")))
                .hasSize(1);
        cancel("mail-twice");
    }

    @Test
    void whatCannotBeReadOrTrustedIsBuriedWithItsReason() {
        byte[] good = event("mail-bad", PLAN);
        String text = new String(good, StandardCharsets.UTF_8);
        String foreign = DetachedJws.sign(TestCallers.signingKey("stranger"), good);
        String approver = DetachedJws.sign(TestCallers.signingKey("approver-a"), good);
        String other =
                DetachedJws.sign(TestCallers.signingKey("operator"), "other bytes".getBytes(StandardCharsets.UTF_8));

        assertBuried("SIGNATURE_MISSING", good, "");
        assertBuried("MALFORMED_SIGNATURE", good, "no signature");
        assertBuried("UNKNOWN_KEY", good, foreign);
        assertBuried("UNKNOWN_KEY", good, approver);
        assertBuried("BAD_SIGNATURE", good, other);
        assertSignedIsBuried("MALFORMED_JSON", text.substring(0, text.length() - 2));
        assertSignedIsBuried("MALFORMED_JSON", "{specversion:'1.0'}");
        assertSignedIsBuried("MALFORMED_JSON", text + "x");
        assertSignedIsBuried("UNKNOWN_FIELD", text.replace("{\"specversion\"", "{\"surprise\":1,\"specversion\""));
        assertSignedIsBuried("UNKNOWN_FIELD", text.replace("\"batch_rows\"", "\"gpus\":8,\"batch_rows\""));
        assertSignedIsBuried("FIELD_MISSING", text.replaceFirst("\"id\":\"[^\"]*\",", ""));
        assertSignedIsBuried("MALFORMED_FIELD", text.replaceFirst("\"id\":\"[^\"]*\",", "\"id\":\"\","));
        assertSignedIsBuried("MALFORMED_FIELD", text.replace(".submitted.v1", ".submitted.v9"));
        assertSignedIsBuried("MALFORMED_NAME", text.replace("jobs/mail-bad", "jobs/Mail"));
        assertSignedIsBuried("NO_SUCH_DATASET", text.replace("datasets/mail", "datasets/nowhere"));
        assertSignedIsBuried("NO_SUCH_MODEL", text.replace("models/mail", "models/nowhere"));
        assertSignedIsBuried("OUT_OF_RANGE", text.replace("0.01", "1e300"));
        assertSignedIsBuried("MALFORMED_FIELD", text.replace("1024", "1e999999999"));
        byte[] huge = (text + " ".repeat(256 * 1024)).getBytes(StandardCharsets.UTF_8);
        assertBuried("SUBMISSION_TOO_LARGE", huge, DetachedJws.sign(TestCallers.signingKey("operator"), huge));
    }

    @Test
    void recordMadeToBreakUsIsBuriedAndHoldsUpNobody() {
        byte[] huge = new byte[1_000_000];
        TopicProbe.send(TOPIC, "mail-huge", Map.of(), huge);
        TopicProbe.send(
                TOPIC,
                "mail-hostile",
                Map.of("a\nb", "c", "x", "y\rz\u0000", "long", "l".repeat(100_000), "ce_id", "\u0000\r"),
                "{}".getBytes(StandardCharsets.UTF_8));
        TopicProbe.send(TOPIC, "mail-\u0000key", Map.of(), "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(awaitDead("mail-huge").header("dead-letter-cut-from")).isEqualTo("1000000");
        assertThat(awaitDead("mail-hostile").header("x")).isEqualTo("y z ");
        assertThat(awaitDead("mail- key").header("dead-letter-reason")).isEqualTo("SIGNATURE_MISSING");
    }

    @Test
    void foreignTenantCannotTrainOnOurData() {
        byte[] event = event("mail-foreign", PLAN);
        send("mail-foreign", event, "guest");

        TopicProbe.Seen dead = awaitDead("mail-foreign");

        assertThat(dead.header("dead-letter-reason")).isEqualTo("NO_SUCH_DATASET");
        assertThat(dead.value()).isEqualTo(event);
        Eventually.holds("a record of it", () -> Records.all().stream()
                .anyMatch(one -> one.action().equals("event.rejected")
                        && one.all()
                                .fields("digests")
                                .text("event")
                                .equals(Digest.of(event).toString())));
    }

    private void assertSignedIsBuried(String reason, String text) {
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        assertBuried(reason, value, DetachedJws.sign(TestCallers.signingKey("operator"), value));
    }

    /// Buried with its exact bytes. The key tells the cases apart.
    private static void assertBuried(String reason, byte[] value, String signature) {
        String key = "bad-" + UUID.randomUUID();
        TopicProbe.send(TOPIC, key, signature.isEmpty() ? Map.of() : Map.of("ce_authorization", signature), value);
        TopicProbe.Seen dead = awaitDead(key);
        assertThat(dead.header("dead-letter-reason"))
                .as(dead.header("dead-letter-message"))
                .isEqualTo(reason);
        assertThat(dead.value()).isEqualTo(value);
    }

    private static TopicProbe.Seen awaitDead(String key) {
        return TopicProbe.await(DEAD, seen -> seen.key().equals(key));
    }

    private Job awaitJob(String id) {
        Eventually.holds(
                "job " + id, () -> operator.jobs().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList().stream()
                        .anyMatch(job -> job.getName().equals("jobs/" + id)));
        return operator.job(id);
    }

    private void cancel(String id) {
        operator.jobs()
                .cancelJob(CancelJobRequest.newBuilder().setName("jobs/" + id).build());
    }

    private static byte[] event(String id, String plan) {
        return ("{\"specversion\":\"1.0\",\"id\":\"" + UUID.randomUUID()
                        + "\",\"source\":\"//client\",\"type\":\"revontuli.trainer.job.submitted.v1\","
                        + "\"subject\":\"jobs/" + id + "\",\"time\":\"2026-01-31T12:00:00Z\","
                        + "\"datacontenttype\":\"application/json\",\"data\":" + plan + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void send(String key, byte[] event, String signer) {
        String signature = DetachedJws.sign(TestCallers.signingKey(signer), event);
        TopicProbe.send(TOPIC, key, Map.of("ce_authorization", signature), event);
    }
}
