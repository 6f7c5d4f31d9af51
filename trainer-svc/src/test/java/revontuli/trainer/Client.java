package revontuli.trainer;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import revontuli.api.trainer.v1.Artifact;
import revontuli.api.trainer.v1.ArtifactServiceGrpc;
import revontuli.api.trainer.v1.Dataset;
import revontuli.api.trainer.v1.DatasetServiceGrpc;
import revontuli.api.trainer.v1.GetJobRequest;
import revontuli.api.trainer.v1.ImportModelRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.MixturePart;
import revontuli.api.trainer.v1.ModelServiceGrpc;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.Plan;
import revontuli.api.trainer.v1.RegisterDatasetRequest;
import revontuli.api.trainer.v1.Signature;
import revontuli.api.trainer.v1.Stage;
import revontuli.api.trainer.v1.SubmitJobRequest;
import revontuli.api.trainer.v1.UploadArtifactRequest;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.TestCallers;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.statement.Statement;

/// Calls the service under test as one person, over a real socket.
final class Client {
    private static final int PIECE = 200_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Set<Job.State> ENDED = Set.of(Job.State.SUCCEEDED, Job.State.FAILED, Job.State.CANCELLED);

    private final Channel channel;

    private Client(Channel channel) {
        this.channel = channel;
    }

    static Client as(String name) {
        return new Client(Grpc.as(name));
    }

    DatasetServiceGrpc.DatasetServiceBlockingStub datasets() {
        return DatasetServiceGrpc.newBlockingStub(channel);
    }

    JobServiceGrpc.JobServiceBlockingStub jobs() {
        return JobServiceGrpc.newBlockingStub(channel);
    }

    ModelServiceGrpc.ModelServiceBlockingStub models() {
        return ModelServiceGrpc.newBlockingStub(channel);
    }

    Artifact upload(byte[] bytes) {
        return upload(bytes, "");
    }

    /// Uploads in pieces; a failure of the call is thrown as it came.
    Artifact upload(byte[] bytes, String expected) {
        CompletableFuture<Artifact> answer = new CompletableFuture<>();
        StreamObserver<UploadArtifactRequest> pieces = ArtifactServiceGrpc.newStub(channel)
                .uploadArtifact(new StreamObserver<>() {
                    @Override
                    public void onNext(Artifact artifact) {
                        answer.complete(artifact);
                    }

                    @Override
                    public void onError(Throwable thrown) {
                        answer.completeExceptionally(thrown);
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new AssertionError("no answer"));
                    }
                });
        for (int at = 0; at < bytes.length; at += PIECE) {
            pieces.onNext(UploadArtifactRequest.newBuilder()
                    .setDigest(expected)
                    .setPiece(ByteString.copyFrom(bytes, at, Math.min(PIECE, bytes.length - at)))
                    .build());
        }
        pieces.onCompleted();
        try {
            return answer.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /// Uploads and registers a data set of these texts.
    Dataset dataset(String id, String... texts) {
        Artifact file = upload(lines(texts));
        return datasets()
                .registerDataset(RegisterDatasetRequest.newBuilder()
                        .setName("datasets/" + id)
                        .setDigest(file.getDigest())
                        .setLanguage("en")
                        .setLicense("CC0-1.0")
                        .setOrigin("written for a test")
                        .build());
    }

    static byte[] lines(String... texts) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < texts.length; i++) {
            lines.append("{\"id\":\"d")
                    .append(i)
                    .append("\",\"text\":\"")
                    .append(texts[i])
                    .append("\"}\n");
        }
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Uploads and imports the tiny model under a name; again is no harm.
    ModelVersion tinyModel(String name) {
        return importModel(name, TinyModel.files(1), TestCallers.installationKey());
    }

    ModelVersion importModel(String name, Map<String, byte[]> files, SigningKey key) {
        files.values().forEach(this::upload);
        byte[] manifest = TinyModel.manifest(files);
        return models().importModel(importRequest(name, manifest, key));
    }

    static ImportModelRequest importRequest(String name, byte[] manifest, SigningKey key) {
        Statement statement = new Statement(
                Statement.Kind.IMPORT,
                name,
                new Statement.Subjects(Digest.of(manifest), Digest.of(TinyModel.TOKENIZER), null, null, null),
                "",
                "installation",
                Instant.parse("2026-01-31T12:00:00Z"));
        return ImportModelRequest.newBuilder()
                .setName(name)
                .setManifest(ByteString.copyFrom(manifest))
                .setStatement(ByteString.copyFrom(statement.bytes()))
                .setSignature(sign(key, "installation", statement.bytes()))
                .build();
    }

    static Signature sign(SigningKey key, String principal, byte[] message) {
        return Signature.newBuilder()
                .setKid(key.kid())
                .setPrincipal(principal)
                .setSignature(ByteString.copyFrom(key.sign(message)))
                .build();
    }

    Job submit(String id, Plan plan) {
        return jobs().submitJob(
                        SubmitJobRequest.newBuilder().setJobId(id).setPlan(plan).build());
    }

    Job job(String id) {
        return jobs().getJob(GetJobRequest.newBuilder().setName("jobs/" + id).build());
    }

    /// Waits for a state; a state that is the end of another story fails at once.
    Job await(String id, Job.State state) {
        Job last = Eventually.within(LIMIT, "job " + id + " in " + state, () -> Optional.of(job(id))
                .filter(job -> job.getState() == state || ENDED.contains(job.getState())));
        if (last.getState() != state) {
            throw new AssertionError("job " + id + " ended as " + last);
        }
        return last;
    }

    /// A small plan on one data set.
    static Plan plan(String base, String data, String heldOut) {
        return Plan.newBuilder()
                .setBaseModel(base)
                .addStages(stage("cap", data, 1_024))
                .addEvaluationDatasets("datasets/" + heldOut)
                .setSeed(7)
                .setSequenceTokens(32)
                .setBatchRows(4)
                .build();
    }

    static Stage stage(String kind, String data, long tokens) {
        return Stage.newBuilder()
                .setKind(kind)
                .addMixture(
                        MixturePart.newBuilder().setDataset("datasets/" + data).setWeight(1))
                .setTokenBudget(tokens)
                .setLearningRate(0.01)
                .setWarmupShare(0.1)
                .build();
    }

    /// A few documents that have something to learn.
    static String[] texts(String what, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> List.of(what, "and", what, "again", Integer.toString(i)).stream()
                        .collect(Collectors.joining(" ")))
                .toArray(String[]::new);
    }
}
