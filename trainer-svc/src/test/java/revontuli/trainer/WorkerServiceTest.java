package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import revontuli.api.trainer.v1.CancelJobRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.PauseJobRequest;
import revontuli.api.trainer.v1.ResumeJobRequest;
import revontuli.testkit.Grpc;
import revontuli.trainer.run.Assignment;
import revontuli.transparency.crypto.Digest;

/// What workers may do: only the holder of the newest claim, only while the job runs.
@QuarkusTest
class WorkerServiceTest {
    private static final String MODEL = "models/leases/versions/1";

    @Inject
    TestRunner runner;

    @Inject
    FakePeers peers;

    private final Client operator = Client.as("operator");

    @Test
    void onlyTheHolderOfTheClaimIsHeard() {
        Worker worker = running("held");

        assertThat(worker.heartbeat(1)).isFalse();
        for (Worker other : List.of(
                worker.withSecret("0".repeat(64)),
                worker.withSecret(""),
                worker.withFence(worker.fence() + 1),
                worker.withFence(worker.fence() - 1))) {
            Grpc.Refused refused = Grpc.refusedBy(() -> other.heartbeat(7));
            assertThat(refused.code()).isEqualTo(Status.Code.ABORTED);
            assertThat(refused.reason()).isEqualTo("LEASE_LOST");
        }
        assertThat(operator.job("held").getProgress().getStep()).isEqualTo(1);
        cancel("held");
    }

    @Test
    void workerThatFellSilentIsReplacedAndRefusedFromThenOn() {
        Worker zombie = running("silent");
        String first = operator.upload(bytes("first")).getDigest();
        zombie.checkpoint(4, first);

        Assignment second = runner.awaitAssignment("jobs/silent", zombie.fence() + 1);
        Worker worker = Worker.of(second);

        assertThat(second.checkpoint().orElseThrow().digest()).isEqualTo(Digest.parse(first));
        assertThat(second.checkpoint().orElseThrow().step()).isEqualTo(4);
        assertThat(worker.heartbeat(5)).isFalse();
        String late = operator.upload(bytes("late")).getDigest();
        assertLost(() -> zombie.heartbeat(9));
        assertLost(() -> zombie.checkpoint(9, late));
        assertLost(() -> zombie.finish(candidate(), "silent"));
        assertLost(() -> zombie.fail("ZOMBIE", false));
        Job job = operator.job("silent");
        assertThat(job.getState()).isEqualTo(Job.State.RUNNING);
        assertThat(job.getProgress().getStep()).isEqualTo(5);
        Records.awaitTransitions("jobs/silent", "QUEUED", "PREPARING", "RUNNING", "QUEUED", "PREPARING", "RUNNING");
        cancel("silent");
    }

    @Test
    void workerThatEndsWithoutAWordIsNoticedAndTriedThreeTimes() {
        long fence = 0;
        running("exits");
        for (int i = 0; i < 3; i++) {
            Assignment assignment = runner.awaitAssignment("jobs/exits", fence + 1);
            fence = assignment.lease().fence();
            runner.end("jobs/exits", "exit code 137");
        }

        Job job = operator.await("exits", Job.State.FAILED);

        assertThat(job.getFailure().getReason()).isEqualTo("WORKER_LOST");
        assertThat(job.getFailure().getMessage()).contains("3 tries", "exit code 137");
        assertThat(Records.transitionsTo("FAILED", "jobs/exits").stream().filter("RUNNING"::equals))
                .hasSize(3);
    }

    @Test
    void resultIsRegisteredOnceHoweverOftenItIsHandedIn() {
        Worker worker = running("finishes");
        String manifest = candidate();

        worker.finish(manifest, "leases");
        worker.finish(manifest, "leases");
        Job job = operator.await("finishes", Job.State.SUCCEEDED);
        worker.finish(manifest, "leases");

        assertThat(job.getCandidate()).startsWith("models/leases/versions/");
        Records.awaitTransitions("jobs/finishes", "QUEUED", "PREPARING", "RUNNING", "EVALUATING", "SUCCEEDED");
        assertLost(() -> worker.finish(operator.upload(bytes("another")).getDigest(), "leases"));
        assertLost(() -> worker.heartbeat(8));
    }

    @Test
    void resultThatIsNoModelFailsTheJob() {
        Worker worker = running("no-model");

        worker.finish(operator.upload(bytes("{\"files\":[]}")).getDigest(), "leases");

        assertThat(operator.await("no-model", Job.State.FAILED).getFailure().getReason())
                .isEqualTo("MALFORMED_MANIFEST");
        Worker broken = running("broken-model");
        Map<String, byte[]> files = TinyModel.filesWithout("transformer.ln_f.bias");
        files.values().forEach(operator::upload);
        broken.finish(operator.upload(TinyModel.manifest(files)).getDigest(), "leases");
        Job job = operator.await("broken-model", Job.State.FAILED);
        assertThat(job.getFailure().getReason()).isEqualTo("CHECKPOINT_REJECTED");
        assertThat(job.getFailure().getMessage()).contains("transformer.ln_f.bias");
    }

    @Test
    void resultWithAnotherTokenizerFailsTheJob() {
        Worker worker = running("other-tokenizer");
        Map<String, byte[]> files = TinyModel.files(1);
        files.put("tokenizer.json", bytes("{\"another\":true}"));
        files.values().forEach(operator::upload);

        worker.finish(operator.upload(TinyModel.manifest(files)).getDigest(), "leases");

        assertThat(operator.await("other-tokenizer", Job.State.FAILED)
                        .getFailure()
                        .getReason())
                .isEqualTo("TOKENIZER_DIGEST_MISMATCH");
    }

    @Test
    void resultMustJudgeWhatThePlanNames() {
        Worker worker = running("unjudged");

        assertThat(Grpc.refusedBy(() -> worker.finish(candidate(), "other")).reason())
                .isEqualTo("OUT_OF_RANGE");
        assertThat(Grpc.refusedBy(
                                () -> worker.finish(Digest.of(bytes("nowhere")).toString(), "leases"))
                        .reason())
                .isEqualTo("NO_SUCH_ARTIFACT");
        cancel("unjudged");
    }

    @Test
    void failureThatMayPassIsTriedAgainAndOneThatMayNotEndsTheJob() {
        Worker worker = running("fails");
        worker.fail("OUT_OF_MEMORY", true);
        Worker second = Worker.of(runner.awaitAssignment("jobs/fails", worker.fence() + 1));

        second.fail("DIVERGED", false);

        Job job = operator.await("fails", Job.State.FAILED);
        assertThat(job.getFailure().getReason()).isEqualTo("DIVERGED");
    }

    @Test
    void pauseTakesEffectAtTheNextCheckpointAndResumeGoesOnThere() {
        Worker worker = running("paused");
        pause("paused");
        assertThat(operator.job("paused").getState()).isEqualTo(Job.State.RUNNING);
        assertThat(worker.heartbeat(3)).isTrue();

        String digest = operator.upload(bytes("at the pause")).getDigest();
        worker.checkpoint(3, digest);

        assertThat(operator.job("paused").getState()).isEqualTo(Job.State.PAUSED);
        assertLost(() -> worker.heartbeat(4));
        operator.jobs()
                .resumeJob(ResumeJobRequest.newBuilder().setName("jobs/paused").build());
        Assignment next = runner.awaitAssignment("jobs/paused", worker.fence() + 1);
        assertThat(next.checkpoint().orElseThrow().digest()).isEqualTo(Digest.parse(digest));
        cancel("paused");
        assertLost(() -> Worker.of(next).heartbeat(4));
    }

    @Test
    void tokenizerThatIsAwayIsWaitedForAndOneThatIsAnotherEndsTheJob() {
        peers.mood(FakePeers.Mood.DOWN);
        operator.dataset("away", "text that only this test has");
        running("warm");
        operator.submit("away", Client.plan(MODEL, "away", "away"));
        Records.await("jobs/away", "job.queued");
        peers.mood(FakePeers.Mood.WELL);
        Worker.of(runner.awaitAssignment("jobs/away", 1));
        cancel("away");
        cancel("warm");
        peers.mood(FakePeers.Mood.OTHER_DIGEST);
        operator.dataset("mismatch", "another text that only this test has");

        operator.submit("mismatch", Client.plan(MODEL, "mismatch", "mismatch"));

        Job job = operator.await("mismatch", Job.State.FAILED);
        peers.mood(FakePeers.Mood.WELL);
        assertThat(job.getFailure().getReason()).isEqualTo("TOKENIZER_DIGEST_MISMATCH");
    }

    @Test
    void shardThatExistsIsUsedAgain() {
        Worker first = running("shard-a");
        int encoded = peers.encoded();

        Assignment second = assignment("shard-b");

        assertThat(peers.encoded()).isEqualTo(encoded);
        assertThat(second.data()).hasSize(1);
        cancel("shard-a");
        cancel("shard-b");
        assertLost(() -> first.heartbeat(1));
    }

    private Worker running(String id) {
        return Worker.of(assignment(id));
    }

    private Assignment assignment(String id) {
        operator.tinyModel(MODEL);
        operator.dataset("leases", Client.texts("a lease", 10));
        operator.submit(id, Client.plan(MODEL, "leases", "leases"));
        return runner.awaitAssignment("jobs/" + id, 1);
    }

    private String candidate() {
        return operator.upload(TinyModel.manifest(TinyModel.files(1))).getDigest();
    }

    private void pause(String id) {
        operator.jobs()
                .pauseJob(PauseJobRequest.newBuilder().setName("jobs/" + id).build());
    }

    private void cancel(String id) {
        operator.jobs()
                .cancelJob(CancelJobRequest.newBuilder().setName("jobs/" + id).build());
    }

    private static void assertLost(Supplier<?> call) {
        assertThat(Grpc.refusedBy(call).reason()).isEqualTo("LEASE_LOST");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
