package revontuli.safety;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.KeyServiceGrpc;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.ReviewServiceGrpc;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Role;
import revontuli.platform.event.Admission;
import revontuli.platform.grpc.MethodRoles;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.keys.KeyDesk;
import revontuli.safety.keys.KeyNews;
import revontuli.safety.keys.KeyRing;
import revontuli.safety.ledger.AuditQueries;
import revontuli.safety.ledger.Ledger;
import revontuli.safety.ledger.Lineage;
import revontuli.safety.ledger.Log;
import revontuli.safety.ledger.LogKey;
import revontuli.safety.ledger.Records;
import revontuli.safety.ledger.SourceKeys;
import revontuli.safety.ledger.Sources;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.moderate.Commitments;
import revontuli.safety.moderate.Moderation;
import revontuli.safety.moderate.PolicyShelf;
import revontuli.safety.moderate.PolicyVersions;
import revontuli.safety.screen.Detector;
import revontuli.safety.screen.LexiconDetector;
import revontuli.safety.screen.PersonalDetector;
import revontuli.safety.screen.Screener;

/// Builds the framework-free classes. The only place that knows both sides.
@ApplicationScoped
class Wiring {
    @Produces
    @Singleton
    Ledger ledger(Log log, Sources sources, SafetyConfig config) {
        return new Ledger(log, sources, SourceKeys.read(config.ledger().sourceKeysFile()));
    }

    @Produces
    @Singleton
    AuditQueries queries(
            Records records, Log log, SafetyConfig config, Audit audit, UnitOfWork unit, InstantSource clock) {
        LogKey key = LogKey.read(config.ledger().origin(), config.ledger().logKeyFile());
        return new AuditQueries(records, log, key, audit, unit, clock);
    }

    @Produces
    @Singleton
    Lineage lineage(Records records, UnitOfWork unit) {
        return new Lineage(records, unit);
    }

    @Produces
    @Singleton
    PolicyShelf policies(PolicyVersions versions, Audit audit, UnitOfWork unit, InstantSource clock) {
        List<Detector> stages = List.of(new PersonalDetector(), new LexiconDetector(Lexicon.shipped()));
        return new PolicyShelf(versions, policy -> new Screener(policy, stages), audit, unit, clock);
    }

    @Produces
    @Singleton
    Moderation moderation(
            PolicyShelf policies,
            Commitments commitments,
            Audit audit,
            Admission admission,
            UnitOfWork unit,
            InstantSource clock) {
        return new Moderation(policies, commitments, audit, admission, unit, clock);
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
                .openAll(PolicyServiceGrpc.getServiceDescriptor(), everybody)
                .openAll(ReviewServiceGrpc.getServiceDescriptor(), Role.REVIEWER, Role.EVALUATOR)
                .openAll(KeyServiceGrpc.getServiceDescriptor(), Role.OPERATOR)
                .build();
    }
}
