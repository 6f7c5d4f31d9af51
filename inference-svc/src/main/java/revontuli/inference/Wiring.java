package revontuli.inference;

import io.grpc.ServiceDescriptor;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.inference.admit.BatchLimits;
import revontuli.inference.generate.Breaker;
import revontuli.inference.generate.Generations;
import revontuli.inference.generate.Generator;
import revontuli.inference.generate.LiveGenerations;
import revontuli.inference.generate.Moderation;
import revontuli.inference.generate.Replayer;
import revontuli.inference.generate.RulesHeard;
import revontuli.inference.generate.Samples;
import revontuli.inference.generate.Scorer;
import revontuli.inference.model.Admissions;
import revontuli.inference.model.AdmittedVersions;
import revontuli.inference.model.Candidates;
import revontuli.inference.model.LoaderLoop;
import revontuli.inference.model.ModelLimits;
import revontuli.inference.model.ModelLoader;
import revontuli.inference.model.ModelOpener;
import revontuli.inference.model.ServedModels;
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
import revontuli.transparency.statement.StatementTrust;

/// Builds the framework-free classes. The only place that knows both sides.
@ApplicationScoped
class Wiring {
    private final InferenceConfig config;
    private final Caller self;
    private final UnitOfWork unit;
    private final Audit audit;
    private final InstantSource clock;

    Wiring(InferenceConfig config, PlatformConfig platform, UnitOfWork unit, Audit audit, InstantSource clock) {
        this.config = config;
        this.self = Caller.service(platform.service());
        this.unit = unit;
        this.audit = audit;
        this.clock = clock;
    }

    @Produces
    @Singleton
    MethodRoles roles() {
        ServiceDescriptor service = InferenceServiceGrpc.getServiceDescriptor();
        return MethodRoles.builder()
                .open(service, "GenerateText", Role.CALLER, Role.EVALUATOR)
                .open(service, "ScoreText", Role.EVALUATOR)
                .open(service, "LoadCandidate", Role.EVALUATOR)
                .open(service, "ListModels", Role.values())
                .open(service, "ReplayGeneration", Role.CALLER, Role.EVALUATOR, Role.AUDITOR)
                .build();
    }

    @Produces
    @Singleton
    Admissions admissions(Principals principals, ArtifactStore artifacts, AdmittedVersions versions) {
        Map<String, StatementTrust.Approver> approvers = new HashMap<>();
        for (PublicKeyEntry key : principals.publicKeys(PublicKeyEntry.APPROVAL)) {
            approvers.put(key.kid(), new StatementTrust.Approver(key.owner().principal(), key.key()));
        }
        StatementTrust trust = new StatementTrust(
                approvers,
                config.promotion().quorum(),
                principals.installationKey().orElse(null));
        return new Admissions(trust, artifacts, versions, audit, clock, self);
    }

    @Produces
    @Singleton
    ServedModels models() {
        return new ServedModels();
    }

    @Produces
    @Singleton
    LiveGenerations live() {
        return new LiveGenerations();
    }

    @Produces
    @Singleton
    ModelLoader loader(
            AdmittedVersions versions,
            ArtifactStore artifacts,
            ModelOpener opener,
            ServedModels models,
            LiveGenerations live,
            MeterRegistry meters) {
        ModelLimits limits = new ModelLimits(
                config.models().loadedMax(),
                config.models().candidatesMax(),
                config.models().bytesMax().asLongValue(),
                new BatchLimits(
                        config.queue().waitingMax(),
                        config.queue().tenantWaitingMax(),
                        config.queue().waitMax()));
        return new ModelLoader(
                new ModelLoader.Tools(versions, artifacts, opener, unit, audit, clock, self),
                models,
                limits,
                new Meters(meters),
                live::stop);
    }

    @Produces
    @Singleton
    LoaderLoop loop(ModelLoader loader) {
        return new LoaderLoop(loader, config.models().lookEvery());
    }

    @Produces
    @Singleton
    Candidates candidates(
            LoaderLoop loop, ModelLoader loader, ServedModels models, ArtifactStore artifacts, Admission room) {
        return new Candidates(
                config.evaluateLane(),
                loop,
                loader,
                models,
                new Candidates.Tools(artifacts, room, unit, audit, clock, self));
    }

    @Produces
    @Singleton
    Breaker breaker() {
        return new Breaker(config.safety().breakerLosses(), config.safety().breakerRest(), System::nanoTime);
    }

    @Produces
    @Singleton
    RulesHeard rules() {
        return new RulesHeard();
    }

    @Produces
    @Singleton
    Generator generator(
            Admission room,
            ServedModels models,
            Candidates candidates,
            Moderation moderation,
            Generations rows,
            LiveGenerations live) {
        return new Generator(
                room,
                models,
                candidates,
                moderation,
                new Generator.Ledger(rows, audit, unit),
                live,
                new Generator.Context(clock, new SecureRandom(), config.safety().streamPatience()));
    }

    @Produces
    @Singleton
    Samples samples(Generator generator) {
        return new Samples(generator);
    }

    @Produces
    @Singleton
    Scorer scorer(Admission room, ServedModels models, Candidates candidates) {
        return new Scorer(
                models,
                candidates,
                new Scorer.Ledger(room, unit, audit, clock),
                config.queue().scoreMax());
    }

    @Produces
    @Singleton
    Replayer replayer(Admission room, ServedModels models, Candidates candidates, Replayer.Evidence evidence) {
        return new Replayer(
                models,
                candidates,
                evidence,
                new Scorer.Ledger(room, unit, audit, clock),
                config.queue().scoreMax());
    }
}
