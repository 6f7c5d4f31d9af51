package revontuli.tokenizer.bulk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.shard.DocumentFile;
import revontuli.platform.shard.ShardHeader;
import revontuli.platform.shard.TokenShardWriter;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.Codecs;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.tokenizer.vocabulary.Tokenizers;
import revontuli.transparency.crypto.Digest;

/// Works on one claimed task: reads documents, writes the shard into the store, and commits result, dead letters, event
/// and record together.
///
/// A crash before that commit leaves a claim that runs out, and perhaps a shard in the store: the next try makes the
/// same bytes under the same digest. Special tokens in the texts are text.
public final class TaskRunner {
    private static final System.Logger LOG = System.getLogger(TaskRunner.class.getName());

    private final Tasks tasks;
    private final Tokenizers tokenizers;
    private final Codecs codecs;
    private final ArtifactStore artifacts;
    private final Announcer announcer;
    private final TaskDesk.Acts acts;
    private final TaskLimits limits;

    /// Where a runner takes from and puts to.
    public record Stores(Tasks tasks, Tokenizers tokenizers, Codecs codecs, ArtifactStore artifacts) {}

    public TaskRunner(Stores stores, Announcer announcer, TaskDesk.Acts acts, TaskLimits limits) {
        this.tasks = stores.tasks();
        this.tokenizers = stores.tokenizers();
        this.codecs = stores.codecs();
        this.artifacts = stores.artifacts();
        this.announcer = announcer;
        this.acts = acts;
        this.limits = limits;
    }

    /// Thrown through the work to end it: the claim is lost, or the service stops.
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    Optional<Task> claim() {
        return acts.unit().run(() -> tasks.claim(limits.ttl()));
    }

    /// Works until the task has ended, the claim is lost, or it is to stop.
    void run(Task task, BooleanSupplier running) {
        try {
            work(task, running);
        } catch (Stopped _) {
            acts.unit().run(() -> tasks.giveBack(task, Duration.ZERO, false));
        } catch (FaultException e) {
            if (e.fault().passing()) {
                tryAgain(task, e);
            } else {
                fail(task, List.of(), e.fault().reason(), e.fault().message());
            }
        } catch (IOException | RuntimeException e) {
            tryAgain(task, e);
        }
    }

    private void work(Task task, BooleanSupplier running) throws IOException {
        if (task.claim().tries() > limits.attemptsMax()) { // its workers died without a word
            throw new IOException("no worker lived to its end");
        }
        RegisteredTokenizer tokenizer =
                TaskDesk.requireTokenizer(tokenizers, task.order().tokenizer());
        Path file = artifacts.path(task.order().dataset());
        Path folder = Path.of(System.getProperty("java.io.tmpdir", "."));
        try (TokenShardWriter shard = new TokenShardWriter(
                folder,
                task.order().dataset(),
                tokenizer.digest(),
                tokenizer.vocabulary().size())) {
            Work work = new Work(task, codecs.open(tokenizer), shard, running);
            new DocumentFile(file, limits.documents()).read(work::take, work::leaveOut);
            work.hold();
            if (shard.counts().documents() == 0) {
                fail(task, work.badLines, "NO_DOCUMENTS", "the file holds no document");
                return;
            }
            Path made = shard.finish();
            long bytes = Files.size(made);
            Digest digest;
            try (InputStream in = Files.newInputStream(made)) {
                digest = artifacts.put(in);
            }
            done(task, shard.counts(), new Task.Made(digest, bytes), work.badLines);
        }
    }

    private void done(Task task, ShardHeader.Counts counts, Task.Made made, List<DocumentFile.BadLine> badLines) {
        Task.Outcome outcome = new Task.Outcome(
                Optional.of(made), "", "", Optional.of(acts.clock().instant()));
        end(task, new End(Task.State.DONE, counts, outcome), badLines);
    }

    private void fail(Task task, List<DocumentFile.BadLine> badLines, String reason, String message) {
        Task.Outcome outcome = new Task.Outcome(
                Optional.empty(), reason, message, Optional.of(acts.clock().instant()));
        ShardHeader.Counts counts = new ShardHeader.Counts(0, 0, 0, badLines.size());
        end(task, new End(Task.State.FAILED, counts, outcome), badLines);
    }

    private record End(Task.State state, ShardHeader.Counts counts, Task.Outcome outcome) {}

    private void end(Task task, End end, List<DocumentFile.BadLine> badLines) {
        acts.unit().run(() -> {
            if (!tasks.end(task, end.state(), end.counts(), end.outcome())) {
                return; // another one has it
            }
            Task ended = new Task(task.id(), task.order(), end.state(), task.claim(), end.counts(), end.outcome());
            badLines.forEach(line -> announcer.buried(ended, line));
            announcer.ended(ended);
            acts.audit().append(entry(ended));
        });
    }

    private AuditEntry entry(Task task) {
        boolean done = task.state() == Task.State.DONE;
        AuditEntry entry = AuditEntry.of(
                        acts.self(),
                        done ? "tokenization.finished" : "tokenization.failed",
                        task.name(),
                        acts.clock().instant())
                .digest("dataset", task.order().dataset())
                .digest("tokenizer", task.order().tokenizer())
                .fact("documents", Long.toString(task.counts().documents()))
                .fact("tokens", Long.toString(task.counts().tokens()))
                .fact("text_bytes", Long.toString(task.counts().textBytes()))
                .fact("bad_lines", Long.toString(task.counts().leftOut()));
        return task.outcome()
                .made()
                .map(made -> entry.digest("shard", made.shard()))
                .orElseGet(() -> entry.fact("reason", task.outcome().reason()));
    }

    private void tryAgain(Task task, Exception why) {
        LOG.log(System.Logger.Level.WARNING, task.name() + " fails, attempt " + task.claim(), why);
        if (task.claim().tries() >= limits.attemptsMax()) {
            fail(task, List.of(), "INTERNAL", "it failed " + task.claim().tries() + " times for no known reason");
        } else {
            acts.unit().run(() -> tasks.giveBack(task, limits.retryDelay(), true));
        }
    }

    /// One task while its file is read.
    private final class Work {
        private final Task task;
        private final Codec codec;
        private final TokenShardWriter shard;
        private final BooleanSupplier running;
        private final List<DocumentFile.BadLine> badLines = new ArrayList<>();
        private long heldAt = System.nanoTime();
        private long toldAt = heldAt;

        Work(Task task, Codec codec, TokenShardWriter shard, BooleanSupplier running) {
            this.task = task;
            this.codec = codec;
            this.shard = shard;
            this.running = running;
        }

        void take(DocumentFile.Document document) {
            if (!running.getAsBoolean()) {
                throw new Stopped();
            }
            int[] ids;
            try {
                ids = codec.encode(document.text(), false, false).ids();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, task.name() + ": line " + document.line() + " fails", e);
                leaveOut(new DocumentFile.BadLine(
                        document.line(),
                        document.place().byteStart(),
                        document.place().byteCount(),
                        "ENCODING_FAILED",
                        "the tokenizer fails on this text"));
                return;
            }
            try {
                shard.add(ids, document.textBytes(), document.line());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the shard of " + task.name(), e);
            }
            long due =
                    Math.min(limits.ttl().toNanos() / 4, limits.progressEvery().toNanos());
            if (System.nanoTime() - heldAt > due) {
                hold();
            }
        }

        void leaveOut(DocumentFile.BadLine line) {
            if (badLines.size() == limits.badLinesMax()) {
                throw new Fault.Invalid(
                                "TOO_MANY_BAD_LINES",
                                "dataset: more than " + limits.badLinesMax()
                                        + " lines are no documents; the first is line "
                                        + badLines.getFirst().line() + ": "
                                        + badLines.getFirst().message(),
                                Map.of("field", "dataset", "limit", Integer.toString(limits.badLinesMax())))
                        .toException();
            }
            badLines.add(line);
            shard.leaveOut();
        }

        void hold() {
            heldAt = System.nanoTime();
            boolean tell = heldAt - toldAt >= limits.progressEvery().toNanos();
            acts.unit().run(() -> {
                if (!tasks.hold(task, shard.counts(), limits.ttl())) {
                    throw new Stopped();
                }
                if (tell) {
                    announcer.progressed(new Task(
                            task.id(), task.order(), task.state(), task.claim(), shard.counts(), task.outcome()));
                }
            });
            if (tell) {
                toldAt = heldAt;
            }
        }
    }
}
