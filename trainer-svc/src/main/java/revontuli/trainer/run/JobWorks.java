package revontuli.trainer.run;

import java.time.Duration;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.trainer.dataset.Datasets;
import revontuli.trainer.dataset.ShardMaker;
import revontuli.trainer.job.JobBook;
import revontuli.trainer.job.Jobs;
import revontuli.trainer.publish.Candidates;
import revontuli.trainer.publish.Models;

/// Puts together what carries out jobs: the desk that workers report to, and the orchestrator.
public final class JobWorks {
    private final RunDesk desk;
    private final Orchestrator orchestrator;

    /// What jobs are made of and what comes of them.
    public record Stock(
            ArtifactStore artifacts,
            Datasets datasets,
            ShardMaker shards,
            Models models,
            Candidates candidates,
            PolicyInForce policy) {}

    /// How many, how long, how often.
    ///
    /// @param ttl how long a claim lives without a sign of life
    /// @param attemptsMax runs without a new checkpoint
    /// @param preparationsMax failed preparations in a row
    /// @param patience how long a registration may wait
    public record Limits(
            int workersMax,
            Duration ttl,
            int attemptsMax,
            int preparationsMax,
            Duration retryDelay,
            Duration patience) {}

    public JobWorks(Jobs jobs, Leases leases, JobBook book, Stock stock, Runner runner, Limits limits) {
        Setbacks setbacks = new Setbacks(book, limits.attemptsMax(), limits.preparationsMax());
        Registration registration = new Registration(
                jobs,
                book,
                new Registration.Parts(stock.artifacts(), stock.models(), stock.candidates(), stock.policy()),
                setbacks,
                limits.patience());
        this.desk = new RunDesk(jobs, leases, book, stock.artifacts(), setbacks, limits.ttl());
        this.orchestrator = new Orchestrator(
                jobs,
                leases,
                book,
                new Orchestrator.Parts(
                        runner,
                        new Preparation(stock.datasets(), stock.models(), stock.shards()),
                        registration,
                        setbacks),
                new Orchestrator.Limits(limits.workersMax(), limits.ttl(), limits.retryDelay()));
    }

    public RunDesk desk() {
        return desk;
    }

    public Orchestrator orchestrator() {
        return orchestrator;
    }
}
