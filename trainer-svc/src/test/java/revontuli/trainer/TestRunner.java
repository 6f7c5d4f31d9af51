package revontuli.trainer;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.ConfigProvider;
import revontuli.platform.PlatformConfig;
import revontuli.testkit.Eventually;
import revontuli.trainer.run.Assignment;
import revontuli.trainer.run.LocalRunner;
import revontuli.trainer.run.Runner;
import revontuli.trainer.run.WorkOrder;

/// Starts no process, unless a job is named to be run for real; tests then speak as the worker themselves.
@Singleton
public class TestRunner implements Runner {
    private static final String PRETENDED = "pretended/";

    private final LocalRunner local;
    private final Set<String> real = ConcurrentHashMap.newKeySet();
    private final Map<String, Assignment> assignments = new ConcurrentHashMap<>();
    private final Map<String, String> workers = new ConcurrentHashMap<>();
    private final Map<String, String> ends = new ConcurrentHashMap<>();

    TestRunner(TrainerConfig config, PlatformConfig platform) {
        Path folder = Path.of(ConfigProvider.getConfig().getValue("revontuli.test.folder", String.class), "workers");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.local = new LocalRunner(new LocalRunner.Settings(
                "local",
                LocalRunner.onThisJava(config.runner().local().classPath().orElseThrow(), 256),
                folder,
                new WorkOrder.Surroundings(
                        config.runner().local().address(),
                        platform.peers().apiKeyFile().orElseThrow(),
                        platform.artifacts().directory(),
                        folder,
                        OptionalLong.of(ProcessHandle.current().pid())),
                new WorkOrder.Effort(config.lease().ttl(), 1, 2_000, 1),
                100));
    }

    /// Runs this job's workers as processes.
    void forReal(String job) {
        real.add(job);
    }

    /// The newest assignment of a job, once there is one with at least this fence.
    Assignment awaitAssignment(String job, long fence) {
        return Eventually.get("worker for " + job, () -> Optional.ofNullable(assignments.get(job))
                .filter(given -> given.lease().fence() >= fence));
    }

    /// Process of a job's newest worker.
    ProcessHandle process(String job) {
        String worker = Eventually.get("process of " + job, () -> Optional.ofNullable(workers.get(job)));
        String pid = worker.substring(worker.indexOf('/') + 1, worker.indexOf('@'));
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /// Lets a pretended worker end.
    void end(String job, String how) {
        ends.put(workers.getOrDefault(job, ""), how);
    }

    @Override
    public String start(Assignment assignment) {
        String job = assignment.lease().job();
        String worker = real.contains(job)
                ? local.start(assignment)
                : PRETENDED + job + "@" + assignment.lease().fence();
        workers.put(job, worker);
        assignments.put(job, assignment);
        return worker;
    }

    /// Pretended workers do not count, so that tests need not wait for each other.
    @Override
    public boolean knows(String worker) {
        return local.knows(worker) || ends.containsKey(worker);
    }

    @Override
    public Optional<String> ended(String worker) {
        return local.knows(worker) ? local.ended(worker) : Optional.ofNullable(ends.get(worker));
    }

    @Override
    public void stop(String worker) {
        if (local.knows(worker)) {
            local.stop(worker);
        }
    }
}
