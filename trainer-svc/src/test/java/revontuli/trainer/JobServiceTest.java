package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.events.v1.JobChanged;
import revontuli.api.trainer.v1.CancelJobRequest;
import revontuli.api.trainer.v1.GetJobRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.ListJobsRequest;
import revontuli.api.trainer.v1.ListJobsResponse;
import revontuli.api.trainer.v1.PauseJobRequest;
import revontuli.api.trainer.v1.Plan;
import revontuli.api.trainer.v1.ResumeJobRequest;
import revontuli.api.trainer.v1.WatchJobRequest;
import revontuli.testkit.Grpc;
import revontuli.testkit.TopicProbe;

@QuarkusTest
class JobServiceTest {
    private static final String MODEL = "models/desk/versions/1";

    @Inject
    FakePeers peers;

    @Inject
    TestRunner runner;

    private final Client operator = Client.as("operator");
    private Plan plan = Plan.getDefaultInstance();

    @BeforeEach
    void materials() {
        operator.tinyModel(MODEL);
        operator.dataset("desk", Client.texts("a desk", 10));
        operator.dataset("desk-held-out", Client.texts("a chair", 4));
        plan = Client.plan(MODEL, "desk", "desk-held-out");
    }

    @Test
    void acceptedJobIsQueuedWithRecordAndEvent() throws Exception {
        Job job = operator.submit("accepted", plan);

        assertThat(job.getState()).isEqualTo(Job.State.QUEUED);
        assertThat(job.getTenant()).isEqualTo("demo");
        assertThat(job.getSubmitter()).isEqualTo("users/operator");
        assertThat(job.getPlan().getModel()).isEqualTo("models/desk");
        Records.Seen record = Records.await("jobs/accepted", "job.submitted");
        assertThat(record.after()).isEqualTo("QUEUED");
        assertThat(record.all().fields("digests").text("plan")).isEqualTo(job.getPlanDigest());
        assertThat(record.all().fields("facts").fields("data_sets").members()).containsOnlyKeys("datasets/desk");
        assertThat(record.all().fields("facts").fields("evaluation_data_sets").members())
                .containsOnlyKeys("datasets/desk-held-out");
        JobChanged first = JobChanged.parseFrom(
                TopicProbe.await("revontuli.trainer.job", seen -> seen.key().equals("jobs/accepted"))
                        .value());
        assertThat(first.getStateAfter()).isEqualTo("QUEUED");
        cancel("accepted");
    }

    @Test
    void sameIdAnswersTheSamePlanAndRefusesAnother() {
        Job first = operator.submit("same", plan);
        Job again = operator.submit("same", plan);
        Grpc.Refused other = Grpc.refusedBy(
                () -> operator.submit("same", plan.toBuilder().setSeed(8).build()));

        assertThat(again.getCreateTime()).isEqualTo(first.getCreateTime());
        assertThat(other.code()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(other.reason()).isEqualTo("JOB_EXISTS");
        cancel("same");
    }

    @Test
    void planThatIsWrongIsRefusedWithItsField() {
        assertRefused("OUT_OF_RANGE", "plan.stages", wrong -> wrong.clearStages());
        assertRefused(
                "MIXTURE_EMPTY",
                "plan.stages[0].mixture",
                wrong -> wrong.setStages(0, wrong.getStages(0).toBuilder().clearMixture()));
        assertRefused(
                "UNKNOWN_STAGE_KIND",
                "plan.stages[0].kind",
                wrong -> wrong.setStages(0, wrong.getStages(0).toBuilder().setKind("dream")));
        assertRefused(
                "OUT_OF_RANGE",
                "plan.stages[0].token_budget",
                wrong -> wrong.setStages(0, wrong.getStages(0).toBuilder().setTokenBudget(1_023)));
        assertRefused(
                "OUT_OF_RANGE",
                "plan.stages[0].learning_rate",
                wrong -> wrong.setStages(0, wrong.getStages(0).toBuilder().setLearningRate(Double.NaN)));
        assertRefused(
                "OUT_OF_RANGE",
                "plan.stages[0].warmup_share",
                wrong -> wrong.setStages(0, wrong.getStages(0).toBuilder().setWarmupShare(0.6)));
        assertRefused("OUT_OF_RANGE", "plan.evaluation_datasets", wrong -> wrong.clearEvaluationDatasets());
        assertRefused("OUT_OF_RANGE", "plan.batch_rows", wrong -> wrong.setBatchRows(65));
        assertRefused("OUT_OF_RANGE", "plan.sequence_tokens", wrong -> wrong.setSequenceTokens(65));
        assertRefused("OUT_OF_RANGE", "plan.priority", wrong -> wrong.setPriority(10));
        assertRefused("MALFORMED_NAME", "plan.base_model", wrong -> wrong.setBaseModel("models/x"));
        assertRefused("NO_SUCH_MODEL", "", wrong -> wrong.setBaseModel("models/desk/versions/99"));
        assertRefused("NO_SUCH_DATASET", "", wrong -> wrong.addEvaluationDatasets("datasets/nowhere"));
        assertThat(Grpc.refusedBy(() -> operator.submit("Wrong", plan)).reason())
                .isEqualTo("MALFORMED_NAME");
    }

    @Test
    void anotherTenantSeesNeitherJobNorData() {
        operator.submit("hidden", plan);
        Client guest = Client.as("guest");

        for (Grpc.Refused refused : List.of(
                Grpc.refusedBy(() -> guest.job("hidden")),
                Grpc.refusedBy(() -> guest.jobs()
                        .cancelJob(CancelJobRequest.newBuilder()
                                .setName("jobs/hidden")
                                .build())),
                Grpc.refusedBy(() -> guest.jobs()
                        .pauseJob(PauseJobRequest.newBuilder()
                                .setName("jobs/hidden")
                                .build())))) {
            assertThat(refused.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(refused.reason()).isEqualTo("NO_SUCH_JOB");
        }
        assertThat(Grpc.refusedBy(() -> guest.submit("steals", plan)).reason()).isEqualTo("NO_SUCH_DATASET");
        assertThat(Grpc.refusedBy(() -> guest.submit("hidden", plan)).reason()).isEqualTo("JOB_EXISTS");
        assertThat(Client.as("auditor").job("hidden").getTenant()).isEqualTo("demo");
        cancel("hidden");
    }

    @Test
    void listIsNewestFirstAndPaged() {
        operator.submit("list-a", plan);
        operator.submit("list-b", plan);

        ListJobsResponse first = list(1, "");
        ListJobsResponse second = list(1, first.getNextPageToken());

        assertThat(first.getJobs(0).getName()).isEqualTo("jobs/list-b");
        assertThat(second.getJobs(0).getName()).isEqualTo("jobs/list-a");
        assertThat(Grpc.refusedBy(() -> list(-1, "")).reason()).isEqualTo("NEGATIVE_PAGE_SIZE");
        cancel("list-a");
        cancel("list-b");
    }

    @Test
    void tenantAtItsQuotaIsRefusedAndOthersAreNot() {
        List<String> ids = new ArrayList<>();
        Grpc.Refused refused = null;
        while (refused == null) {
            String id = "quota-" + ids.size();
            try {
                operator.submit(id, plan);
                ids.add(id);
            } catch (StatusRuntimeException e) {
                refused = Grpc.Refused.of(e);
            }
            assertThat(ids).hasSizeLessThan(20);
        }

        assertThat(refused.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.reason()).isEqualTo("QUOTA_EXCEEDED");
        assertThat(operator.submit(ids.getFirst(), plan).getName()).isEqualTo("jobs/" + ids.getFirst());
        Client guest = Client.as("guest");
        guest.dataset("quota-guest", "a guest");
        guest.submit("quota-guest", Client.plan(MODEL, "quota-guest", "quota-guest"));
        guest.jobs()
                .cancelJob(CancelJobRequest.newBuilder()
                        .setName("jobs/quota-guest")
                        .build());
        ids.forEach(this::cancel);
    }

    @Test
    void jobIsSteeredThroughItsLife() {
        peers.mood(FakePeers.Mood.DOWN);
        operator.dataset("steered", "text that only this test has");
        operator.submit("steered", Client.plan(MODEL, "steered", "steered"));

        Job paused = operator.jobs()
                .pauseJob(PauseJobRequest.newBuilder().setName("jobs/steered").build());
        Job resumed = operator.jobs()
                .resumeJob(ResumeJobRequest.newBuilder().setName("jobs/steered").build());
        Job cancelled = operator.jobs()
                .cancelJob(CancelJobRequest.newBuilder()
                        .setName("jobs/steered")
                        .setReason("enough")
                        .build());
        peers.mood(FakePeers.Mood.WELL);

        assertThat(paused.getState()).isEqualTo(Job.State.PAUSED);
        assertThat(resumed.getState()).isEqualTo(Job.State.QUEUED);
        assertThat(cancelled.getState()).isEqualTo(Job.State.CANCELLED);
        assertThat(cancelled.getFailure().getMessage()).isEqualTo("enough");
        assertThat(cancel("steered")).isEqualTo(cancelled);
        Grpc.Refused late = Grpc.refusedBy(() -> operator.jobs()
                .resumeJob(ResumeJobRequest.newBuilder().setName("jobs/steered").build()));
        assertThat(late.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(late.reason()).isEqualTo("WRONG_STATE");
        // between resume and cancel the job may have been taken up, so PREPARING may stand between the last two
        assertThat(Records.transitionsTo("CANCELLED", "jobs/steered"))
                .containsSubsequence("PAUSED", "QUEUED", "CANCELLED")
                .endsWith("CANCELLED");
    }

    @Test
    void watcherSeesTheJobUntilItsEnd() {
        operator.submit("watched", plan);
        Worker worker = Worker.of(runner.awaitAssignment("jobs/watched", 1));
        Iterator<Job> seen = operator.jobs()
                .watchJob(WatchJobRequest.newBuilder().setName("jobs/watched").build());
        Job.State first = seen.next().getState();
        worker.heartbeat(5);
        cancel("watched");

        List<Job> rest = new ArrayList<>();
        seen.forEachRemaining(rest::add);

        assertThat(first).isEqualTo(Job.State.RUNNING);
        assertThat(rest.getLast().getState()).isEqualTo(Job.State.CANCELLED);
        assertThat(rest.getLast().getProgress().getStep()).isEqualTo(5);
        assertThat(Grpc.refusedBy(() -> operator.jobs()
                                .watchJob(WatchJobRequest.newBuilder()
                                        .setName("jobs/none")
                                        .build())
                                .next())
                        .reason())
                .isEqualTo("NO_SUCH_JOB");
    }

    @Test
    void unknownJobIsNotFound() {
        Grpc.Refused refused = Grpc.refusedBy(() -> operator.jobs()
                .getJob(GetJobRequest.newBuilder().setName("jobs/none").build()));

        assertThat(refused.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(refused.details()).containsEntry("job", "jobs/none");
    }

    private void assertRefused(String reason, String field, UnaryOperator<Plan.Builder> change) {
        Plan wrong = change.apply(plan.toBuilder()).build();
        Grpc.Refused refused = Grpc.refusedBy(() -> operator.submit("wrong", wrong));
        assertThat(refused.reason()).as(field).isEqualTo(reason);
        if (!field.isEmpty()) {
            assertThat(refused.details()).containsEntry("field", field);
        }
    }

    private ListJobsResponse list(int size, String token) {
        return operator.jobs()
                .listJobs(ListJobsRequest.newBuilder()
                        .setPageSize(size)
                        .setPageToken(token)
                        .build());
    }

    private Job cancel(String id) {
        return operator.jobs()
                .cancelJob(CancelJobRequest.newBuilder().setName("jobs/" + id).build());
    }
}
