package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import revontuli.inference.FakeSafety.Mood;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;

/// No token leaves without a verdict, whatever becomes of the judge.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class CanaryTest {
    private static final String CANARY = "CANARY";

    @Inject
    TestModels models;

    @Inject
    Records records;

    @AfterEach
    void judgeRecovers() {
        FakeSafety.good();
        Eventually.holds("a good judge", () -> models.isServed(model()) && answers());
    }

    private String model() {
        String name = "models/canary/versions/1";
        return models.isServed(name) ? name : models.imported("canary", 1, models.scripted(CANARY.repeat(20)));
    }

    private static boolean answers() {
        try {
            return Asking.ask("models/canary", "are you there").text().startsWith(CANARY);
        } catch (StatusRuntimeException _) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mood.class,
            names = {"SILENT", "FAILING", "NO_ACTION", "WRONG_COMMITMENT"})
    void withoutAVerdictOnThePromptNothingIsGenerated(Mood mood) {
        String model = model();
        FakeSafety.in(mood);

        Asking.Failed failed =
                Asking.fail(Asking.request(model, "prompt " + mood).build());

        assertThat(failed.text()).isEmpty();
        assertThat(failed.refused().code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failed.refused().reason()).isEqualTo("SAFETY_UNAVAILABLE");
        Eventually.holds("a record of the refusal", () -> recorded("generation.refused"));
    }

    @Test
    void withTheJudgeDownNothingIsGenerated() throws InterruptedException {
        String model = model();
        FakeSafety.good().down();

        Asking.Failed failed = Asking.fail(Asking.request(model, "hello").build());

        assertThat(failed.text()).isEmpty();
        assertThat(failed.refused().reason()).isEqualTo("SAFETY_UNAVAILABLE");
    }

    @ParameterizedTest
    @EnumSource(
            value = Mood.class,
            names = {
                "RESETS_STREAM",
                "ENDS_EARLY",
                "RELEASES_ANOTHER",
                "RELEASES_TOO_MUCH",
                "NO_LAST_VERDICT",
                "SILENT_STREAM"
            })
    void withoutAVerdictOnTheOutputNothingIsReleased(Mood mood) {
        String model = model();
        FakeSafety.in(mood);

        Asking.Failed failed =
                Asking.fail(Asking.request(model, "output " + mood).build());

        assertThat(failed.text()).isEmpty();
        assertThat(failed.refused().code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failed.refused().reason()).isEqualTo("SAFETY_UNAVAILABLE");
        Eventually.holds("a record of the interruption", () -> recorded("generation.interrupted"));
        assertThat(records.all()).noneMatch(seen -> seen.all().contains(CANARY));
    }

    @Test
    void withTheJudgeLostOnTheWayOnlyWhatItReleasedIsOut() {
        models.imported("late-canary", 1, models.scripted("safe words come first, then " + CANARY));
        FakeSafety.in(Mood.RESETS_LATER);

        Asking.Failed failed =
                Asking.fail(Asking.request("models/late-canary", "hello").build());

        assertThat(failed.refused().reason()).isEqualTo("SAFETY_UNAVAILABLE");
        assertThat(failed.text()).isNotEmpty().doesNotContain("C");
        assertThat("safe words come first, then ").startsWith(failed.text());
    }

    private boolean recorded(String action) {
        return records.all().stream()
                .anyMatch(seen ->
                        seen.action().equals(action) && seen.fact("reason").equals("SAFETY_UNAVAILABLE"));
    }
}
