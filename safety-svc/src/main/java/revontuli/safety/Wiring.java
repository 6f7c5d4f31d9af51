package revontuli.safety;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.KeyServiceGrpc;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.api.safety.v1.ReviewServiceGrpc;
import revontuli.platform.PlatformConfig;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Principals;
import revontuli.platform.caller.PublicKeyEntry;
import revontuli.platform.caller.Role;
import revontuli.platform.event.Admission;
import revontuli.platform.grpc.MethodRoles;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.encoder.SequenceClassifier;
import revontuli.safety.keys.KeyDesk;
import revontuli.safety.keys.KeyNews;
import revontuli.safety.keys.KeyRing;
import revontuli.safety.ledger.AuditQueries;
import revontuli.safety.ledger.Checkpoints;
import revontuli.safety.ledger.InForce;
import revontuli.safety.ledger.Ledger;
import revontuli.safety.ledger.Lineage;
import revontuli.safety.ledger.Log;
import revontuli.safety.ledger.LogKey;
import revontuli.safety.ledger.LogKeyBook;
import revontuli.safety.ledger.LogKeyChange;
import revontuli.safety.ledger.Openings;
import revontuli.safety.ledger.Proofs;
import revontuli.safety.ledger.Pruned;
import revontuli.safety.ledger.Pruning;
import revontuli.safety.ledger.Publisher;
import revontuli.safety.ledger.Receipts;
import revontuli.safety.ledger.Records;
import revontuli.safety.ledger.Sequencer;
import revontuli.safety.ledger.SequencerLoop;
import revontuli.safety.ledger.SourceKeys;
import revontuli.safety.ledger.Sources;
import revontuli.safety.ledger.Stage;
import revontuli.safety.moderate.ApprovalTrust;
import revontuli.safety.moderate.Moderation;
import revontuli.safety.moderate.PolicyOverrides;
import revontuli.safety.moderate.PolicyShelf;
import revontuli.safety.moderate.PolicyVersions;
import revontuli.safety.moderate.TenantPolicies;
import revontuli.safety.policy.Category;
import revontuli.safety.policy.Policy;
import revontuli.safety.privacy.Erasure;
import revontuli.safety.privacy.Holds;
import revontuli.safety.privacy.LegalHolds;
import revontuli.safety.privacy.MasterKey;
import revontuli.safety.privacy.RetentionLoop;
import revontuli.safety.privacy.SealedCommitments;
import revontuli.safety.privacy.Vault;
import revontuli.safety.review.ReviewDesk;
import revontuli.safety.review.Reviews;
import revontuli.safety.screen.Detector;
import revontuli.safety.screen.EncoderDetector;
import revontuli.safety.screen.RecordedCases;
import revontuli.safety.screen.Screener;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.receipt.Receipt;
import revontuli.transparency.statement.StatementTrust;

/// Builds the framework-free classes. The only place that knows both sides.
@ApplicationScoped
class Wiring {
    private static final int OPENINGS_MAX = 64;
    private static final Logger LOG = Logger.getLogger(Wiring.class);

    @Produces
    @Singleton
    Ledger ledger(Stage stage, Sources sources, SafetyConfig config) {
        return new Ledger(stage, sources, SourceKeys.read(config.ledger().sourceKeysFile()));
    }

    @Produces
    @Singleton
    LogKey logKey(LogKeyBook book, SafetyConfig config) {
        return LogKey.read(
                config.ledger().origin(),
                config.ledger().logKeyFile(),
                config.ledger().previousLogKeyFile(),
                book::isAnnounced);
    }

    @Produces
    @Singleton
    LogKeyChange logKeyChange(LogKey key, LogKeyBook book, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new LogKeyChange(key, book, audit, unit, clock);
    }

    @Produces
    @Singleton
    Publisher publisher(
            Log log, Checkpoints checkpoints, LogKey key, UnitOfWork unit, InstantSource clock, SafetyConfig config) {
        Publisher.Pace pace = new Publisher.Pace(
                config.ledger().checkpointGrowing(), config.ledger().checkpointResting());
        return new Publisher(log, checkpoints, key, unit, clock, pace);
    }

    @Produces
    @Singleton
    SequencerLoop.Bell bell() {
        return new SequencerLoop.Bell();
    }

    @Produces
    @Singleton
    SequencerLoop sequencer(
            Stage stage,
            Log log,
            Publisher publisher,
            Sequencer.Seat seat,
            SequencerLoop.Bell bell,
            UnitOfWork unit,
            SafetyConfig config) {
        Sequencer sequencer =
                new Sequencer(stage, log, publisher, seat, unit, config.ledger().batchRecordsMax());
        return new SequencerLoop(
                sequencer,
                bell,
                config.ledger().idle(),
                e -> LOG.warn("the sequencer cannot go on; records wait in the stage", e));
    }

    @Produces
    @Singleton
    AuditQueries queries(
            Records records, AuditQueries.Published published, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new AuditQueries(records, published, audit, unit, clock);
    }

    @Produces
    @Singleton
    AuditQueries.Published published(Log log, Checkpoints checkpoints, Publisher publisher, LogKey key) {
        return new AuditQueries.Published(log, checkpoints, publisher, key);
    }

    @Produces
    @Singleton
    Proofs proofs(AuditQueries queries, Log log, Checkpoints checkpoints, Publisher publisher, UnitOfWork unit) {
        return new Proofs(queries, log, checkpoints, publisher, unit);
    }

    @Produces
    @Singleton
    Lineage lineage(Records records, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new Lineage(records, audit, unit, clock);
    }

    @Produces
    @Singleton
    Receipts receipts(
            Records records,
            SealedCommitments commitments,
            ArtifactStore artifacts,
            AuditQueries.Published published,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock) {
        Openings openings = (tenant, subject) -> commitments.about(subject, tenant, OPENINGS_MAX).stream()
                .map(opening -> new Receipt.Opening(opening.commitment(), opening.salt()))
                .toList();
        return new Receipts(records, openings, artifacts, published, audit, unit, clock);
    }

    @Produces
    @Singleton
    InForce inForce(Records records, Log log, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new InForce(records, log, audit, unit, clock);
    }

    @Produces
    @Singleton
    Stages stages(SafetyConfig config) {
        if (config.classifier().directory().isEmpty()) {
            return new Stages(Screener.shippedStages(), Map.of());
        }
        SequenceClassifier own =
                SequenceClassifier.open(config.classifier().directory().get());
        Map<String, Category> labels = new HashMap<>();
        config.classifier()
                .labels()
                .forEach((label, category) -> labels.put(
                        label,
                        Category.find(category)
                                .orElseThrow(() -> new IllegalArgumentException("revontuli.safety.classifier.labels."
                                        + label + ": " + category + " is no category"))));
        return new Stages(Screener.stagesWith(new EncoderDetector(own, labels)), own.digests());
    }

    /// What finds things in texts, whatever the policy.
    ///
    /// @param classifier digests of the files of a classifier that did not come with the suite
    record Stages(List<Detector> detectors, Map<String, Digest> classifier) {
        Screener with(Policy policy) {
            return new Screener(policy, detectors);
        }
    }

    @Produces
    @Singleton
    PolicyShelf policies(PolicyVersions versions, Stages stages, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new PolicyShelf(versions, stages::with, audit, unit, clock, stages.classifier());
    }

    @Produces
    @Singleton
    TenantPolicies tenants(
            PolicyShelf policies,
            PolicyOverrides overrides,
            Stages stages,
            ApprovalTrust trust,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock) {
        return new TenantPolicies(policies, overrides, stages::with, trust, audit, unit, clock);
    }

    @Produces
    @Singleton
    ApprovalTrust approvals(Principals principals, SafetyConfig config) {
        Map<String, StatementTrust.Approver> approvers = new HashMap<>();
        for (PublicKeyEntry key : principals.publicKeys(PublicKeyEntry.APPROVAL)) {
            approvers.put(key.kid(), new StatementTrust.Approver(key.owner().principal(), key.key()));
        }
        return new ApprovalTrust(approvers, config.policy().quorum());
    }

    @Produces
    @Singleton
    RecordedCases cases() {
        return RecordedCases.shipped();
    }

    @Produces
    @Singleton
    Moderation moderation(
            TenantPolicies policies,
            SealedCommitments commitments,
            Audit audit,
            Admission admission,
            ReviewDesk reviews,
            UnitOfWork unit,
            InstantSource clock) {
        return new Moderation(policies, commitments, audit, admission, reviews, unit, clock);
    }

    @Produces
    @Singleton
    ReviewDesk reviews(Reviews reviews, SealedCommitments texts, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new ReviewDesk(reviews, texts, audit, unit, clock);
    }

    @Produces
    @Singleton
    SealedCommitments commitments(Vault vault, SafetyConfig config) {
        MasterKey master = MasterKey.read(config.privacy().masterKeyFile());
        return new SealedCommitments(vault, master, config.privacy().retention());
    }

    @Produces
    @Singleton
    Erasure erasure(Vault vault, Holds holds, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new Erasure(vault, holds, audit, unit, clock);
    }

    @Produces
    @Singleton
    LegalHolds legalHolds(Holds holds, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new LegalHolds(holds, audit, unit, clock);
    }

    @Produces
    @Singleton
    Pruning pruning(Pruned pruned, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new Pruning(pruned, audit, unit, clock);
    }

    @Produces
    @Singleton
    RetentionLoop retention(Erasure erasure, PlatformConfig platform, SafetyConfig config) {
        return new RetentionLoop(
                erasure,
                Caller.service(platform.service()),
                config.privacy().expireEvery(),
                e -> LOG.warn("what is too old did not expire; it is tried again", e));
    }

    @Produces
    @Singleton
    KeyDesk keys(KeyRing ring, KeyNews news, Audit audit, UnitOfWork unit, InstantSource clock) {
        return new KeyDesk(ring, news, audit, unit, clock);
    }

    @Produces
    @Singleton
    MethodRoles methodRoles() {
        Role[] everybody = Role.values();
        return MethodRoles.builder()
                .open(AuditLogServiceGrpc.getServiceDescriptor(), "ExportRecords", Role.AUDITOR)
                .open(AuditLogServiceGrpc.getServiceDescriptor(), "GetCheckpoint", Role.AUDITOR)
                .openAll(AuditLogServiceGrpc.getServiceDescriptor(), everybody)
                .openAll(ModerationServiceGrpc.getServiceDescriptor(), Role.CALLER, Role.SERVICE)
                .open(PolicyServiceGrpc.getServiceDescriptor(), "ActivatePolicyVersion", Role.OPERATOR)
                .open(PolicyServiceGrpc.getServiceDescriptor(), "ActivateTenantOverride", Role.OPERATOR)
                .openAll(PolicyServiceGrpc.getServiceDescriptor(), everybody)
                .open(PrivacyServiceGrpc.getServiceDescriptor(), "EraseSubject", Role.OPERATOR, Role.AUDITOR)
                .openAll(PrivacyServiceGrpc.getServiceDescriptor(), Role.AUDITOR)
                .open(ReviewServiceGrpc.getServiceDescriptor(), "StartRedTeamRun", Role.REVIEWER, Role.EVALUATOR)
                .openAll(ReviewServiceGrpc.getServiceDescriptor(), Role.REVIEWER)
                .openAll(KeyServiceGrpc.getServiceDescriptor(), Role.OPERATOR)
                .build();
    }
}
