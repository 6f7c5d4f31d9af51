package revontuli.trainer.run;

import revontuli.platform.caller.Caller;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.JobBook;
import revontuli.trainer.job.JobState;

/// What becomes of a job whose worker, or whose preparation, is gone. Always a new fence: the old holder may live on
/// without knowing, and must be refused.
final class Setbacks {
    private final JobBook book;
    private final int attemptsMax;
    private final int preparationsMax;

    Setbacks(JobBook book, int attemptsMax, int preparationsMax) {
        this.book = book;
        this.attemptsMax = attemptsMax;
        this.preparationsMax = preparationsMax;
    }

    /// Back to the queue, or failed when it has been tried often enough, or paused when that was asked for. The job
    /// must be locked in this unit.
    Job setBack(Job job, Failure why) {
        Job free = freed(job);
        Caller self = JobBook.self(job);
        return switch (job.state()) {
            case JobState.Running state
            when job.claim().pauseRequested() ->
                book.move(self, free.claimed(free.claim().pausing(false)), state.pause(), note(why));
            case JobState.Running state ->
                job.claim().attempts() >= attemptsMax
                        ? book.move(self, free, state.fail(exhausted(why, attemptsMax)), JobBook.Note.EMPTY)
                        : book.move(self, free, state.requeue(), note(why));
            case JobState.Preparing state -> {
                int failed = job.claim().preparations() + 1;
                Job counted = free.claimed(free.claim().tried(job.claim().attempts(), failed));
                yield failed >= preparationsMax
                        ? book.move(self, counted, state.fail(exhausted(why, preparationsMax)), JobBook.Note.EMPTY)
                        : book.move(self, counted, state.requeue(), note(why));
            }
            case JobState.Queued _, JobState.Evaluating _, JobState.Paused _, JobState.Ended _ -> job;
        };
    }

    /// Back to the queue without blame: this service stops.
    Job release(Job job) {
        Failure why = new Failure("SERVICE_STOPPED", "the service stopped in good order");
        Job free = freed(job);
        return switch (job.state()) {
            case JobState.Running state -> {
                int runs = Math.max(0, job.claim().attempts() - 1);
                yield book.move(
                        JobBook.self(job),
                        free.claimed(free.claim().tried(runs, job.claim().preparations())),
                        state.requeue(),
                        note(why));
            }
            case JobState.Preparing state -> book.move(JobBook.self(job), free, state.requeue(), note(why));
            case JobState.Queued _, JobState.Evaluating _, JobState.Paused _, JobState.Ended _ -> job;
        };
    }

    /// Failed for good; trying again would end the same.
    Job fail(Job job, Failure why) {
        return job.state() instanceof JobState.Failable state
                ? book.move(JobBook.self(job), freed(job), state.fail(why), JobBook.Note.EMPTY)
                : job;
    }

    private static Job freed(Job job) {
        Job.Claim claim = job.claim();
        return job.claimed(claim.fenced(claim.fence() + 1).by(""));
    }

    private static Failure exhausted(Failure why, int tries) {
        return new Failure(why.reason(), "given up after " + tries + " tries: " + why.message());
    }

    private static JobBook.Note note(Failure why) {
        return JobBook.Note.of("reason", why.reason()).with("message", why.message());
    }
}
