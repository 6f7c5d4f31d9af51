package revontuli.trainer.job;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.trainer.record.Acts;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// The one place where jobs change: row, audit record and event are written together or not at all.
///
/// Every record about a job carries its state before and after, so that the chain of a job's records can be checked
/// for gaps and for illegal steps.
public final class JobBook {
    private final Jobs jobs;
    private final Acts acts;
    private final JobAnnouncer announcer;
    private final JobBell bell;

    public JobBook(Jobs jobs, Acts acts, JobAnnouncer announcer, JobBell bell) {
        this.jobs = jobs;
        this.acts = acts;
        this.announcer = announcer;
        this.bell = bell;
    }

    /// What a record says beside the state.
    public record Note(Map<String, Digest> digests, Json.Fields facts) {
        public static final Note EMPTY = new Note(Map.of(), Json.fields());

        public static Note of(String name, String value) {
            return EMPTY.with(name, value);
        }

        public Note with(String name, String value) {
            return new Note(digests, facts.with(name, value));
        }

        public Note with(String role, Digest digest) {
            TreeMap<String, Digest> more = new TreeMap<>(digests);
            more.put(role, digest);
            return new Note(more, facts);
        }
    }

    public Acts acts() {
        return acts;
    }

    public JobBell bell() {
        return bell;
    }

    /// The service itself, acting on this job for the job's tenant.
    public static Caller self(Job job) {
        return Caller.service("trainer-svc").onBehalfOf(job.submission().tenant());
    }

    /// Keeps a new job; false when the name is taken.
    boolean open(Caller submitter, Job job, Note note) {
        if (!jobs.insert(job)) {
            return false;
        }
        record(submitter, "job.submitted", job, "", note);
        announcer.changed(job, "", job.submission().createTime());
        bell.ring();
        return true;
    }

    /// Brings a locked job into its next state.
    public Job move(Caller actor, Job job, JobState next, Note note) {
        Job moved = job.in(next).updated(acts.now());
        jobs.save(moved);
        record(
                actor,
                "job." + next.word().toLowerCase(Locale.ROOT),
                moved,
                job.state().word(),
                note);
        announcer.changed(moved, job.state().word(), moved.updateTime());
        bell.ring();
        return moved;
    }

    /// Records an act on a locked job that leaves its state as it is.
    public Job note(Caller actor, String action, Job job, Note note) {
        Job noted = job.updated(acts.now());
        jobs.save(noted);
        record(actor, action, noted, job.state().word(), note);
        bell.ring();
        return noted;
    }

    /// Writes progress: no act, so no record; an event only where asked for.
    public void progress(Job job, boolean announce) {
        Instant time = acts.now();
        Job progressed = job.updated(time);
        jobs.save(progressed);
        if (announce) {
            announcer.progressed(progressed, time);
        }
        bell.ring();
    }

    private void record(Caller actor, String action, Job job, String before, Note note) {
        AuditEntry entry = AuditEntry.of(actor, action, job.name(), job.updateTime())
                .transition(before, job.state().word())
                .fact("fence", Json.number(job.claim().fence()));
        for (Map.Entry<String, Json> fact : note.facts().members().entrySet()) {
            entry = entry.fact(fact.getKey(), fact.getValue());
        }
        for (Map.Entry<String, Digest> digest : note.digests().entrySet()) {
            entry = entry.digest(digest.getKey(), digest.getValue());
        }
        Optional<Failure> why =
                switch (job.state()) {
                    case JobState.Failed(var failure) -> Optional.of(failure);
                    case JobState.Cancelled(var failure) -> Optional.of(failure);
                    case JobState.Succeeded _,
                            JobState.Queued _,
                            JobState.Preparing _,
                            JobState.Running _,
                            JobState.Evaluating _,
                            JobState.Paused _ -> Optional.empty();
                };
        if (why.isPresent()) {
            entry = entry.fact("reason", why.get().reason())
                    .fact("message", why.get().message());
        }
        acts.audit().append(entry);
    }

    public static FaultException noSuch(String name) {
        return new Fault.NotFound("NO_SUCH_JOB", name + " does not exist", Map.of("job", name)).toException();
    }

    public static FaultException wrongState(Job job, String act) {
        return new Fault.Conflict(
                        "WRONG_STATE",
                        job.name() + " is " + job.state().word() + " and cannot be " + act,
                        Map.of("job", job.name(), "state", job.state().word(), "act", act))
                .toException();
    }
}
