package revontuli.tokenizer.bulk;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.tokenizer.vocabulary.Tokenizers;
import revontuli.transparency.crypto.Digest;

/// Takes orders for token shards, and tells how they stand.
public final class TaskDesk {
    private final Tasks tasks;
    private final Tokenizers tokenizers;
    private final ArtifactStore artifacts;
    private final Announcer announcer;
    private final Acts acts;

    /// How acts are committed and written down.
    public record Acts(Audit audit, UnitOfWork unit, InstantSource clock, Caller self) {}

    public TaskDesk(Tasks tasks, Tokenizers tokenizers, ArtifactStore artifacts, Announcer announcer, Acts acts) {
        this.tasks = tasks;
        this.tokenizers = tokenizers;
        this.artifacts = artifacts;
        this.announcer = announcer;
        this.acts = acts;
    }

    /// Orders a shard. Both digests must be known, so that a wrong one is told at once.
    public Task create(Caller caller, Digest dataset, Digest tokenizer, String requestId) {
        requireTokenizer(tokenizers, tokenizer);
        artifacts.path(dataset);
        Task task = Task.submitted(new Task.Order(
                caller.tenant(), dataset, tokenizer, acts.clock().instant().truncatedTo(ChronoUnit.MICROS)));
        return acts.unit().run(() -> {
            if (tasks.submit(task)) {
                announcer.submitted(task);
                acts.audit()
                        .append(AuditEntry.of(
                                        caller,
                                        "tokenization.requested",
                                        task.name(),
                                        acts.clock().instant())
                                .digest("dataset", dataset)
                                .digest("tokenizer", tokenizer)
                                .request(requestId));
            }
            return tasks.find(task.id()).orElseThrow();
        });
    }

    /// A task has come off the topic. The second time changes nothing.
    public void accept(Task.Order order, String id) {
        Task task = Task.submitted(order);
        if (!task.id().equals(id)) {
            throw new Fault.Invalid(
                            "MALFORMED_EVENT",
                            "task: is " + Task.COLLECTION + "/" + id + ", but its digests name " + task.name(),
                            Map.of("field", "task"))
                    .toException();
        }
        tasks.queue(task);
    }

    public Task get(String id) {
        return tasks.find(id).orElseThrow(() -> new Fault.NotFound(
                        "NO_SUCH_TASK",
                        Task.COLLECTION + "/" + id + " does not exist; CreateTokenizeTask makes one",
                        Map.of("task", Task.COLLECTION + "/" + id))
                .toException());
    }

    public List<Task> list(Caller caller, String after, int limit) {
        return tasks.list(caller.tenant(), after, limit);
    }

    static RegisteredTokenizer requireTokenizer(Tokenizers tokenizers, Digest digest) {
        return tokenizers.withDigest(digest).orElseThrow(() -> new Fault.NotFound(
                        "TOKENIZER_NOT_REGISTERED",
                        "no tokenizer is registered with the bytes " + digest + ": register it first",
                        Map.of("tokenizer", digest.toString()))
                .toException());
    }
}
