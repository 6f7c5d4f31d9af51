package revontuli.tokenizer;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import revontuli.platform.PlatformConfig;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Caller;
import revontuli.platform.shard.DocumentFile;
import revontuli.platform.tx.UnitOfWork;
import revontuli.tokenizer.bulk.Announcer;
import revontuli.tokenizer.bulk.TaskDesk;
import revontuli.tokenizer.bulk.TaskLimits;
import revontuli.tokenizer.bulk.TaskRunner;
import revontuli.tokenizer.bulk.TaskWorkers;
import revontuli.tokenizer.bulk.Tasks;
import revontuli.tokenizer.encode.Codecs;
import revontuli.tokenizer.vocabulary.Tokenizers;

/// Builds what works on whole files, and starts and stops its workers inside the platform's own start and stop.
@ApplicationScoped
class BulkWiring {
    private static final int AFTER_PLATFORM = 20;
    private static final int BEFORE_PLATFORM = 5;

    private final TokenizerConfig config;
    private final PlatformConfig platform;

    BulkWiring(TokenizerConfig config, PlatformConfig platform) {
        this.config = config;
        this.platform = platform;
    }

    @Produces
    @Singleton
    TaskDesk.Acts acts(Audit audit, UnitOfWork unit, InstantSource clock) {
        return new TaskDesk.Acts(audit, unit, clock, Caller.service(platform.service()));
    }

    @Produces
    @Singleton
    TaskDesk taskDesk(
            Tasks tasks, Tokenizers tokenizers, ArtifactStore artifacts, Announcer announcer, TaskDesk.Acts acts) {
        return new TaskDesk(tasks, tokenizers, artifacts, announcer, acts);
    }

    @Produces
    @Singleton
    TaskWorkers taskWorkers(
            Tasks tasks,
            Tokenizers tokenizers,
            Codecs codecs,
            ArtifactStore artifacts,
            Announcer announcer,
            TaskDesk.Acts acts) {
        TokenizerConfig.Tasks limits = config.tasks();
        TaskRunner runner = new TaskRunner(
                new TaskRunner.Stores(tasks, tokenizers, codecs, artifacts),
                announcer,
                acts,
                new TaskLimits(
                        new DocumentFile.Limits(
                                limits.documentsMax(),
                                Math.toIntExact(config.textBytesMax().asLongValue())),
                        limits.badLinesMax(),
                        limits.attemptsMax(),
                        limits.ttl(),
                        limits.progressEvery(),
                        limits.retryDelay()));
        return new TaskWorkers(runner, limits.workers());
    }

    void start(@Observes @Priority(AFTER_PLATFORM) StartupEvent event, TaskWorkers workers) {
        workers.start();
    }

    void stop(@Observes @Priority(BEFORE_PLATFORM) ShutdownEvent event, TaskWorkers workers)
            throws InterruptedException {
        workers.stop(platform.drain().timeout());
    }
}
