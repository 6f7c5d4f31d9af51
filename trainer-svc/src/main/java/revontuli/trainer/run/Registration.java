package revontuli.trainer.run;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.JobBook;
import revontuli.trainer.job.JobState;
import revontuli.trainer.job.Jobs;
import revontuli.trainer.publish.Candidates;
import revontuli.trainer.publish.Manifest;
import revontuli.trainer.publish.ModelFiles;
import revontuli.trainer.publish.ModelVersion;
import revontuli.trainer.publish.Models;
import revontuli.transparency.crypto.Digest;

/// Turns the result of a finished run into a candidate. Candidate and end of the job are one commit, so that a job
/// has one candidate however often this is tried.
final class Registration {
    private static final int MANIFEST_BYTES_MAX = 64 * 1024;

    private final Jobs jobs;
    private final JobBook book;
    private final ArtifactStore artifacts;
    private final Models models;
    private final Candidates candidates;
    private final PolicyInForce policy;
    private final Setbacks setbacks;
    private final Duration patience;

    /// The parts that only this needs.
    record Parts(ArtifactStore artifacts, Models models, Candidates candidates, PolicyInForce policy) {}

    Registration(Jobs jobs, JobBook book, Parts parts, Setbacks setbacks, Duration patience) {
        this.jobs = jobs;
        this.book = book;
        this.artifacts = parts.artifacts();
        this.models = parts.models();
        this.candidates = parts.candidates();
        this.policy = parts.policy();
        this.setbacks = setbacks;
        this.patience = patience;
    }

    /// Tries once. What fails for now leaves the job as it is, until the patience ends.
    void register(Job evaluating) {
        if (!(evaluating.state() instanceof JobState.Evaluating state)) {
            return;
        }
        try {
            Manifest manifest = Manifest.parse(artifacts.read(state.manifest(), MANIFEST_BYTES_MAX));
            new ModelFiles(artifacts).requireLoadable(manifest);
            requireSameTokenizer(evaluating, manifest);
            register(evaluating.name(), manifest, policy.digest());
        } catch (FaultException e) {
            if (!e.fault().passing()
                    || book.acts().now().isAfter(evaluating.updateTime().plus(patience))) {
                fail(
                        evaluating.name(),
                        new Failure(e.fault().reason(), e.fault().message()));
                return;
            }
            throw e;
        } catch (IllegalArgumentException e) {
            fail(evaluating.name(), new Failure("MALFORMED_MANIFEST", String.valueOf(e.getMessage())));
        }
    }

    /// The candidate learned ids of the base model's tokenizer; by another one they would mean other tokens.
    private void requireSameTokenizer(Job job, Manifest manifest) {
        ModelVersion base = models.find(job.submission().plan().baseModel()).orElseThrow();
        Optional<Digest> found = manifest.file(Manifest.TOKENIZER);
        if (!found.equals(Optional.of(base.tokenizer()))) {
            String shown = found.map(Digest::toString).orElse("none");
            throw new Fault.Conflict(
                            "TOKENIZER_DIGEST_MISMATCH",
                            "the candidate's tokenizer is " + shown + ", not the base model's " + base.tokenizer(),
                            Map.of("expected", base.tokenizer().toString(), "found", shown))
                    .toException();
        }
    }

    private void register(String name, Manifest manifest, Digest policyDigest) {
        book.acts().unit().run(() -> {
            Optional<Job> locked = jobs.lock(name);
            if (locked.isEmpty() || !(locked.get().state() instanceof JobState.Evaluating state)) {
                return;
            }
            Job job = locked.get();
            Job.Submission submission = job.submission();
            ModelVersion base = models.find(submission.plan().baseModel()).orElseThrow();
            ModelVersion candidate = candidates.register(
                    JobBook.self(job),
                    new Candidates.Result(
                            submission.plan().model(),
                            new ModelVersion.Origin(submission.tenant(), name, job.judgements()),
                            submission.submitter(),
                            manifest,
                            base.digest(),
                            policyDigest,
                            submission.planDigest()));
            book.move(
                    JobBook.self(job),
                    job,
                    state.succeed(candidate.name()),
                    JobBook.Note.of("candidate", candidate.name())
                            .with("model", candidate.digest())
                            .with("statement", candidate.statement().digest()));
        });
    }

    private void fail(String name, Failure why) {
        book.acts().unit().run(() -> {
            jobs.lock(name)
                    .filter(job -> job.state() instanceof JobState.Evaluating)
                    .ifPresent(job -> setbacks.fail(job, why));
        });
    }
}
