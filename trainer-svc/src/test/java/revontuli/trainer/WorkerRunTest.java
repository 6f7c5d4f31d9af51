package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import revontuli.api.trainer.v1.ApproveModelVersionRequest;
import revontuli.api.trainer.v1.GetModelVersionRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.Plan;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.testkit.Eventually;
import revontuli.testkit.TestCallers;
import revontuli.testkit.TopicProbe;
import revontuli.trainer.publish.Manifest;
import revontuli.transparency.crypto.Digest;

/// Real worker processes, from submission to promotion.
@QuarkusTest
class WorkerRunTest {
    @Inject
    TestRunner runner;

    @Inject
    ArtifactStore artifacts;

    @Test
    void jobTrainsToACandidateThatApproversPromote() {
        Client operator = Client.as("operator");
        operator.tinyModel("models/whole/versions/1");
        operator.dataset("whole-train", Client.texts("the aurora shines", 60));
        operator.dataset("whole-held-out", Client.texts("the aurora shines", 5));
        runner.forReal("jobs/whole");
        Plan plan = Client.plan("models/whole/versions/1", "whole-train", "whole-held-out").toBuilder()
                .setStages(0, Client.stage("cap", "whole-train", 4_096))
                .addStages(Client.stage("cat", "whole-train", 1_024))
                .build();

        operator.submit("whole", plan);
        Job done = operator.await("whole", Job.State.SUCCEEDED);

        assertThat(done.getCandidate()).isEqualTo("models/whole/versions/2");
        assertThat(done.getProgress().getStep()).isEqualTo(40);
        assertThat(done.getProgress().getTokenCount()).isEqualTo(5_120);
        assertThat(done.getEvaluations(0).getBitsPerByteAfter())
                .isLessThan(done.getEvaluations(0).getBitsPerByteBefore());
        ModelVersion candidate = Client.as("approver-a")
                .models()
                .getModelVersion(GetModelVersionRequest.newBuilder()
                        .setName(done.getCandidate())
                        .build());
        assertThat(candidate.getState()).isEqualTo(ModelVersion.State.CANDIDATE);
        Manifest manifest = Manifest.parse(candidate.getManifest().toByteArray());
        assertThat(manifest.files().stream().map(Manifest.Entry::path))
                .containsExactly("README.md", "config.json", "model.safetensors", "tokenizer.json");
        assertThat(manifest.file("tokenizer.json")).contains(Digest.of(TinyModel.TOKENIZER));
        String card =
                new String(artifacts.read(manifest.file("README.md").orElseThrow(), 40_000), StandardCharsets.UTF_8);
        assertThat(card).contains("datasets/whole-train", "jobs/whole", "models/whole/versions/1", "Stage 2: cat");
        assertThat(List.of(approve("approver-a", candidate), approve("approver-b", candidate)))
                .extracting(ModelVersion::getState)
                .containsExactly(ModelVersion.State.CANDIDATE, ModelVersion.State.PROMOTED);
        TopicProbe.await(
                "revontuli.trainer.model",
                seen -> seen.key().equals(done.getCandidate())
                        && seen.header("ce_type").equals("revontuli.trainer.model.promoted.v1"));
        assertThat(Records.of("jobs/whole").stream().filter(one -> one.action().equals("job.checkpointed")))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void workerThatIsKilledIsReplacedAndTheJobEndsOnceWithTheSameWeights() {
        Client operator = Client.as("operator");
        operator.tinyModel("models/killed/versions/1");
        operator.dataset("killed-train", Client.texts("snow falls", 60));
        operator.dataset("killed-held-out", Client.texts("snow falls", 5));
        runner.forReal("jobs/killed");
        runner.forReal("jobs/not-killed");
        Plan plan = Client.plan("models/killed/versions/1", "killed-train", "killed-held-out").toBuilder()
                // long enough to be killed after its first checkpoint on a fast machine too
                .setStages(0, Client.stage("cap", "killed-train", 100_000))
                .build();
        operator.submit("killed", plan);
        Eventually.holds(
                "a checkpoint", () -> operator.job("killed").getProgress().getCheckpointStep() > 0);

        runner.process("jobs/killed").destroyForcibly();

        Job done = operator.await("killed", Job.State.SUCCEEDED);
        List<String> states = Records.transitionsTo("SUCCEEDED", "jobs/killed");
        assertThat(states.stream().filter("RUNNING"::equals)).hasSize(2);
        assertThat(states.stream().filter("SUCCEEDED"::equals)).hasSize(1);
        assertThat(done.getProgress().getStep()).isEqualTo(782);
        operator.submit("not-killed", plan);
        Job whole = operator.await("not-killed", Job.State.SUCCEEDED);
        assertThat(weights(done)).isEqualTo(weights(whole));
    }

    private Digest weights(Job job) {
        ModelVersion version = Client.as("operator")
                .models()
                .getModelVersion(GetModelVersionRequest.newBuilder()
                        .setName(job.getCandidate())
                        .build());
        return Manifest.parse(version.getManifest().toByteArray())
                .file("model.safetensors")
                .orElseThrow();
    }

    static ModelVersion approve(String person, ModelVersion version) {
        byte[] statement = version.getStatement().toByteArray();
        return Client.as(person)
                .models()
                .approveModelVersion(ApproveModelVersionRequest.newBuilder()
                        .setName(version.getName())
                        .setStatementDigest(Digest.of(statement).toString())
                        .setSignature(Client.sign(TestCallers.signingKey(person), "users/" + person, statement))
                        .build());
    }
}
