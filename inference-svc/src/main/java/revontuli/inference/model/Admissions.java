package revontuli.inference.model;

import java.time.InstantSource;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementTrust;

/// Decides whether a version may be served. An announcement is no more than a hint: signatures, quorum, digests and
/// revocations are checked here, on the exact bytes in the artifact store.
///
/// Runs in the unit of work of the event. Whatever does not hold is refused for good: a record `promotion.rejected`
/// with the reason, and nothing else.
public final class Admissions {
    private static final int BUNDLE_BYTES_MAX = 64 * 1024;
    private static final int SHOWN_CHARS_MAX = 200;

    private final StatementTrust trust;
    private final ArtifactStore artifacts;
    private final AdmittedVersions versions;
    private final Audit audit;
    private final InstantSource clock;
    private final Caller self;

    public Admissions(
            StatementTrust trust,
            ArtifactStore artifacts,
            AdmittedVersions versions,
            Audit audit,
            InstantSource clock,
            Caller self) {
        this.trust = trust;
        this.artifacts = artifacts;
        this.versions = versions;
        this.audit = audit;
        this.clock = clock;
        this.self = self;
    }

    /// Looks at what was announced. True when the version is newly admitted.
    public boolean look(Announcement announcement) {
        try {
            return admit(announcement);
        } catch (Rejected rejected) {
            reject(announcement, rejected.reason, String.valueOf(rejected.getMessage()));
        } catch (MalformedException malformed) {
            reject(announcement, "MALFORMED", String.valueOf(malformed.getMessage()));
        } catch (FaultException failure) {
            Fault fault = failure.fault();
            if (fault.passing()) {
                throw failure;
            }
            reject(announcement, fault.reason(), fault.message());
        }
        return false;
    }

    private boolean admit(Announcement announcement) {
        VersionName name = VersionName.parse("name", announcement.name());
        Digest modelDigest = Digest.parse(announcement.digest());
        byte[] bundle = read(Digest.parse(announcement.bundleDigest()), BUNDLE_BYTES_MAX);
        Statement.Kind kind = announcement.origin() == Origin.IMPORT ? Statement.Kind.IMPORT : Statement.Kind.PROMOTION;
        StatementTrust.Outcome.Accepted accepted =
                switch (trust.verify(bundle, kind)) {
                    case StatementTrust.Outcome.Accepted good -> good;
                    case StatementTrust.Outcome.Refused(var reason, var message) ->
                        throw new Rejected(reason.name(), message);
                };
        Statement statement = StatementBundle.parse(bundle).statement();
        requireAbout(statement, name, modelDigest);
        requireTokenizer(statement, Manifest.parse(read(modelDigest, Manifest.BYTES_MAX)));
        if (versions.isRevoked(name, modelDigest)) {
            throw new Rejected("REVOKED", name + " was revoked");
        }
        Optional<AdmittedVersion> before = versions.find(name);
        if (before.isPresent()) {
            if (before.get().digests().model().equals(modelDigest)) {
                return false; // told twice
            }
            throw new Rejected("VERSION_TAKEN", name + " stands for another digest already");
        }
        AdmittedVersion version = new AdmittedVersion(
                name,
                new AdmittedVersion.Digests(
                        modelDigest,
                        statement.digests().tokenizer(),
                        statement.digest(),
                        Optional.ofNullable(statement.digests().template()),
                        Optional.ofNullable(statement.digests().policy())),
                Origin.of(statement.kind()),
                accepted.signers(),
                clock.instant());
        versions.add(version);
        audit.append(verified(version, statement));
        return true;
    }

    private byte[] read(Digest digest, int bytesMax) {
        try {
            return artifacts.read(digest, bytesMax);
        } catch (IllegalStateException damaged) { // the bytes are not those of their name: no second look helps
            throw new Rejected("DIGEST_MISMATCH", String.valueOf(damaged.getMessage()));
        }
    }

    private static void requireAbout(Statement statement, VersionName name, Digest modelDigest) {
        if (!statement.model().equals(name.toString())) {
            throw new Rejected("WRONG_MODEL", "the statement is about another version");
        }
        if (!statement.digests().model().equals(modelDigest)) {
            throw new Rejected("WRONG_DIGEST", "the statement is about another digest");
        }
    }

    private static void requireTokenizer(Statement statement, Manifest manifest) {
        if (!manifest.tokenizer().equals(Optional.of(statement.digests().tokenizer()))) {
            throw new Rejected("WRONG_TOKENIZER", "the manifest's tokenizer.json is not the one of the statement");
        }
    }

    /// Takes a revocation. True when it counts and is new.
    public boolean revoke(Revocation revocation) {
        boolean signed = trust.approvers().containsKey(revocation.kid())
                && holds(trust.approvers().get(revocation.kid()), revocation);
        if (!signed) {
            audit.append(entry("revocation.rejected", revocation.name().toString())
                    .digest("model", revocation.digest())
                    .fact("reason", "BAD_SIGNATURE")
                    .fact("kid", shown(revocation.kid()))
                    .fact("principal", shown(revocation.principal())));
            return false;
        }
        if (!versions.revoke(revocation.withReason(shown(revocation.reason())))) {
            return false;
        }
        audit.append(entry("revocation.verified", revocation.name().toString())
                .digest("model", revocation.digest())
                .fact("reason", shown(revocation.reason()))
                .fact("kid", revocation.kid())
                .fact("principal", revocation.principal()));
        return true;
    }

    private static boolean holds(StatementTrust.Approver approver, Revocation revocation) {
        return approver.principal().equals(revocation.principal())
                && approver.key().verifies(revocation.signedBytes(), revocation.signature());
    }

    private AuditEntry verified(AdmittedVersion version, Statement statement) {
        AdmittedVersion.Digests digests = version.digests();
        AuditEntry entry = entry("promotion.verified", version.name().toString())
                .digest("model", digests.model())
                .digest("tokenizer", digests.tokenizer())
                .digest("statement", digests.statement())
                .fact("kind", statement.kind().text())
                .fact("signers", Json.Items.ofTexts(version.signers()))
                .fact("quorum", Json.number(trust.quorum()))
                .fact("job", statement.job());
        if (digests.template().isPresent()) {
            entry = entry.digest("template", digests.template().get());
        }
        return digests.policy().isPresent()
                ? entry.digest("policy", digests.policy().get())
                : entry;
    }

    private void reject(Announcement announcement, String reason, String message) {
        audit.append(entry("promotion.rejected", subject(announcement.name()))
                .fact("reason", reason)
                .fact("message", shown(message))
                .fact("kind", announcement.origin().text())
                .fact("digest", shown(announcement.digest()))
                .fact("bundle_digest", shown(announcement.bundleDigest())));
    }

    private AuditEntry entry(String action, String subject) {
        return AuditEntry.of(self, action, subject, clock.instant());
    }

    private static String subject(String name) {
        try {
            return VersionName.parse("name", name).toString();
        } catch (FaultException _) {
            return "models/-"; // not a name: it stands in the message
        }
    }

    /// Texts from an event are bounded and one line before they are written down.
    private static String shown(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .limit(SHOWN_CHARS_MAX)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.toString();
    }

    /// Why a version is not admitted; caught above.
    private static final class Rejected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        Rejected(String reason, String message) {
            super(message, null, false, false);
            this.reason = reason;
        }
    }
}
