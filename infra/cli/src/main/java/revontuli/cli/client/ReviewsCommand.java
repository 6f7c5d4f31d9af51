package revontuli.cli.client;

import com.google.protobuf.util.Timestamps;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.safety.v1.DecideReviewRequest;
import revontuli.api.safety.v1.GetReviewRequest;
import revontuli.api.safety.v1.ListReviewsRequest;
import revontuli.api.safety.v1.ListReviewsResponse;
import revontuli.api.safety.v1.Review;
import revontuli.api.safety.v1.ReviewAnswer;
import revontuli.api.safety.v1.ReviewDecision;
import revontuli.api.safety.v1.ReviewServiceGrpc;
import revontuli.api.safety.v1.ReviewServiceGrpc.ReviewServiceBlockingStub;
import revontuli.cli.Channels;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Out;
import revontuli.cli.Service;

/// `revontuli reviews`: what moderation refused and people are to look at.
@Command(
        name = "reviews",
        mixinStandardHelpOptions = true,
        description = "Texts that were refused for review: list those that wait, show one, decide.",
        subcommands = {ReviewsCommand.ListAll.class, ReviewsCommand.Show.class, ReviewsCommand.Decide.class})
public final class ReviewsCommand extends Group {
    private static ReviewServiceBlockingStub stub(Channels channels) {
        return ReviewServiceGrpc.newBlockingStub(channels.to(Service.SAFETY));
    }

    private static void print(Out out, Review review) {
        out.line(review.getName() + "  " + review.getState() + "  " + review.getDirection() + " of "
                + review.getSubject() + " in " + review.getLanguage());
        out.line(review.getCategory() + ", rule " + review.getRule() + ", " + review.getPolicy());
        for (ReviewAnswer one : review.getDecisionsList()) {
            out.line(Timestamps.toString(one.getDecideTime()) + "  " + one.getReviewer() + "  "
                    + (one.getDecision() == ReviewDecision.REVIEW_DECISION_ALLOW ? "allow" : "block") + "  "
                    + one.getNote());
        }
        out.jsonText(Wire.json(review));
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List those that wait, the oldest first.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Mixin
        private final PageOptions page = new PageOptions();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("reviewer")) {
                ListReviewsResponse answer = stub(channels)
                        .listReviews(ListReviewsRequest.newBuilder()
                                .setPageSize(page.size())
                                .setPageToken(page.token())
                                .build());
                Table table = new Table("name", "state", "category", "language", "refused");
                for (Review review : answer.getReviewsList()) {
                    table.row(
                            review.getName(),
                            review.getState(),
                            review.getCategory(),
                            review.getLanguage(),
                            Timestamps.toString(review.getCreateTime()));
                    options.out().jsonText(Wire.json(review));
                }
                table.print(options.out());
                page.more(options.out(), answer.getNextPageToken());
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show one with its text. That you looked is on record.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "REVIEW", description = "reviews/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("reviewer")) {
                Review review = stub(channels)
                        .getReview(GetReviewRequest.newBuilder().setName(name).build());
                print(options.out(), review);
                options.out().line(review.getText().isEmpty() ? "(its text was erased)" : review.getText());
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "decide",
            mixinStandardHelpOptions = true,
            description = {
                "Say whether a text should have been let through.",
                "Two people must say the same; where two differ a third decides. The text stays refused."
            })
    static final class Decide implements Callable<Integer> {
        /// One of the two.
        static final class Choice {
            @Option(names = "--allow", required = true, description = "It should have been let through.")
            private boolean allow;

            @Option(names = "--block", required = true, description = "It was refused rightly.")
            private boolean block;
        }

        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "REVIEW", description = "reviews/{id}")
        private String name = "";

        @ArgGroup(multiplicity = "1")
        private Choice choice = new Choice();

        @Option(names = "--note", paramLabel = "TEXT", description = "Why, on one line, without personal data.")
        private String note = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("reviewer")) {
                print(
                        options.out(),
                        stub(channels)
                                .decideReview(DecideReviewRequest.newBuilder()
                                        .setName(name)
                                        .setDecision(
                                                choice.allow && !choice.block
                                                        ? ReviewDecision.REVIEW_DECISION_ALLOW
                                                        : ReviewDecision.REVIEW_DECISION_BLOCK)
                                        .setNote(note)
                                        .build()));
                return ExitCode.OK;
            }
        }
    }
}
