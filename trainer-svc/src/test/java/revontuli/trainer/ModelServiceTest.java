package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import revontuli.api.events.v1.ModelAdmitted;
import revontuli.api.events.v1.ModelRevoked;
import revontuli.api.trainer.v1.ApproveModelVersionRequest;
import revontuli.api.trainer.v1.GetModelVersionRequest;
import revontuli.api.trainer.v1.ImportModelRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.ListModelVersionsRequest;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.RevokeModelVersionRequest;
import revontuli.api.trainer.v1.Signature;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.testkit.Grpc;
import revontuli.testkit.TestCallers;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;

@QuarkusTest
class ModelServiceTest {
    @Inject
    TestRunner runner;

    @Inject
    ArtifactStore artifacts;

    private final Client operator = Client.as("operator");

    @Test
    void importedModelIsAnnouncedWithItsBundle() throws Exception {
        ModelVersion version = operator.tinyModel("models/imported/versions/1");
        ModelVersion again = operator.tinyModel("models/imported/versions/1");

        assertThat(version.getState()).isEqualTo(ModelVersion.State.IMPORTED);
        assertThat(again).isEqualTo(version);
        ModelAdmitted event = ModelAdmitted.parseFrom(
                TopicProbe.await("revontuli.trainer.model", seen -> seen.key().equals(version.getName()))
                        .value());
        assertThat(event.getDigest()).isEqualTo(version.getDigest());
        StatementBundle bundle =
                StatementBundle.parse(artifacts.read(Digest.parse(event.getBundleDigest()), 64 * 1024));
        assertThat(bundle.statement().kind()).isEqualTo(Statement.Kind.IMPORT);
        assertThat(artifacts.has(Digest.parse(version.getDigest()))).isTrue();
        assertThat(Records.await(version.getName(), "model.imported").after()).isEqualTo("IMPORTED");
        assertThat(Records.of(version.getName())).hasSize(1);
    }

    @Test
    void importUnderAnotherSignatureIsRefused() {
        Map<String, byte[]> files = TinyModel.files(1);
        files.values().forEach(operator::upload);
        byte[] manifest = TinyModel.manifest(files);
        ImportModelRequest good =
                Client.importRequest("models/forged/versions/1", manifest, TestCallers.installationKey());
        ImportModelRequest foreign =
                Client.importRequest("models/forged/versions/1", manifest, TestCallers.signingKey("operator"));
        Signature forged = good.getSignature().toBuilder()
                .setSignature(ByteString.copyFrom(new byte[64]))
                .build();

        assertRefused(Status.Code.PERMISSION_DENIED, "UNKNOWN_KEY", foreign);
        assertRefused(
                Status.Code.PERMISSION_DENIED,
                "BAD_SIGNATURE",
                good.toBuilder().setSignature(forged).build());
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "MALFORMED_STATEMENT",
                good.toBuilder().setName("models/forged/versions/2").build());
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "MALFORMED_STATEMENT",
                good.toBuilder().setStatement(ByteString.copyFromUtf8("{}")).build());
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "MALFORMED_MANIFEST",
                good.toBuilder()
                        .setManifest(ByteString.copyFromUtf8("{\"files\":[]}"))
                        .build());
    }

    @Test
    void importOfFilesThatAreNoModelIsRefused() {
        Grpc.Refused missing = Grpc.refusedBy(() -> operator.importModel(
                "models/bad/versions/1",
                TinyModel.filesWithout("transformer.ln_f.weight"),
                TestCallers.installationKey()));
        Grpc.Refused shape = Grpc.refusedBy(() -> operator.importModel(
                "models/bad/versions/1",
                TinyModel.filesWith("transformer.wte.weight", List.of(263, 32)),
                TestCallers.installationKey()));
        Map<String, byte[]> other = TinyModel.files(99);
        byte[] manifest = TinyModel.manifest(other);
        other.remove("model.safetensors");
        other.values().forEach(operator::upload);
        Grpc.Refused absent = Grpc.refusedBy(() -> operator.models()
                .importModel(Client.importRequest("models/bad/versions/1", manifest, TestCallers.installationKey())));

        assertThat(missing.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(missing.reason()).isEqualTo("CHECKPOINT_REJECTED");
        assertThat(missing.details()).containsEntry("why", "TENSOR_MISSING");
        assertThat(shape.details()).containsEntry("why", "TENSOR_SHAPE_MISMATCH");
        assertThat(absent.reason()).isEqualTo("NO_SUCH_ARTIFACT");
    }

    @Test
    void takenNameIsRefusedForAnotherModel() {
        operator.tinyModel("models/taken/versions/1");

        Grpc.Refused refused = Grpc.refusedBy(() ->
                operator.importModel("models/taken/versions/1", TinyModel.files(2), TestCallers.installationKey()));

        assertThat(refused.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(refused.reason()).isEqualTo("MODEL_EXISTS");
    }

    @Test
    void promotionNeedsTwoPeopleWhoAreNotTheSubmitter() {
        ModelVersion candidate = candidate("lead", "by-lead");

        Grpc.Refused submitter = Grpc.refusedBy(() -> WorkerRunTest.approve("lead", candidate));
        ModelVersion once = WorkerRunTest.approve("approver-a", candidate);
        Grpc.Refused twice = Grpc.refusedBy(() -> WorkerRunTest.approve("approver-a", candidate));
        ModelVersion promoted = WorkerRunTest.approve("approver-b", candidate);

        assertThat(submitter.reason()).isEqualTo("SUBMITTER_MAY_NOT_APPROVE");
        assertThat(once.getState()).isEqualTo(ModelVersion.State.CANDIDATE);
        assertThat(once.getSignaturesCount()).isEqualTo(1);
        assertThat(twice.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(twice.reason()).isEqualTo("DUPLICATE_SIGNER");
        assertThat(promoted.getState()).isEqualTo(ModelVersion.State.PROMOTED);
        assertThat(promoted.getSignaturesCount()).isEqualTo(2);
        Records.awaitTransitions(candidate.getName(), "CANDIDATE", "PROMOTED");
        Statement statement = Statement.parse(candidate.getStatement().toByteArray());
        assertThat(statement.digests().policy()).isEqualTo(FakePeers.POLICY);
        assertThat(statement.submitter()).isEqualTo("users/lead");
    }

    @Test
    void approvalThatIsForgedOrStaleIsRefused() {
        ModelVersion candidate = candidate("operator", "forged-approval");
        byte[] statement = candidate.getStatement().toByteArray();
        ApproveModelVersionRequest good = ApproveModelVersionRequest.newBuilder()
                .setName(candidate.getName())
                .setStatementDigest(Digest.of(statement).toString())
                .setSignature(Client.sign(TestCallers.signingKey("approver-a"), "users/approver-a", statement))
                .build();

        assertThat(approveAsA(good.toBuilder()
                                .setStatementDigest(Digest.of(new byte[1]).toString())
                                .build())
                        .reason())
                .isEqualTo("STATEMENT_CHANGED");
        assertThat(approveAsA(good.toBuilder()
                                .setSignature(Client.sign(
                                        TestCallers.signingKey("approver-a"), "users/approver-a", new byte[3]))
                                .build())
                        .reason())
                .isEqualTo("BAD_SIGNATURE");
        assertThat(approveAsA(good.toBuilder()
                                .setSignature(Client.sign(
                                        TestCallers.signingKey("approver-b"), "users/approver-b", statement))
                                .build())
                        .reason())
                .isEqualTo("UNKNOWN_KEY");
        assertThat(approveAsA(good.toBuilder()
                                .setSignature(
                                        Client.sign(TestCallers.signingKey("operator"), "users/approver-a", statement))
                                .build())
                        .reason())
                .isEqualTo("UNKNOWN_KEY");
        assertThat(approveAsA(good.toBuilder()
                                .setSignature(
                                        good.getSignature().toBuilder().setSignature(ByteString.copyFrom(new byte[5])))
                                .build())
                        .reason())
                .isEqualTo("MALFORMED_SIGNATURE");
        assertThat(approveAsA(good.toBuilder().setName("models/none/versions/1").build())
                        .reason())
                .isEqualTo("NO_SUCH_MODEL");
        assertThat(get(candidate.getName()).getSignaturesCount()).isZero();
    }

    @Test
    void revokedVersionIsAnnouncedAndNoLongerABase() throws Exception {
        ModelVersion version = operator.tinyModel("models/revoked/versions/1");
        byte[] message = ("revoke " + version.getName() + " " + version.getDigest()).getBytes(StandardCharsets.UTF_8);
        RevokeModelVersionRequest order = RevokeModelVersionRequest.newBuilder()
                .setName(version.getName())
                .setReason("leaks its training data")
                .setSignature(Client.sign(TestCallers.signingKey("approver-b"), "users/approver-b", message))
                .build();
        operator.dataset("revoked", "a text");

        Grpc.Refused foreign =
                Grpc.refusedBy(() -> Client.as("approver-a").models().revokeModelVersion(order));
        ModelVersion revoked = Client.as("approver-b").models().revokeModelVersion(order);
        ModelVersion again = Client.as("approver-b").models().revokeModelVersion(order);

        assertThat(foreign.reason()).isEqualTo("UNKNOWN_KEY");
        assertThat(revoked.getState()).isEqualTo(ModelVersion.State.REVOKED);
        assertThat(again).isEqualTo(revoked);
        ModelRevoked event = ModelRevoked.parseFrom(TopicProbe.await(
                        "revontuli.trainer.model",
                        seen -> seen.key().equals(version.getName())
                                && seen.header("ce_type").endsWith("revoked.v1"))
                .value());
        assertThat(TestCallers.signingKey("approver-b")
                        .verifyingKey()
                        .verifies(message, event.getSignature().toByteArray()))
                .isTrue();
        assertThat(Grpc.refusedBy(() ->
                                operator.submit("on-revoked", Client.plan(version.getName(), "revoked", "revoked")))
                        .reason())
                .isEqualTo("WRONG_STATE");
        Records.awaitTransitions(version.getName(), "IMPORTED", "REVOKED");
    }

    @Test
    void candidateOfAnotherTenantIsNotThereAndSharedModelsAre() {
        ModelVersion candidate = candidate("operator", "private-candidate");
        Client guest = Client.as("guest");

        assertThat(Grpc.refusedBy(() -> guest.models()
                                .getModelVersion(GetModelVersionRequest.newBuilder()
                                        .setName(candidate.getName())
                                        .build()))
                        .reason())
                .isEqualTo("NO_SUCH_MODEL");
        assertThat(guest.models()
                        .listModelVersions(ListModelVersionsRequest.newBuilder()
                                .setPageSize(1_000)
                                .build())
                        .getVersionsList())
                .extracting(ModelVersion::getName)
                .contains("models/private-candidate/versions/1")
                .doesNotContain(candidate.getName());
        assertThat(Grpc.refusedBy(() -> guest.models()
                                .listModelVersions(ListModelVersionsRequest.newBuilder()
                                        .setPageSize(-1)
                                        .build()))
                        .reason())
                .isEqualTo("NEGATIVE_PAGE_SIZE");
    }

    /// Lets a pretended worker hand in the base model itself.
    private ModelVersion candidate(String submitter, String id) {
        Client client = Client.as(submitter);
        operator.tinyModel("models/" + id + "/versions/1");
        operator.dataset(id, Client.texts(id, 3));
        client.submit(id, Client.plan("models/" + id + "/versions/1", id, id));
        String manifest =
                operator.upload(TinyModel.manifest(TinyModel.files(1))).getDigest();
        Worker.of(runner.awaitAssignment("jobs/" + id, 1)).finish(manifest, id);
        return get(client.await(id, Job.State.SUCCEEDED).getCandidate());
    }

    private ModelVersion get(String name) {
        return operator.models()
                .getModelVersion(
                        GetModelVersionRequest.newBuilder().setName(name).build());
    }

    private Grpc.Refused approveAsA(ApproveModelVersionRequest request) {
        return Grpc.refusedBy(() -> Client.as("approver-a").models().approveModelVersion(request));
    }

    private void assertRefused(Status.Code code, String reason, ImportModelRequest request) {
        Grpc.Refused refused = Grpc.refusedBy(() -> operator.models().importModel(request));
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.reason()).isEqualTo(reason);
    }
}
