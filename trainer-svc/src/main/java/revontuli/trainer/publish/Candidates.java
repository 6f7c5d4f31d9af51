package revontuli.trainer.publish;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.trainer.record.Acts;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.statement.Statement;

/// Registers what a job has made as the next version of its model, with the statement that approvers will sign.
public final class Candidates {
    private final Models models;
    private final ArtifactStore artifacts;
    private final Acts acts;

    public Candidates(Models models, ArtifactStore artifacts, Acts acts) {
        this.models = models;
        this.artifacts = artifacts;
        this.acts = acts;
    }

    /// What a job hands in.
    ///
    /// @param model `models/{model}`
    /// @param base what was trained on
    /// @param policy digest of the safety policy in force
    public record Result(
            String model,
            ModelVersion.Origin origin,
            String submitter,
            Manifest manifest,
            Digest base,
            Digest policy,
            Digest plan) {}

    /// Called inside the unit of work that ends the job, so that a job has one candidate, however often it is tried.
    public ModelVersion register(Caller actor, Result result) {
        Digest model = result.manifest().digest();
        Digest tokenizer = result.manifest().file(Manifest.TOKENIZER).orElseThrow();
        Digest evaluation = keep(Judgement.report(
                result.origin().job(), model, result.base(), result.origin().judgements()));
        String name = result.model() + "/versions/" + models.nextNumber(result.model());
        Statement statement = new Statement(
                Statement.Kind.PROMOTION,
                name,
                new Statement.Subjects(model, tokenizer, result.manifest().template(), result.policy(), evaluation),
                result.origin().job(),
                result.submitter(),
                acts.now());
        ModelVersion version = new ModelVersion(
                name,
                result.origin(),
                ModelVersion.State.CANDIDATE,
                result.manifest(),
                statement,
                List.of(),
                Optional.empty(),
                statement.createTime());
        if (!models.insert(version)) {
            throw new IllegalStateException(name + " was taken meanwhile; the next try finds another number");
        }
        acts.audit()
                .append(AuditEntry.of(actor, "model.registered", name, statement.createTime())
                        .transition("", version.state().name())
                        .digest("model", model)
                        .digest("tokenizer", tokenizer)
                        .digest("template", result.manifest().template())
                        .digest("policy", result.policy())
                        .digest("evaluation", evaluation)
                        .digest("statement", statement.digest())
                        .digest("base", result.base())
                        .digest("plan", result.plan())
                        .fact("job", result.origin().job())
                        .fact("submitter", result.submitter())
                        .fact("evaluations", Judgement.json(result.origin().judgements())));
        return version;
    }

    private Digest keep(byte[] bytes) {
        try {
            return artifacts.put(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the evaluation report", e);
        }
    }
}
