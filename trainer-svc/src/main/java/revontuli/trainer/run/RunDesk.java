package revontuli.trainer.run;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.Fault;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.JobBook;
import revontuli.trainer.job.JobState;
import revontuli.trainer.job.Jobs;
import revontuli.trainer.job.Progress;
import revontuli.trainer.publish.Judgement;
import revontuli.transparency.crypto.Digest;

/// What workers report. Every report begins with the one statement that demands fence, secret and state; where it
/// finds another holder, nothing is written and the worker is told to stop.
public final class RunDesk {
    private static final String RUNNING = "RUNNING";
    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);

    private final Jobs jobs;
    private final Leases leases;
    private final JobBook book;
    private final ArtifactStore artifacts;
    private final Setbacks setbacks;
    private final Duration ttl;

    RunDesk(Jobs jobs, Leases leases, JobBook book, ArtifactStore artifacts, Setbacks setbacks, Duration ttl) {
        this.jobs = jobs;
        this.leases = leases;
        this.book = book;
        this.artifacts = artifacts;
        this.setbacks = setbacks;
        this.ttl = ttl;
    }

    /// Prolongs the claim. True: write a checkpoint and end.
    public boolean heartbeat(Lease lease, Progress progress) {
        return held(lease, job -> {
            book.progress(job.progressed(progress), leases.progressDue(job.name(), PROGRESS_EVERY));
            return job.claim().pauseRequested();
        });
    }

    /// Makes a checkpoint the one to resume from. Where a pause was asked for, the job is paused in the same commit.
    public void commitCheckpoint(Lease lease, Job.Point point) {
        artifacts.path(point.digest());
        held(lease, job -> {
            if (job.claim().checkpoint().filter(point::equals).isPresent()) {
                return job; // the answer to an earlier call was lost
            }
            Job at = book.note(
                    JobBook.self(job),
                    "job.checkpointed",
                    job.claimed(job.claim().at(point)),
                    JobBook.Note.of("step", Long.toString(point.step())).with("checkpoint", point.digest()));
            return at.claim().pauseRequested() && at.state() instanceof JobState.Running
                    ? setbacks.setBack(at, pausedByRequest())
                    : at;
        });
    }

    /// Ends the run with a result, which is registered next. May be called again with the same result.
    public void finish(Lease lease, Digest manifest, List<Judgement> judgements, Progress progress) {
        artifacts.path(manifest);
        book.acts().unit().run(() -> {
            if (!leases.hold(lease, RUNNING, ttl)) {
                requireSameEnd(lease, manifest);
                return;
            }
            Job job = jobs.lock(lease.job()).orElseThrow();
            requireJudged(job, judgements);
            JobState.Running running = (JobState.Running) job.state();
            Job whole = job.judged(judgements)
                    .progressed(progress)
                    .claimed(job.claim().pausing(false));
            book.move(JobBook.self(job), whole, running.evaluate(manifest), JobBook.Note.EMPTY.with("model", manifest));
        });
    }

    /// Ends the run without a result.
    public void fail(Lease lease, Failure why, boolean retriable) {
        held(lease, job -> retriable ? setbacks.setBack(job, why) : setbacks.fail(job, why));
    }

    private <T> T held(Lease lease, Function<Job, T> act) {
        Supplier<T> work = () -> {
            if (!leases.hold(lease, RUNNING, ttl)) {
                throw lease.lost();
            }
            return act.apply(jobs.lock(lease.job()).orElseThrow());
        };
        return book.acts().unit().run(work);
    }

    private void requireSameEnd(Lease lease, Digest manifest) {
        JobState state =
                leases.newest(lease) ? jobs.find(lease.job()).orElseThrow().state() : new JobState.Queued();
        boolean same =
                switch (state) {
                    case JobState.Evaluating(var standing) -> standing.equals(manifest);
                    case JobState.Succeeded(var standing, var _) -> standing.equals(manifest);
                    case JobState.Queued _,
                            JobState.Preparing _,
                            JobState.Running _,
                            JobState.Paused _,
                            JobState.Failed _,
                            JobState.Cancelled _ -> false;
                };
        if (!same) {
            throw lease.lost();
        }
    }

    private static void requireJudged(Job job, List<Judgement> judgements) {
        Set<String> judged = judgements.stream().map(Judgement::dataset).collect(Collectors.toSet());
        if (!judged.equals(Set.copyOf(job.submission().plan().heldOut())) || judged.size() != judgements.size()) {
            throw Fault.invalid(
                    "OUT_OF_RANGE", "evaluations", "must judge each evaluation data set of the plan exactly once");
        }
    }

    private static Failure pausedByRequest() {
        return new Failure("PAUSED", "paused at its checkpoint, as asked");
    }
}
