package revontuli.trainer.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.time.Duration;
import revontuli.api.trainer.v1.Artifact;
import revontuli.api.trainer.v1.ArtifactServiceGrpc;
import revontuli.api.trainer.v1.UploadArtifactRequest;
import revontuli.platform.caller.Caller;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.trainer.TrainerConfig;
import revontuli.trainer.dataset.Uploads;

@GrpcService
class ArtifactGrpc extends ArtifactServiceGrpc.ArtifactServiceImplBase {
    private final Uploads uploads;
    private final Offload offload;
    private final Duration pause;

    ArtifactGrpc(Uploads uploads, Offload offload, TrainerConfig config) {
        this.uploads = uploads;
        this.offload = offload;
        this.pause = config.datasets().uploadPause();
    }

    /// One piece is asked for at a time, and only once the one before is in the store, so that a fast client cannot
    /// fill the memory.
    @Override
    public StreamObserver<UploadArtifactRequest> uploadArtifact(StreamObserver<Artifact> answers) {
        ServerCallStreamObserver<Artifact> call = (ServerCallStreamObserver<Artifact>) answers;
        call.disableAutoRequest();
        Caller caller = CallContext.caller();
        Pieces pieces = new Pieces(() -> call.request(1), pause);
        call.setOnCancelHandler(pieces::cancel);
        call.request(1);
        offload.unary(answers, () -> {
            Uploads.Stored stored = uploads.store(caller, pieces.expected(), pieces);
            return Artifact.newBuilder()
                    .setDigest(stored.digest().toString())
                    .setByteCount(stored.bytes())
                    .build();
        });
        return new StreamObserver<>() {
            @Override
            public void onNext(UploadArtifactRequest piece) {
                pieces.add(piece.getDigest(), piece.getPiece());
            }

            @Override
            public void onError(Throwable thrown) {
                pieces.cancel();
            }

            @Override
            public void onCompleted() {
                pieces.end();
            }
        };
    }
}
