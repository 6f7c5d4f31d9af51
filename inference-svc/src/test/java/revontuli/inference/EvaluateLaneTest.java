package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Iterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.FinishReason;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.Lane;
import revontuli.api.inference.v1.LoadCandidateRequest;
import revontuli.api.inference.v1.LoadedModel;
import revontuli.api.inference.v1.ScoreTextRequest;
import revontuli.api.inference.v1.ScoreTextResponse;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;

/// Candidates are for evaluators: judged, not withheld, and on record with their purpose.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class EvaluateLaneTest {
    @Inject
    TestModels models;

    @Inject
    Records records;

    @BeforeEach
    void judgeIsGood() {
        FakeSafety.good();
    }

    private LoadedModel candidate(String model, String text) {
        return Asking.as("evaluator")
                .loadCandidate(LoadCandidateRequest.newBuilder()
                        .setName("models/" + model + "/versions/1")
                        .setDigest(models.scripted(text).model().toString())
                        .setPurpose("red team of a test")
                        .build());
    }

    @Test
    void candidateIsJudgedNotWithheldAndNeverServed() {
        LoadedModel loaded = candidate("cand", "this is forbidden text");

        Asking.Failed served =
                Asking.fail(Asking.request("models/cand/versions/1", "hello").build());
        StringBuilder text = new StringBuilder();
        GenerateTextResponse last = GenerateTextResponse.getDefaultInstance();
        for (Iterator<GenerateTextResponse> each = Asking.as("evaluator")
                        .generateText(Asking.request("models/cand/versions/1", "a forbidden wish")
                                .setLane(Lane.LANE_EVALUATE)
                                .build());
                each.hasNext(); ) {
            last = each.next();
            text.append(last.getText());
        }

        assertThat(loaded.getLane()).isEqualTo(Lane.LANE_EVALUATE);
        assertThat(loaded.getAdmission()).isEqualTo("candidate");
        assertThat(served.refused().reason()).isEqualTo("MODEL_NOT_PROMOTED");
        assertThat(text.toString()).isEqualTo("this is forbidden text");
        assertThat(last.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        String generation = last.getReceipt().getGeneration();
        Records.Seen finished = records.await("generation.finished", generation);
        assertThat(finished.fact("verdict")).isEqualTo("block");
        assertThat(finished.fact("purpose")).isEqualTo("red team of a test");
        assertThat(finished.fact("lane")).isEqualTo("evaluate");
        assertThat(records.await("candidate.loaded", "models/cand/versions/1").fact("purpose"))
                .isEqualTo("red team of a test");
    }

    @Test
    void candidateOfNoArtifactIsNotFound() {
        Grpc.Refused refused = Grpc.refusedBy(() -> Asking.as("evaluator")
                .loadCandidate(LoadCandidateRequest.newBuilder()
                        .setName("models/gone/versions/1")
                        .setDigest("sha256:" + "0".repeat(64))
                        .setPurpose("test")
                        .build()));

        assertThat(refused.reason()).isEqualTo("NO_SUCH_ARTIFACT");
    }

    @Test
    void scoreIsTheSumOverTheContinuation() {
        models.imported("scored", 1, models.scripted("abc"));

        ScoreTextResponse likely = Asking.as("evaluator")
                .scoreText(ScoreTextRequest.newBuilder()
                        .setModel("models/scored")
                        .setContext("so: ")
                        .setContinuation("abc")
                        .build());
        ScoreTextResponse unlikely = Asking.as("evaluator")
                .scoreText(ScoreTextRequest.newBuilder()
                        .setModel("models/scored")
                        .setContinuation("abX")
                        .build());

        double hit = 1 - Math.log(Math.E + ByteTokenizer.VOCABULARY - 1);
        assertThat(likely.getTokenCount()).isEqualTo(3);
        assertThat(likely.getLogLikelihood()).isCloseTo(3 * hit, within(1e-6));
        assertThat(likely.getGreedy()).isTrue();
        assertThat(unlikely.getLogLikelihood()).isCloseTo(3 * hit - 1, within(1e-6));
        assertThat(unlikely.getGreedy()).isFalse();
        records.await("text.scored", "models/scored/versions/1");
    }
}
