package revontuli.trainer;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.caller.Principals;
import revontuli.trainer.publish.Approvals;
import revontuli.trainer.publish.Candidates;
import revontuli.trainer.publish.Imports;
import revontuli.trainer.publish.ModelAnnouncer;
import revontuli.trainer.publish.ModelCatalog;
import revontuli.trainer.publish.Models;
import revontuli.trainer.publish.Revocations;
import revontuli.trainer.publish.Signers;
import revontuli.trainer.record.Acts;

/// Builds the classes of published models.
@ApplicationScoped
class PublishWiring {
    @Produces
    @Singleton
    Signers signers(Principals principals, TrainerConfig config) {
        return new Signers(principals, config.promotion().quorum());
    }

    @Produces
    @Singleton
    ModelCatalog modelCatalog(Models models) {
        return new ModelCatalog(models);
    }

    @Produces
    @Singleton
    Candidates candidates(Models models, ArtifactStore artifacts, Acts acts) {
        return new Candidates(models, artifacts, acts);
    }

    @Produces
    @Singleton
    Imports imports(Models models, ArtifactStore artifacts, Signers signers, ModelAnnouncer announcer, Acts acts) {
        return new Imports(models, artifacts, signers, announcer, acts);
    }

    @Produces
    @Singleton
    Approvals approvals(Models models, ArtifactStore artifacts, Signers signers, ModelAnnouncer announcer, Acts acts) {
        return new Approvals(models, artifacts, signers, announcer, acts);
    }

    @Produces
    @Singleton
    Revocations revocations(Models models, Signers signers, ModelAnnouncer announcer, Acts acts) {
        return new Revocations(models, signers, announcer, acts);
    }
}
