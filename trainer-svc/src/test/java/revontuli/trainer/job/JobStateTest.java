package revontuli.trainer.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Digest;

class JobStateTest {
    private static final Failure WHY = new Failure("WHY", "because");
    private static final Digest MANIFEST = Digest.of("m".getBytes(StandardCharsets.UTF_8));
    private static final List<JobState> ALL = List.of(
            new JobState.Queued(),
            new JobState.Preparing(),
            new JobState.Running(),
            new JobState.Evaluating(MANIFEST),
            new JobState.Paused(),
            new JobState.Succeeded(MANIFEST, "models/m/versions/1"),
            new JobState.Failed(WHY),
            new JobState.Cancelled(WHY));

    /// Written out a second time on purpose: the verifier of audit exports demands exactly this table.
    static final Map<String, Set<String>> LEGAL = Map.of(
            "QUEUED", Set.of("PREPARING", "PAUSED", "CANCELLED", "FAILED"),
            "PREPARING", Set.of("RUNNING", "QUEUED", "FAILED", "CANCELLED", "PAUSED"),
            "RUNNING", Set.of("EVALUATING", "PAUSED", "FAILED", "CANCELLED", "QUEUED"),
            "EVALUATING", Set.of("SUCCEEDED", "FAILED", "CANCELLED", "QUEUED"),
            "PAUSED", Set.of("QUEUED", "CANCELLED"),
            "SUCCEEDED", Set.of(),
            "FAILED", Set.of(),
            "CANCELLED", Set.of());

    @Test
    void transitionsAreExactlyThoseOfTheTable() {
        for (JobState state : ALL) {
            assertThat(next(state)).as(state.word()).isEqualTo(new TreeSet<>(LEGAL.get(state.word())));
        }
    }

    @Test
    void onlyTheThreeEndsHaveEnded() {
        assertThat(ALL.stream().filter(JobState::ended).map(JobState::word))
                .containsExactly("SUCCEEDED", "FAILED", "CANCELLED");
    }

    /// Every state that some method of this state leads to.
    private static Set<String> next(JobState state) {
        Set<String> next = new TreeSet<>();
        if (state instanceof JobState.Cancellable some) {
            next.add(some.cancel(WHY).word());
        }
        if (state instanceof JobState.Failable some) {
            next.add(some.fail(WHY).word());
        }
        if (state instanceof JobState.Pausable some) {
            next.add(some.pause().word());
        }
        if (state instanceof JobState.Requeuable some) {
            next.add(some.requeue().word());
        }
        switch (state) {
            case JobState.Queued queued -> next.add(queued.prepare().word());
            case JobState.Preparing preparing -> next.add(preparing.run().word());
            case JobState.Running running -> next.add(running.evaluate(MANIFEST).word());
            case JobState.Evaluating evaluating ->
                next.add(evaluating.succeed("models/m/versions/1").word());
            case JobState.Paused paused -> next.add(paused.resume().word());
            case JobState.Ended _ -> {
                // nothing comes after it
            }
        }
        return next;
    }
}
