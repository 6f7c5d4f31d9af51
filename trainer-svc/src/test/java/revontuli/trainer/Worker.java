package revontuli.trainer;

import revontuli.api.trainer.v1.CommitCheckpointRequest;
import revontuli.api.trainer.v1.Evaluation;
import revontuli.api.trainer.v1.FailRunRequest;
import revontuli.api.trainer.v1.Failure;
import revontuli.api.trainer.v1.FinishRunRequest;
import revontuli.api.trainer.v1.HeartbeatRequest;
import revontuli.api.trainer.v1.Lease;
import revontuli.api.trainer.v1.Progress;
import revontuli.api.trainer.v1.WorkerServiceGrpc;
import revontuli.testkit.Grpc;
import revontuli.trainer.run.Assignment;

/// A worker that a test speaks as: has a claim, trains nothing.
final class Worker {
    private final WorkerServiceGrpc.WorkerServiceBlockingStub stub =
            WorkerServiceGrpc.newBlockingStub(Grpc.as("services/trainer-svc"));
    private final Lease lease;

    private Worker(Lease lease) {
        this.lease = lease;
    }

    static Worker of(Assignment assignment) {
        return new Worker(Lease.newBuilder()
                .setJob(assignment.lease().job())
                .setFence(assignment.lease().fence())
                .setSecret(assignment.lease().secret())
                .build());
    }

    /// The same claim with another secret.
    Worker withSecret(String secret) {
        return new Worker(lease.toBuilder().setSecret(secret).build());
    }

    Worker withFence(long fence) {
        return new Worker(lease.toBuilder().setFence(fence).build());
    }

    long fence() {
        return lease.getFence();
    }

    boolean heartbeat(long step) {
        return stub.heartbeat(HeartbeatRequest.newBuilder()
                        .setLease(lease)
                        .setProgress(Progress.newBuilder()
                                .setStep(step)
                                .setStepCount(8)
                                .setLoss(3.5))
                        .build())
                .getStop();
    }

    Object checkpoint(long step, String digest) {
        return stub.commitCheckpoint(CommitCheckpointRequest.newBuilder()
                .setLease(lease)
                .setStep(step)
                .setDigest(digest)
                .build());
    }

    Object finish(String manifestDigest, String heldOut) {
        return stub.finishRun(FinishRunRequest.newBuilder()
                .setLease(lease)
                .setManifestDigest(manifestDigest)
                .addEvaluations(Evaluation.newBuilder()
                        .setDataset("datasets/" + heldOut)
                        .setLanguage("en")
                        .setBitsPerByteBefore(8)
                        .setBitsPerByteAfter(7)
                        .setByteCount(100))
                .setProgress(Progress.newBuilder().setStep(8).setStepCount(8))
                .build());
    }

    Object fail(String reason, boolean retriable) {
        return stub.failRun(FailRunRequest.newBuilder()
                .setLease(lease)
                .setFailure(Failure.newBuilder().setReason(reason).setMessage("as a test wishes"))
                .setRetriable(retriable)
                .build());
    }
}
