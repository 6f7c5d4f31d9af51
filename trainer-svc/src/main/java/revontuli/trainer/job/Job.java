package revontuli.trainer.job;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.trainer.publish.Judgement;
import revontuli.transparency.crypto.Digest;

/// A training job. The store's version number grows with every change, so that watchers see each.
///
/// @param name `jobs/{job}`; the id is the client's and stands for one plan for ever
public record Job(
        String name,
        Submission submission,
        JobState state,
        Claim claim,
        Progress progress,
        List<Judgement> judgements,
        Instant updateTime,
        long version) {

    /// What was handed in, by whom.
    public record Submission(String tenant, String submitter, Plan plan, Digest planDigest, Instant createTime) {}

    /// How it is being carried out.
    ///
    /// @param fence number of the newest claim; a worker with a lower one is refused
    /// @param attempts runs since the newest checkpoint
    /// @param preparations failed preparations since the last good one
    /// @param worker what the runner knows its worker by, or empty
    public record Claim(
            long fence,
            int attempts,
            int preparations,
            boolean pauseRequested,
            String worker,
            Optional<Point> checkpoint) {
        public static final Claim NONE = new Claim(0, 0, 0, false, "", Optional.empty());

        public Claim fenced(long number) {
            return new Claim(number, attempts, preparations, pauseRequested, worker, checkpoint);
        }

        public Claim tried(int runs, int failedPreparations) {
            return new Claim(fence, runs, failedPreparations, pauseRequested, worker, checkpoint);
        }

        public Claim pausing(boolean asked) {
            return new Claim(fence, attempts, preparations, asked, worker, checkpoint);
        }

        public Claim by(String newWorker) {
            return new Claim(fence, attempts, preparations, pauseRequested, newWorker, checkpoint);
        }

        /// A new checkpoint is progress: attempts count anew.
        public Claim at(Point point) {
            return new Claim(fence, 0, preparations, pauseRequested, worker, Optional.of(point));
        }
    }

    /// A checkpoint to resume from.
    public record Point(long step, Digest digest) {}

    public Job {
        judgements = List.copyOf(judgements);
    }

    public boolean visibleTo(Caller caller) {
        return caller.sees(submission.tenant());
    }

    /// Who may steer it.
    public boolean belongsTo(Caller caller) {
        return caller.tenant().equals(submission.tenant());
    }

    public Job in(JobState next) {
        return new Job(name, submission, next, claim, progress, judgements, updateTime, version);
    }

    public Job claimed(Claim next) {
        return new Job(name, submission, state, next, progress, judgements, updateTime, version);
    }

    public Job progressed(Progress next) {
        return new Job(name, submission, state, claim, next, judgements, updateTime, version);
    }

    public Job judged(List<Judgement> next) {
        return new Job(name, submission, state, claim, progress, next, updateTime, version);
    }

    public Job updated(Instant time) {
        return new Job(name, submission, state, claim, progress, judgements, time, version);
    }
}
