package revontuli.trainer.grpc;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import revontuli.api.trainer.v1.CommitCheckpointRequest;
import revontuli.api.trainer.v1.FailRunRequest;
import revontuli.api.trainer.v1.FinishRunRequest;
import revontuli.api.trainer.v1.HeartbeatRequest;
import revontuli.api.trainer.v1.Lease;
import revontuli.api.trainer.v1.WorkerServiceGrpc;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.Progress;
import revontuli.trainer.publish.Judgement;
import revontuli.trainer.run.WorkOrder;
import revontuli.trainer.worker.Reports;
import revontuli.transparency.crypto.Digest;

/// A worker's line to the service over gRPC. Calls are tried again while the service does not answer (it may be
/// restarting), until no call has succeeded for as long as a claim lives.
public final class WorkerLink implements Reports, AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration WAIT = Duration.ofMillis(250);

    private final ManagedChannel channel;
    private final WorkerServiceGrpc.WorkerServiceBlockingStub stub;
    private final Lease lease;
    private final Duration ttl;
    private volatile long lastAnswer = System.nanoTime();

    private WorkerLink(ManagedChannel channel, Channel authorized, WorkOrder order) {
        this.channel = channel;
        this.stub = WorkerServiceGrpc.newBlockingStub(authorized);
        this.ttl = order.effort().ttl();
        this.lease = Lease.newBuilder()
                .setJob(order.assignment().lease().job())
                .setFence(order.assignment().lease().fence())
                .setSecret(order.assignment().lease().secret())
                .build();
    }

    public static WorkerLink open(WorkOrder order) throws IOException {
        Metadata headers = new Metadata();
        headers.put(
                AUTHORIZATION,
                "Bearer " + Files.readString(order.surroundings().apiKey()).strip());
        ManagedChannel channel = ManagedChannelBuilder.forTarget(
                        order.surroundings().address())
                .usePlaintext()
                .build();
        Channel authorized = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        return new WorkerLink(channel, authorized, order);
    }

    @Override
    public boolean heartbeat(Progress progress) {
        HeartbeatRequest request = HeartbeatRequest.newBuilder()
                .setLease(lease)
                .setProgress(Protos.progress(progress))
                .build();
        return call(open -> open.heartbeat(request)).getStop();
    }

    @Override
    public void checkpoint(Job.Point point) {
        CommitCheckpointRequest request = CommitCheckpointRequest.newBuilder()
                .setLease(lease)
                .setStep(point.step())
                .setDigest(point.digest().toString())
                .build();
        call(open -> open.commitCheckpoint(request));
    }

    @Override
    public void finish(Digest manifest, List<Judgement> judgements, Progress progress) {
        FinishRunRequest request = FinishRunRequest.newBuilder()
                .setLease(lease)
                .setManifestDigest(manifest.toString())
                .addAllEvaluations(Protos.evaluations(judgements))
                .setProgress(Protos.progress(progress))
                .build();
        call(open -> open.finishRun(request));
    }

    @Override
    public void fail(Failure why, boolean retriable) {
        FailRunRequest request = FailRunRequest.newBuilder()
                .setLease(lease)
                .setFailure(Protos.failure(why))
                .setRetriable(retriable)
                .build();
        call(open -> open.failRun(request));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private <A> A call(Function<WorkerServiceGrpc.WorkerServiceBlockingStub, A> method) {
        while (true) {
            try {
                A answer = method.apply(stub.withDeadlineAfter(CALL));
                lastAnswer = System.nanoTime();
                return answer;
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.ABORTED) {
                    throw new LeaseLost(String.valueOf(e.getStatus().getDescription()));
                }
                if (!PeerCalls.passing(e.getStatus())) {
                    throw e;
                }
                if (System.nanoTime() - lastAnswer > ttl.toNanos()) {
                    throw new Unreachable(String.valueOf(e.getStatus()));
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreachable("interrupted");
        }
    }
}
