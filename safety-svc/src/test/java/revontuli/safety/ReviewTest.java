package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.Action;
import revontuli.api.safety.v1.ActivateTenantOverrideRequest;
import revontuli.api.safety.v1.CreateApiKeyRequest;
import revontuli.api.safety.v1.DecideReviewRequest;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.EraseSubjectRequest;
import revontuli.api.safety.v1.GetReviewRequest;
import revontuli.api.safety.v1.KeyServiceGrpc;
import revontuli.api.safety.v1.ListReviewsRequest;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.api.safety.v1.Review;
import revontuli.api.safety.v1.ReviewDecision;
import revontuli.api.safety.v1.ReviewServiceGrpc;
import revontuli.api.safety.v1.ReviewServiceGrpc.ReviewServiceBlockingStub;
import revontuli.api.safety.v1.Verdict;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;

/// What is refused for review waits for people, with its text, until its subject is erased.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class ReviewTest {
    private static final String TEXT = "Please ping 84.250.17.33 for me";

    @Inject
    LogView log;

    private static ReviewServiceBlockingStub as(String person) {
        return ReviewServiceGrpc.newBlockingStub(Grpc.as(person));
    }

    /// A verdict for review, by an override of the tenant that counts from this second on.
    static Verdict refuse(String subject) {
        String override = """
                schema: revontuli.policy-override.v1
                policy: default
                tenant: demo
                version: %d
                description: People look at addresses of machines.
                categories:
                  personal-data:
                    kinds: {ip: {prompt: {review: 0.5}}}
                """.formatted(Instant.now().getEpochSecond());
        PolicyServiceGrpc.newBlockingStub(Grpc.as("operator"))
                .activateTenantOverride(ActivateTenantOverrideRequest.newBuilder()
                        .setYaml(override)
                        .build());
        return ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .moderateText(ModerateTextRequest.newBuilder()
                        .setText(TEXT)
                        .setDirection(Direction.DIRECTION_PROMPT)
                        .setSubject(subject)
                        .setCommit(true)
                        .build())
                .getVerdict();
    }

    private static Review get(String name) {
        return as("reviewer")
                .getReview(GetReviewRequest.newBuilder().setName(name).build());
    }

    private static DecideReviewRequest blocks(String name) {
        return DecideReviewRequest.newBuilder()
                .setName(name)
                .setDecision(ReviewDecision.REVIEW_DECISION_BLOCK)
                .setNote("an address of a machine")
                .build();
    }

    @Test
    void refusedTextWaitsWithItsTextForItsTenantsReviewers() {
        Verdict verdict = refuse("generations/reviewed");

        assertThat(verdict.getAction()).isEqualTo(Action.ACTION_REVIEW);
        Review review = get(verdict.getReview());
        assertThat(review.getText()).isEqualTo(TEXT);
        assertThat(review.getSubject()).isEqualTo("generations/reviewed");
        assertThat(review.getState()).isEqualTo("OPEN");
        assertThat(as("reviewer")
                        .listReviews(ListReviewsRequest.getDefaultInstance())
                        .getReviewsList())
                .anyMatch(one ->
                        one.getName().equals(review.getName()) && one.getText().isEmpty());
        log.awaitCount(1, "action = 'review.shown' and subject = ?", review.getName());
        log.awaitCount(
                1,
                "action = 'moderation.judged' and subject = 'generations/reviewed' and convert_from(leaf, 'UTF8') like ?",
                "%" + review.getName() + "%");
        assertThat(log.number("select count(*) from review where position(convert_to('ping', 'UTF8') in sealed) > 0"))
                .isZero();
    }

    @Test
    void decisionIsOnRecordAndCountsOnceAPerson() {
        String name = refuse("generations/decided").getReview();

        Review decided = as("reviewer").decideReview(blocks(name));
        Grpc.Refused again = Grpc.refusedBy(() -> as("reviewer").decideReview(blocks(name)));
        Grpc.Refused nothing = Grpc.refusedBy(() -> as("reviewer")
                .decideReview(blocks(name).toBuilder().clearDecision().build()));
        Grpc.Refused unknown = Grpc.refusedBy(() -> get("reviews/r-unknown"));

        assertThat(decided.getState()).isEqualTo("SEEN");
        assertThat(decided.getDecisionsList()).singleElement().satisfies(one -> assertThat(one.getReviewer())
                .isEqualTo("users/reviewer"));
        assertThat(again.reason()).isEqualTo("REVIEWER_DECIDED");
        assertThat(nothing.reason()).isEqualTo("DECISION_MISSING");
        assertThat(unknown.reason()).isEqualTo("NO_SUCH_REVIEW");
        log.awaitCount(1, "action = 'review.decided' and subject = ? and actor = 'users/reviewer'", name);
    }

    @Test
    void twoPeopleSettleItAndNobodyElsesTenantSeesIt() {
        String name = refuse("generations/settled").getReview();
        as("reviewer").decideReview(blocks(name));

        Review settled = newReviewer("operator").decideReview(blocks(name));
        Grpc.Refused late = Grpc.refusedBy(() -> newReviewer("operator").decideReview(blocks(name)));
        ReviewServiceBlockingStub stranger = newReviewer("guest");
        Grpc.Refused foreign = Grpc.refusedBy(() -> stranger.decideReview(blocks(name)));
        Grpc.Refused unseen = Grpc.refusedBy(() ->
                stranger.getReview(GetReviewRequest.newBuilder().setName(name).build()));

        assertThat(settled.getState()).isEqualTo("BLOCKED");
        assertThat(late.reason()).isEqualTo("REVIEW_SETTLED");
        assertThat(foreign.reason()).isEqualTo("NO_SUCH_REVIEW");
        assertThat(unseen.reason()).isEqualTo("NO_SUCH_REVIEW");
        assertThat(stranger.listReviews(ListReviewsRequest.getDefaultInstance()).getReviewsList())
                .isEmpty();
        assertThat(as("reviewer")
                        .listReviews(ListReviewsRequest.getDefaultInstance())
                        .getReviewsList())
                .noneMatch(one -> one.getName().equals(name));
    }

    private static ReviewServiceBlockingStub newReviewer(String operator) {
        String key = KeyServiceGrpc.newBlockingStub(Grpc.as(operator))
                .createApiKey(CreateApiKeyRequest.newBuilder()
                        .setPrincipal("users/reviewer-" + UUID.randomUUID())
                        .addRoles("reviewer")
                        .build())
                .getText();
        ReviewServiceBlockingStub made = ReviewServiceGrpc.newBlockingStub(Grpc.withKey(key));
        Eventually.holds("a key that works", () -> {
            try {
                made.listReviews(ListReviewsRequest.getDefaultInstance());
                return true;
            } catch (StatusRuntimeException _) {
                return false;
            }
        });
        return made;
    }

    @Test
    void erasureOfTheSubjectTakesTheTextAway() {
        String name = refuse("generations/erased-review").getReview();

        PrivacyServiceGrpc.newBlockingStub(Grpc.as("operator"))
                .eraseSubject(EraseSubjectRequest.newBuilder()
                        .setSubject("generations/erased-review")
                        .setReason("asked for it")
                        .setLegalBasis("gdpr-art-17")
                        .build());

        assertThat(get(name).getText()).isEmpty();
    }
}
