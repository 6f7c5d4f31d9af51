package revontuli.trainer;

import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import revontuli.platform.PlatformConfig;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.lifecycle.InstalledLibraries;
import revontuli.trainer.dataset.Datasets;
import revontuli.trainer.dataset.ShardMaker;
import revontuli.trainer.dataset.Shards;
import revontuli.trainer.dataset.Tokenization;
import revontuli.trainer.job.JobBook;
import revontuli.trainer.job.Jobs;
import revontuli.trainer.publish.Candidates;
import revontuli.trainer.publish.Models;
import revontuli.trainer.run.JobWorks;
import revontuli.trainer.run.Leases;
import revontuli.trainer.run.LocalRunner;
import revontuli.trainer.run.PolicyInForce;
import revontuli.trainer.run.RunDesk;
import revontuli.trainer.run.Runner;
import revontuli.trainer.run.WorkOrder;

/// Builds what carries out jobs, and starts and stops it.
@ApplicationScoped
class RunWiring {
    /// After the platform, whose source and outbox must be open.
    private static final int AFTER_PLATFORM = 100;
    /// Before the platform, which closes the source and lets the database go.
    private static final int BEFORE_PLATFORM = 1;

    private final TrainerConfig config;
    private final PlatformConfig platform;

    RunWiring(TrainerConfig config, PlatformConfig platform) {
        this.config = config;
        this.platform = platform;
    }

    void start(@Observes @Priority(AFTER_PLATFORM) StartupEvent event, JobWorks works) {
        works.orchestrator().start();
    }

    void stop(@Observes @Priority(BEFORE_PLATFORM) ShutdownEvent event, JobWorks works) throws InterruptedException {
        works.orchestrator().stop();
    }

    @Produces
    @Singleton
    ShardMaker shardMaker(Shards shards, ArtifactStore artifacts, Tokenization tokenization) {
        return new ShardMaker(shards, artifacts, tokenization);
    }

    @Produces
    @Singleton
    JobWorks.Stock stock(
            ArtifactStore artifacts,
            Datasets datasets,
            ShardMaker shards,
            Models models,
            Candidates candidates,
            PolicyInForce policy) {
        return new JobWorks.Stock(artifacts, datasets, shards, models, candidates, policy);
    }

    @Produces
    @Singleton
    JobWorks jobWorks(Jobs jobs, Leases leases, JobBook book, JobWorks.Stock stock, Runner runner) {
        return new JobWorks(
                jobs,
                leases,
                book,
                stock,
                runner,
                new JobWorks.Limits(
                        config.runner().workersMax(),
                        config.lease().ttl(),
                        config.lease().attemptsMax(),
                        config.run().preparationsMax(),
                        config.run().retryDelay(),
                        config.run().registrationPatience()));
    }

    @Produces
    @Singleton
    RunDesk runDesk(JobWorks works) {
        return works.desk();
    }

    @Produces
    @Singleton
    @DefaultBean
    Runner runner() {
        TrainerConfig.Local local = config.runner().local();
        Path artifacts = platform.artifacts().directory().toAbsolutePath();
        Path folder = local.folder().orElseGet(() -> artifacts.resolveSibling("workers"));
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("revontuli.trainer.runner.local.folder: cannot use " + folder, e);
        }
        Path apiKey = platform.peers()
                .apiKeyFile()
                .orElseThrow(() -> new IllegalStateException(
                        "revontuli.platform.peers.api-key-file: a worker needs it to report to this service"));
        return new LocalRunner(new LocalRunner.Settings(
                platform.instance(),
                program(local),
                folder.toAbsolutePath(),
                new WorkOrder.Surroundings(
                        local.address(), apiKey.toAbsolutePath(), artifacts, folder, platform.launcherPid()),
                new WorkOrder.Effort(
                        config.lease().ttl(),
                        1,
                        config.run().evaluationTokensMax(),
                        local.threads().orElseGet(() -> Runtime.getRuntime().availableProcessors())),
                config.run().checkpointStepsMax()));
    }

    /// A worker is this program again: the same executable, or the same jars.
    private static List<String> program(TrainerConfig.Local local) {
        long heap = local.heap().asLongValue() >> 20;
        return InstalledLibraries.executable()
                .map(executable -> List.of(executable.toString(), "-Xmx" + heap + "m", TrainerMain.WORKER))
                .orElseGet(
                        () -> LocalRunner.onThisJava(local.classPath().orElseGet(RunWiring::installedClassPath), heap));
    }

    /// The jars of the installed service, which hold the worker too.
    private static String installedClassPath() {
        String jar = System.getProperty("java.class.path", "");
        if (!jar.endsWith("quarkus-run.jar")) {
            throw new IllegalStateException(
                    "revontuli.trainer.runner.local.class-path: set it, because this is no installed service");
        }
        Path app = Path.of(jar).toAbsolutePath().resolveSibling("");
        return String.join(
                File.pathSeparator,
                app.resolve("app").resolve("*").toString(),
                app.resolve("lib").resolve("main").resolve("*").toString(),
                app.resolve("lib").resolve("boot").resolve("*").toString());
    }
}
