package revontuli.trainer.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Optional;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.JobState;
import revontuli.trainer.job.PlanText;
import revontuli.trainer.job.Progress;
import revontuli.trainer.publish.Judgement;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;

/// A row of the table of jobs. Columns of the claim (secret, times) are written by statements of [PanacheJobs] only.
@Entity(name = "job")
class JobRow {
    @Id
    String name;

    @Column(insertable = false, updatable = false)
    long position;

    String tenant;
    String submitter;
    int priority;
    String plan;

    @Column(name = "plan_digest")
    String planDigest;

    String state;
    long fence;
    String worker;
    int attempts;
    int preparations;

    @Column(name = "pause_requested")
    boolean pauseRequested;

    @Column(name = "checkpoint_step")
    long checkpointStep;

    @Column(name = "checkpoint_digest")
    String checkpointDigest;

    String progress;

    @Column(name = "manifest_digest")
    String manifestDigest;

    String evaluations;
    String candidate;

    @Column(name = "failure_reason")
    String failureReason;

    @Column(name = "failure_message")
    String failureMessage;

    @Column(name = "create_time")
    Instant createTime;

    @Column(name = "update_time")
    Instant updateTime;

    long version;

    Job toJob() {
        return new Job(
                name,
                new Job.Submission(tenant, submitter, PlanText.parse(plan), Digest.parse(planDigest), createTime),
                readState(),
                new Job.Claim(fence, attempts, preparations, pauseRequested, worker, checkpoint()),
                Progress.parse(progress),
                Judgement.parse(evaluations),
                updateTime,
                version);
    }

    /// Everything that may change.
    void take(Job job) {
        Job.Claim claim = job.claim();
        fence = claim.fence();
        attempts = claim.attempts();
        preparations = claim.preparations();
        pauseRequested = claim.pauseRequested();
        worker = claim.worker();
        checkpointStep = claim.checkpoint().map(Job.Point::step).orElse(0L);
        checkpointDigest =
                claim.checkpoint().map(point -> point.digest().toString()).orElse("");
        progress = job.progress().text();
        evaluations = CanonicalJson.text(Judgement.json(job.judgements()));
        updateTime = job.updateTime();
        version++;
        writeState(job.state());
    }

    private Optional<Job.Point> checkpoint() {
        return checkpointDigest.isEmpty()
                ? Optional.empty()
                : Optional.of(new Job.Point(checkpointStep, Digest.parse(checkpointDigest)));
    }

    private JobState readState() {
        Failure failure = new Failure(failureReason, failureMessage);
        return switch (state) {
            case "QUEUED" -> new JobState.Queued();
            case "PREPARING" -> new JobState.Preparing();
            case "RUNNING" -> new JobState.Running();
            case "EVALUATING" -> new JobState.Evaluating(Digest.parse(manifestDigest));
            case "PAUSED" -> new JobState.Paused();
            case "SUCCEEDED" -> new JobState.Succeeded(Digest.parse(manifestDigest), candidate);
            case "FAILED" -> new JobState.Failed(failure);
            case "CANCELLED" -> new JobState.Cancelled(failure);
            default -> throw new IllegalStateException("unknown state " + state);
        };
    }

    private void writeState(JobState next) {
        state = next.word();
        switch (next) {
            case JobState.Evaluating(var manifest) -> manifestDigest = manifest.toString();
            case JobState.Succeeded(var manifest, var made) -> {
                manifestDigest = manifest.toString();
                candidate = made;
            }
            case JobState.Failed(var why) -> write(why);
            case JobState.Cancelled(var why) -> write(why);
            case JobState.Queued _, JobState.Preparing _, JobState.Running _, JobState.Paused _ -> {
                // the word says it all
            }
        }
    }

    private void write(Failure why) {
        failureReason = why.reason();
        failureMessage = why.message();
    }
}
