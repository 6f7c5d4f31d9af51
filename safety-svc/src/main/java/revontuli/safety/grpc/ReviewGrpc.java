package revontuli.safety.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import revontuli.api.safety.v1.ListReviewsRequest;
import revontuli.api.safety.v1.ListReviewsResponse;
import revontuli.api.safety.v1.RedTeamRun;
import revontuli.api.safety.v1.ReviewServiceGrpc;
import revontuli.api.safety.v1.StartRedTeamRunRequest;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.Offload;

/// ReviewService over gRPC: says that it is not there yet.
@GrpcService
class ReviewGrpc extends ReviewServiceGrpc.ReviewServiceImplBase {
    private final Offload offload;

    ReviewGrpc(Offload offload) {
        this.offload = offload;
    }

    @Override
    public void listReviews(ListReviewsRequest request, StreamObserver<ListReviewsResponse> answers) {
        offload.unary(answers, () -> {
            throw Fault.notBuilt("human review");
        });
    }

    @Override
    public void startRedTeamRun(StartRedTeamRunRequest request, StreamObserver<RedTeamRun> answers) {
        offload.unary(answers, () -> {
            throw Fault.notBuilt("red-teaming");
        });
    }
}
