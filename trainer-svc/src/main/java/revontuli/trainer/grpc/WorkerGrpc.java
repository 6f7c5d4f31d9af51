package revontuli.trainer.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import revontuli.api.trainer.v1.CommitCheckpointRequest;
import revontuli.api.trainer.v1.CommitCheckpointResponse;
import revontuli.api.trainer.v1.FailRunRequest;
import revontuli.api.trainer.v1.FailRunResponse;
import revontuli.api.trainer.v1.FinishRunRequest;
import revontuli.api.trainer.v1.FinishRunResponse;
import revontuli.api.trainer.v1.HeartbeatRequest;
import revontuli.api.trainer.v1.HeartbeatResponse;
import revontuli.api.trainer.v1.WorkerServiceGrpc;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.ResourceNames;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.run.Lease;
import revontuli.trainer.run.RunDesk;

@GrpcService
class WorkerGrpc extends WorkerServiceGrpc.WorkerServiceImplBase {
    private final RunDesk desk;
    private final Offload offload;

    WorkerGrpc(RunDesk desk, Offload offload) {
        this.desk = desk;
        this.offload = offload;
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> answers) {
        offload.unary(answers, () -> HeartbeatResponse.newBuilder()
                .setStop(desk.heartbeat(lease(request.getLease()), Protos.progress(request.getProgress())))
                .build());
    }

    @Override
    public void commitCheckpoint(CommitCheckpointRequest request, StreamObserver<CommitCheckpointResponse> answers) {
        offload.unary(answers, () -> {
            desk.commitCheckpoint(
                    lease(request.getLease()),
                    new Job.Point(request.getStep(), Protos.digest("digest", request.getDigest())));
            return CommitCheckpointResponse.getDefaultInstance();
        });
    }

    @Override
    public void finishRun(FinishRunRequest request, StreamObserver<FinishRunResponse> answers) {
        offload.unary(answers, () -> {
            desk.finish(
                    lease(request.getLease()),
                    Protos.digest("manifest_digest", request.getManifestDigest()),
                    Protos.judgements(request.getEvaluationsList()),
                    Protos.progress(request.getProgress()));
            return FinishRunResponse.getDefaultInstance();
        });
    }

    @Override
    public void failRun(FailRunRequest request, StreamObserver<FailRunResponse> answers) {
        offload.unary(answers, () -> {
            desk.fail(
                    lease(request.getLease()),
                    new Failure(
                            request.getFailure().getReason(),
                            request.getFailure().getMessage()),
                    request.getRetriable());
            return FailRunResponse.getDefaultInstance();
        });
    }

    private static Lease lease(revontuli.api.trainer.v1.Lease wire) {
        ResourceNames.parse("lease.job", "jobs", wire.getJob());
        return new Lease(wire.getJob(), wire.getFence(), wire.getSecret());
    }
}
