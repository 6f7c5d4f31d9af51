package revontuli.trainer.publish;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.trainer.record.Acts;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementSignature;
import revontuli.transparency.statement.StatementTrust;

/// Brings models from outside, under a statement that the installation's own key has signed.
public final class Imports {
    private final Models models;
    private final ArtifactStore artifacts;
    private final Signers signers;
    private final ModelAnnouncer announcer;
    private final Acts acts;

    public Imports(Models models, ArtifactStore artifacts, Signers signers, ModelAnnouncer announcer, Acts acts) {
        this.models = models;
        this.artifacts = artifacts;
        this.signers = signers;
        this.announcer = announcer;
        this.acts = acts;
    }

    /// Exact bytes as they were signed.
    @SuppressWarnings("ArrayRecordComponent")
    public record Parcel(String name, byte[] manifest, byte[] statement, StatementSignature signature) {}

    /// After it returns the version may be served. The same parcel again answers the version that stands.
    public ModelVersion bring(Caller caller, Parcel parcel) {
        acts.admission().requireRoom();
        Manifest manifest = manifest(parcel.manifest());
        StatementBundle bundle = bundle(parcel, manifest);
        new ModelFiles(artifacts).requireLoadable(manifest);
        try {
            artifacts.put(new ByteArrayInputStream(manifest.bytes()));
            artifacts.put(new ByteArrayInputStream(bundle.bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the manifest of " + parcel.name(), e);
        }
        ModelVersion version = new ModelVersion(
                parcel.name(),
                new ModelVersion.Origin(Caller.SYSTEM_TENANT, "", List.of()),
                ModelVersion.State.IMPORTED,
                manifest,
                bundle.statement(),
                bundle.signatures(),
                Optional.of(bundle.digest()),
                acts.now());
        return acts.unit().run(() -> keep(caller, version, bundle.digest()));
    }

    private ModelVersion keep(Caller caller, ModelVersion version, Digest bundle) {
        if (!models.insert(version)) {
            return models.find(version.name())
                    .filter(standing -> standing.bundle().equals(version.bundle()))
                    .orElseThrow(() -> new Fault.AlreadyExists(
                                    "MODEL_EXISTS",
                                    version.name() + " exists with other files or another statement",
                                    Map.of("model", version.name()))
                            .toException());
        }
        version.signatures().forEach(signature -> models.sign(version.name(), signature));
        Instant time = version.createTime();
        acts.audit()
                .append(AuditEntry.of(caller, "model.imported", version.name(), time)
                        .transition("", version.state().name())
                        .digest("model", version.digest())
                        .digest("tokenizer", version.tokenizer())
                        .digest("statement", version.statement().digest())
                        .digest("bundle", bundle)
                        .fact("kid", version.signatures().getFirst().kid()));
        announcer.imported(version, time);
        return version;
    }

    private StatementBundle bundle(Parcel parcel, Manifest manifest) {
        Statement statement;
        try {
            statement = Statement.parse(parcel.statement());
        } catch (MalformedException e) {
            throw malformedStatement(String.valueOf(e.getMessage()));
        }
        StatementBundle bundle = new StatementBundle(statement, List.of(parcel.signature()));
        StatementTrust.Outcome outcome = signers.trust().verify(bundle, Statement.Kind.IMPORT);
        if (!(outcome instanceof StatementTrust.Outcome.Accepted)) {
            throw Signers.fault(outcome, parcel.signature());
        }
        if (!statement.model().equals(parcel.name())) {
            throw malformedStatement("it is about " + statement.model() + ", not " + parcel.name());
        }
        if (!statement.digests().model().equals(manifest.digest())) {
            throw malformedStatement("its model_digest is not the digest of this manifest");
        }
        if (!manifest.file(Manifest.TOKENIZER)
                .equals(Optional.of(statement.digests().tokenizer()))) {
            throw malformedStatement("its tokenizer_digest is not that of tokenizer.json in this manifest");
        }
        return bundle;
    }

    private static Manifest manifest(byte[] bytes) {
        try {
            return Manifest.parse(bytes);
        } catch (MalformedException e) {
            throw Fault.invalid("MALFORMED_MANIFEST", "manifest", String.valueOf(e.getMessage()));
        }
    }

    private static FaultException malformedStatement(String why) {
        return Fault.invalid("MALFORMED_STATEMENT", "statement", why);
    }
}
