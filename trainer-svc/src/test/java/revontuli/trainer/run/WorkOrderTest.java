package revontuli.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.Plan;
import revontuli.transparency.crypto.Digest;

class WorkOrderTest {
    private static final Digest DIGEST = Digest.of("x".getBytes(StandardCharsets.UTF_8));

    @Test
    void orderComesBackAsItWasWritten() {
        WorkOrder fresh = order(plan(1, 1), Optional.empty(), OptionalLong.empty());
        WorkOrder resumed = order(plan(2, 3), Optional.of(new Job.Point(7, DIGEST)), OptionalLong.of(42));

        assertThat(WorkOrder.parse(fresh.bytes())).isEqualTo(fresh);
        assertThat(WorkOrder.parse(resumed.bytes())).isEqualTo(resumed);
    }

    @Test
    void largestPlanFits() {
        WorkOrder largest = order(plan(8, 16), Optional.of(new Job.Point(7, DIGEST)), OptionalLong.of(42));

        assertThat(WorkOrder.parse(largest.bytes())).isEqualTo(largest);
    }

    @Test
    void claimsAreDrawnApartAndNeverPrinted() {
        Lease one = Lease.draw("jobs/a", 1);
        Lease other = Lease.draw("jobs/a", 1);

        assertThat(one.secret()).hasSize(64).isNotEqualTo(other.secret());
        assertThat(one.secretHash()).isNotEqualTo(one.secret());
        assertThat(one.toString()).doesNotContain(one.secret());
    }

    private static WorkOrder order(Plan plan, Optional<Job.Point> checkpoint, OptionalLong launcher) {
        Map<String, Assignment.Material> data = new HashMap<>();
        plan.datasets().forEach(name -> data.put(name, new Assignment.Material(DIGEST, DIGEST, "code")));
        return new WorkOrder(
                new Assignment(Lease.draw("jobs/" + "j".repeat(63), 3), plan, DIGEST, data, checkpoint),
                new WorkOrder.Surroundings("127.0.0.1:1", Path.of("/k"), Path.of("/a"), Path.of("/f"), launcher),
                new WorkOrder.Effort(Duration.ofSeconds(30), 5, 100, 2));
    }

    /// As many and as long names as a plan may have.
    private static Plan plan(int stages, int parts) {
        List<Plan.Stage> all = new ArrayList<>();
        for (int s = 0; s < stages; s++) {
            List<Plan.Part> mixture = new ArrayList<>();
            for (int p = 0; p < parts; p++) {
                String id = "d".repeat(59) + String.format("%04d", (s * parts + p) % 63);
                mixture.add(new Plan.Part("datasets/" + id, 0.12345678901234568, true));
            }
            all.add(new Plan.Stage(Plan.Kind.SAFETY, mixture, 1_000_000_000_000L, 0.012345678901234568, 0.1));
        }
        return new Plan("models/a/versions/1", "", all, List.of("datasets/e"), new Plan.Shape(1, 0, 0), 9);
    }
}
