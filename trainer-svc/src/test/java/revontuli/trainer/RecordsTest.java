package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import revontuli.api.trainer.v1.ArtifactServiceGrpc;
import revontuli.api.trainer.v1.CancelJobRequest;
import revontuli.api.trainer.v1.DatasetServiceGrpc;
import revontuli.api.trainer.v1.GetModelVersionRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.ModelServiceGrpc;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.PauseJobRequest;
import revontuli.api.trainer.v1.ResumeJobRequest;
import revontuli.api.trainer.v1.RevokeModelVersionRequest;
import revontuli.api.trainer.v1.WorkerServiceGrpc;
import revontuli.testkit.Eventually;
import revontuli.testkit.TestCallers;

/// No silent act: every method that changes something leaves a record, and every subject's records are a chain
/// without a gap. A method that is added without naming its record here fails the first test.
@QuarkusTest
class RecordsTest {
    /// Records that each changing method leaves at least one of.
    private static final Map<String, Set<String>> RECORDS = Map.ofEntries(
            Map.entry("UploadArtifact", Set.of("artifact.uploaded")),
            Map.entry("RegisterDataset", Set.of("dataset.registered")),
            Map.entry("SubmitJob", Set.of("job.submitted")),
            Map.entry("CancelJob", Set.of("job.cancelled")),
            Map.entry("PauseJob", Set.of("job.pause_requested", "job.paused")),
            Map.entry("ResumeJob", Set.of("job.queued")),
            Map.entry("ImportModel", Set.of("model.imported")),
            Map.entry("ApproveModelVersion", Set.of("model.approved", "model.promoted")),
            Map.entry("RevokeModelVersion", Set.of("model.revoked")),
            // a sign of life is no act; its progress is an event
            Map.entry("Heartbeat", Set.of()),
            Map.entry("CommitCheckpoint", Set.of("job.checkpointed")),
            Map.entry("FinishRun", Set.of("job.evaluating", "job.succeeded", "model.registered")),
            Map.entry("FailRun", Set.of("job.failed")));

    @Inject
    TestRunner runner;

    private final Client operator = Client.as("operator");

    @Test
    void everyChangingMethodNamesItsRecords() {
        Set<String> changing = new TreeSet<>();
        for (ServiceDescriptor service : List.of(
                ArtifactServiceGrpc.getServiceDescriptor(),
                DatasetServiceGrpc.getServiceDescriptor(),
                JobServiceGrpc.getServiceDescriptor(),
                ModelServiceGrpc.getServiceDescriptor(),
                WorkerServiceGrpc.getServiceDescriptor())) {
            service.getMethods().forEach(method -> {
                Descriptors.MethodDescriptor descriptor = descriptorOf(method);
                if (descriptor.getOptions().getIdempotencyLevel() != IdempotencyLevel.NO_SIDE_EFFECTS) {
                    changing.add(descriptor.getName());
                }
            });
        }

        assertThat(changing).isEqualTo(new TreeSet<>(RECORDS.keySet()));
    }

    @Test
    void everyActOfAWholeStoryIsRecordedAndChainsHaveNoGap() {
        wholeStory();
        Set<String> expected =
                RECORDS.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        expected.addAll(Set.of("job.preparing", "job.running"));

        Eventually.holds(
                "all records",
                () -> Records.actions().collect(Collectors.toSet()).containsAll(expected));

        for (String job : List.of("jobs/records-a", "jobs/records-b", "jobs/records-c")) {
            assertChain(Records.of(job));
        }
    }

    private static void assertChain(List<Records.Seen> records) {
        String state = "";
        long number = 0;
        for (Records.Seen one : records) {
            assertThat(one.number()).as(one.toString()).isEqualTo(++number);
            assertThat(one.before()).as(one.toString()).isEqualTo(state);
            state = one.after();
        }
    }

    private static Descriptors.MethodDescriptor descriptorOf(MethodDescriptor<?, ?> method) {
        if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
            return supplier.getMethodDescriptor();
        }
        throw new AssertionError(method + " has no descriptor");
    }

    private void wholeStory() {
        String base = "models/records/versions/1";
        operator.tinyModel(base);
        operator.dataset("records", Client.texts("a record", 10));
        operator.submit("records-a", Client.plan(base, "records", "records"));
        Worker worker = Worker.of(runner.awaitAssignment("jobs/records-a", 1));
        worker.heartbeat(1);
        operator.jobs()
                .pauseJob(PauseJobRequest.newBuilder().setName("jobs/records-a").build());
        String bytes =
                operator.upload("a checkpoint".getBytes(StandardCharsets.UTF_8)).getDigest();
        worker.checkpoint(2, bytes);
        operator.jobs()
                .resumeJob(
                        ResumeJobRequest.newBuilder().setName("jobs/records-a").build());
        String manifest =
                operator.upload(TinyModel.manifest(TinyModel.files(1))).getDigest();
        Worker.of(runner.awaitAssignment("jobs/records-a", worker.fence() + 1)).finish(manifest, "records");
        Job done = operator.await("records-a", Job.State.SUCCEEDED);
        ModelVersion candidate = operator.models()
                .getModelVersion(GetModelVersionRequest.newBuilder()
                        .setName(done.getCandidate())
                        .build());
        WorkerRunTest.approve("approver-a", candidate);
        WorkerRunTest.approve("approver-b", candidate);
        revoke(candidate);
        operator.submit("records-b", Client.plan(base, "records", "records"));
        Worker.of(runner.awaitAssignment("jobs/records-b", 1)).fail("DIVERGED", false);
        operator.submit("records-c", Client.plan(base, "records", "records"));
        operator.jobs()
                .cancelJob(
                        CancelJobRequest.newBuilder().setName("jobs/records-c").build());
    }

    private static void revoke(ModelVersion version) {
        byte[] message = ("revoke " + version.getName() + " " + version.getDigest()).getBytes(StandardCharsets.UTF_8);
        Client.as("approver-a")
                .models()
                .revokeModelVersion(RevokeModelVersionRequest.newBuilder()
                        .setName(version.getName())
                        .setReason("the story ends")
                        .setSignature(Client.sign(TestCallers.signingKey("approver-a"), "users/approver-a", message))
                        .build());
    }
}
