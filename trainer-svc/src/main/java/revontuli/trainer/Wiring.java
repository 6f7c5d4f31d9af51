package revontuli.trainer;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import revontuli.api.trainer.v1.ArtifactServiceGrpc;
import revontuli.api.trainer.v1.DatasetServiceGrpc;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.ModelServiceGrpc;
import revontuli.api.trainer.v1.TableServiceGrpc;
import revontuli.api.trainer.v1.WorkerServiceGrpc;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Role;
import revontuli.platform.event.Admission;
import revontuli.platform.grpc.MethodRoles;
import revontuli.platform.shard.DocumentFile;
import revontuli.platform.tx.UnitOfWork;
import revontuli.trainer.dataset.DatasetCatalog;
import revontuli.trainer.dataset.Datasets;
import revontuli.trainer.dataset.Uploads;
import revontuli.trainer.job.JobAnnouncer;
import revontuli.trainer.job.JobBell;
import revontuli.trainer.job.JobBook;
import revontuli.trainer.job.JobDesk;
import revontuli.trainer.job.JobSteering;
import revontuli.trainer.job.Jobs;
import revontuli.trainer.publish.ModelCatalog;
import revontuli.trainer.record.Acts;

/// Builds the classes of data sets and jobs, and says who may call what. Models are wired in [PublishWiring], runs in
/// [RunWiring].
@ApplicationScoped
class Wiring {
    private final TrainerConfig config;

    Wiring(TrainerConfig config) {
        this.config = config;
    }

    @Produces
    @Singleton
    MethodRoles methodRoles() {
        Role[] readers = {Role.CALLER, Role.OPERATOR, Role.APPROVER, Role.AUDITOR, Role.EVALUATOR};
        return MethodRoles.builder()
                .open(ArtifactServiceGrpc.getServiceDescriptor(), "UploadArtifact", Role.OPERATOR, Role.SERVICE)
                .open(DatasetServiceGrpc.getServiceDescriptor(), "RegisterDataset", Role.OPERATOR)
                .openAll(DatasetServiceGrpc.getServiceDescriptor(), readers)
                .open(JobServiceGrpc.getServiceDescriptor(), "GetJob", readers)
                .open(JobServiceGrpc.getServiceDescriptor(), "ListJobs", readers)
                .open(JobServiceGrpc.getServiceDescriptor(), "WatchJob", readers)
                .openAll(JobServiceGrpc.getServiceDescriptor(), Role.OPERATOR)
                .open(ModelServiceGrpc.getServiceDescriptor(), "ImportModel", Role.OPERATOR)
                .open(ModelServiceGrpc.getServiceDescriptor(), "ApproveModelVersion", Role.APPROVER)
                .open(ModelServiceGrpc.getServiceDescriptor(), "RevokeModelVersion", Role.APPROVER)
                .openAll(ModelServiceGrpc.getServiceDescriptor(), readers)
                .openAll(TableServiceGrpc.getServiceDescriptor(), Role.AUDITOR)
                .openAll(WorkerServiceGrpc.getServiceDescriptor(), Role.SERVICE)
                .build();
    }

    @Produces
    @Singleton
    Acts acts(UnitOfWork unit, Audit audit, Admission admission, InstantSource clock) {
        return new Acts(unit, audit, admission, clock);
    }

    @Produces
    @Singleton
    Uploads uploads(ArtifactStore artifacts, Acts acts) {
        return new Uploads(artifacts, acts);
    }

    @Produces
    @Singleton
    DatasetCatalog datasetCatalog(Datasets datasets, ArtifactStore artifacts, Acts acts) {
        return new DatasetCatalog(datasets, artifacts, acts, documentLimits(config));
    }

    @Produces
    @Singleton
    JobBook jobBook(Jobs jobs, Acts acts, JobAnnouncer announcer) {
        return new JobBook(jobs, acts, announcer, new JobBell());
    }

    @Produces
    @Singleton
    JobDesk jobDesk(Jobs jobs, JobBook book, DatasetCatalog datasets, ModelCatalog models, ArtifactStore artifacts) {
        return new JobDesk(
                jobs, book, datasets, models, artifacts, config.jobs().queuedMax());
    }

    @Produces
    @Singleton
    JobSteering jobSteering(Jobs jobs, JobBook book) {
        return new JobSteering(jobs, book);
    }

    static DocumentFile.Limits documentLimits(TrainerConfig config) {
        return new DocumentFile.Limits(config.datasets().documentsMax(), (int)
                config.datasets().textBytesMax().asLongValue());
    }
}
