package revontuli.safety.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.safety.v1.DecideReviewRequest;
import revontuli.api.safety.v1.GetReviewRequest;
import revontuli.api.safety.v1.ListReviewsRequest;
import revontuli.api.safety.v1.ListReviewsResponse;
import revontuli.api.safety.v1.RedTeamRun;
import revontuli.api.safety.v1.ReviewDecision;
import revontuli.api.safety.v1.ReviewServiceGrpc;
import revontuli.api.safety.v1.StartRedTeamRunRequest;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.safety.review.Review;
import revontuli.safety.review.ReviewDesk;
import revontuli.safety.review.Reviews;

/// ReviewService over gRPC. Red-teaming says that it is not there yet.
@GrpcService
class ReviewGrpc extends ReviewServiceGrpc.ReviewServiceImplBase {
    private final ReviewDesk reviews;
    private final Offload offload;

    ReviewGrpc(ReviewDesk reviews, Offload offload) {
        this.reviews = reviews;
        this.offload = offload;
    }

    @Override
    public void listReviews(ListReviewsRequest request, StreamObserver<ListReviewsResponse> answers) {
        offload.unary(answers, () -> {
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "reviews");
            long after = Places.number(page.after()).orElse(0);
            List<Reviews.Queued> found = reviews.waiting(CallContext.caller(), after, page.size() + 1);
            ListReviewsResponse.Builder response = ListReviewsResponse.newBuilder();
            found.stream().limit(page.size()).forEach(queued -> response.addReviews(proto(queued.review())));
            if (found.size() > page.size()) {
                response.setNextPageToken(
                        page.tokenAfter(Long.toString(found.get(page.size() - 1).position())));
            }
            return response.build();
        });
    }

    @Override
    public void getReview(GetReviewRequest request, StreamObserver<revontuli.api.safety.v1.Review> answers) {
        offload.unary(answers, () -> {
            ReviewDesk.Shown shown = reviews.look(CallContext.caller(), request.getName());
            return proto(shown.review()).toBuilder()
                    .setText(shown.text().orElse(""))
                    .build();
        });
    }

    @Override
    public void decideReview(DecideReviewRequest request, StreamObserver<revontuli.api.safety.v1.Review> answers) {
        offload.unary(
                answers,
                () -> proto(reviews.decide(
                        CallContext.caller(), request.getName(), allows(request.getDecision()), request.getNote())));
    }

    private static boolean allows(ReviewDecision decision) {
        return switch (decision) {
            case REVIEW_DECISION_ALLOW -> true;
            case REVIEW_DECISION_BLOCK -> false;
            case REVIEW_DECISION_UNSPECIFIED, UNRECOGNIZED ->
                throw Fault.invalid(
                        "DECISION_MISSING", "decision", "must be REVIEW_DECISION_ALLOW or REVIEW_DECISION_BLOCK");
        };
    }

    private static revontuli.api.safety.v1.Review proto(Review review) {
        Review.Refused refused = review.refused();
        revontuli.api.safety.v1.Review.Builder proto = revontuli.api.safety.v1.Review.newBuilder()
                .setName(review.name())
                .setSubject(refused.subject())
                .setDirection(refused.direction())
                .setLanguage(refused.language())
                .setCategory(refused.category())
                .setRule(refused.rule())
                .setPolicy(refused.policy())
                .setState(review.state().name())
                .setCreateTime(Times.proto(review.created()));
        review.decisions()
                .forEach(one -> proto.addDecisions(revontuli.api.safety.v1.ReviewAnswer.newBuilder()
                        .setReviewer(one.reviewer())
                        .setDecision(
                                one.allow()
                                        ? ReviewDecision.REVIEW_DECISION_ALLOW
                                        : ReviewDecision.REVIEW_DECISION_BLOCK)
                        .setNote(one.note())
                        .setDecideTime(Times.proto(one.time()))));
        return proto.build();
    }

    @Override
    public void startRedTeamRun(StartRedTeamRunRequest request, StreamObserver<RedTeamRun> answers) {
        offload.unary(answers, () -> {
            throw Fault.notBuilt("red-teaming");
        });
    }
}
