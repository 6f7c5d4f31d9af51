package revontuli.trainer.job;

import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;

/// Cancels, pauses and resumes jobs on people's word.
public final class JobSteering {
    private static final int REASON_CHARS_MAX = 500;

    private final Jobs jobs;
    private final JobBook book;

    public JobSteering(Jobs jobs, JobBook book) {
        this.jobs = jobs;
        this.book = book;
    }

    /// Ends a job at once: a worker that still runs finds its lease lost at its next call. A job that was cancelled
    /// already is answered as it stands.
    public Job cancel(Caller caller, String name, String reason) {
        if (reason.length() > REASON_CHARS_MAX) {
            throw Fault.invalid("OUT_OF_RANGE", "reason", "must have at most " + REASON_CHARS_MAX + " characters");
        }
        Failure why = new Failure("CANCELLED", reason.isBlank() ? "cancelled by " + caller.principal() : reason);
        return book.acts().unit().run(() -> {
            Job job = lock(caller, name);
            return switch (job.state()) {
                case JobState.Cancellable state ->
                    book.move(caller, withoutClaim(job), state.cancel(why), JobBook.Note.EMPTY);
                case JobState.Cancelled _ -> job;
                case JobState.Succeeded _, JobState.Failed _ -> throw JobBook.wrongState(job, "cancelled");
            };
        });
    }

    /// Stops a job: at once where no worker has it, otherwise at the checkpoint that its worker is asked for.
    public Job pause(Caller caller, String name) {
        return book.acts().unit().run(() -> {
            Job job = lock(caller, name);
            return switch (job.state()) {
                case JobState.Running _ when job.claim().pauseRequested() -> job;
                case JobState.Running _ ->
                    book.note(
                            caller,
                            "job.pause_requested",
                            job.claimed(job.claim().pausing(true)),
                            JobBook.Note.EMPTY);
                case JobState.Pausable state -> book.move(caller, withoutClaim(job), state.pause(), JobBook.Note.EMPTY);
                case JobState.Paused _ -> job;
                case JobState.Evaluating _, JobState.Ended _ -> throw JobBook.wrongState(job, "paused");
            };
        });
    }

    /// Lets a paused job go on from its newest checkpoint; takes back a request to pause.
    public Job resume(Caller caller, String name) {
        book.acts().admission().requireRoom();
        return book.acts().unit().run(() -> {
            Job job = lock(caller, name);
            return switch (job.state()) {
                case JobState.Paused state -> book.move(caller, job, state.resume(), JobBook.Note.EMPTY);
                case JobState.Running _
                when job.claim().pauseRequested() ->
                    book.note(
                            caller,
                            "job.pause_withdrawn",
                            job.claimed(job.claim().pausing(false)),
                            JobBook.Note.EMPTY);
                case JobState.Queued _, JobState.Preparing _, JobState.Running _, JobState.Evaluating _ -> job;
                case JobState.Ended _ -> throw JobBook.wrongState(job, "resumed");
            };
        });
    }

    /// A new fence, so that whoever holds the old claim is refused.
    private static Job withoutClaim(Job job) {
        Job.Claim claim = job.claim();
        return job.claimed(claim.fenced(claim.fence() + 1).pausing(false).by(""));
    }

    private Job lock(Caller caller, String name) {
        return jobs.lock(name).filter(job -> job.belongsTo(caller)).orElseThrow(() -> JobBook.noSuch(name));
    }
}
