package revontuli.trainer.publish;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.trainer.record.Acts;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementSignature;
import revontuli.transparency.statement.StatementTrust;

/// Collects the signatures of approvers. One person counts once, the submitter never, and only over the exact
/// statement that stands; the signature that completes the quorum promotes the version in the same commit.
public final class Approvals {
    private final Models models;
    private final ArtifactStore artifacts;
    private final Signers signers;
    private final ModelAnnouncer announcer;
    private final Acts acts;

    public Approvals(Models models, ArtifactStore artifacts, Signers signers, ModelAnnouncer announcer, Acts acts) {
        this.models = models;
        this.artifacts = artifacts;
        this.signers = signers;
        this.announcer = announcer;
        this.acts = acts;
    }

    public ModelVersion approve(Caller caller, String name, String statementDigest, StatementSignature signature) {
        acts.admission().requireRoom();
        return acts.unit().run(() -> {
            ModelVersion version = models.lock(name)
                    .filter(found -> found.usableBy(caller))
                    .orElseThrow(() -> ModelCatalog.noSuch(name));
            check(caller, version, statementDigest, signature);
            if (!models.sign(name, signature)) {
                throw duplicate(signature);
            }
            record(caller, version, signature);
            StatementBundle bundle = bundle(version).with(signature);
            return bundle.signatures().size() < signers.quorum()
                    ? models.find(name).orElseThrow()
                    : promote(caller, version, bundle);
        });
    }

    private void check(Caller caller, ModelVersion version, String statementDigest, StatementSignature signature) {
        Digest standing = version.statement().digest();
        if (!standing.toString().equals(statementDigest)) {
            throw new Fault.Conflict(
                            "STATEMENT_CHANGED",
                            "the statement that stands is " + standing + ": read it again before you sign",
                            Map.of("statement", standing.toString()))
                    .toException();
        }
        signers.requireOwn(caller, signature.kid(), signature.principal());
        Optional<StatementTrust.Outcome> fault = signers.trust().faultOf(signature, version.statement());
        if (fault.isPresent()) {
            throw Signers.fault(fault.get(), signature);
        }
        boolean signed =
                version.signatures().stream().anyMatch(one -> one.principal().equals(signature.principal()));
        if (signed) {
            throw duplicate(signature);
        }
        if (version.state() != ModelVersion.State.CANDIDATE) {
            throw ModelCatalog.wrongState(version, "CANDIDATE");
        }
    }

    private ModelVersion promote(Caller caller, ModelVersion version, StatementBundle bundle) {
        StatementTrust.Outcome outcome = signers.trust().verify(bundle, Statement.Kind.PROMOTION);
        if (!(outcome instanceof StatementTrust.Outcome.Accepted accepted)) {
            throw Signers.fault(outcome, bundle.signatures().getLast());
        }
        Digest kept;
        try {
            kept = artifacts.put(new ByteArrayInputStream(bundle.bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the bundle of " + version.name(), e);
        }
        Instant time = acts.now();
        ModelVersion promoted = version.in(ModelVersion.State.PROMOTED).bundled(kept);
        models.save(promoted);
        Statement statement = version.statement();
        acts.audit()
                .append(AuditEntry.of(caller, "model.promoted", version.name(), time)
                        .transition(version.state().name(), promoted.state().name())
                        .digest("model", version.digest())
                        .digest("tokenizer", version.tokenizer())
                        .digest("template", version.manifest().template())
                        .digest("statement", statement.digest())
                        .digest("bundle", kept)
                        .fact("job", statement.job())
                        .fact("submitter", statement.submitter())
                        .fact("signers", Json.Items.ofTexts(accepted.signers())));
        announcer.promoted(promoted, time);
        return models.find(version.name()).orElseThrow();
    }

    private void record(Caller caller, ModelVersion version, StatementSignature signature) {
        String state = version.state().name();
        acts.audit()
                .append(AuditEntry.of(caller, "model.approved", version.name(), acts.now())
                        .transition(state, state)
                        .digest("model", version.digest())
                        .digest("statement", version.statement().digest())
                        .fact("kid", signature.kid())
                        .fact("signer", signature.principal()));
    }

    private static StatementBundle bundle(ModelVersion version) {
        return new StatementBundle(version.statement(), version.signatures());
    }

    private static RuntimeException duplicate(StatementSignature signature) {
        return new Fault.AlreadyExists(
                        "DUPLICATE_SIGNER",
                        signature.principal() + " has signed already; another person must",
                        Map.of("principal", signature.principal()))
                .toException();
    }
}
