package revontuli.tokenizer.kafka;

import com.google.protobuf.Message;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import revontuli.api.events.v1.DocumentBuried;
import revontuli.api.events.v1.TokenShardWritten;
import revontuli.api.events.v1.TokenizeTaskFailed;
import revontuli.api.events.v1.TokenizeTaskProgressed;
import revontuli.api.events.v1.TokenizeTaskSubmitted;
import revontuli.platform.PlatformConfig;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.event.Events;
import revontuli.platform.shard.DocumentFile;
import revontuli.tokenizer.bulk.Announcer;
import revontuli.tokenizer.bulk.Task;

/// Events about tasks. Key: the task's name; its row is locked by whoever announces, so order holds per task.
@ApplicationScoped
class TaskAnnouncements implements Announcer {
    private static final String RESULTS = "revontuli.tokenizer.shard";

    private final Events events;
    private final InstantSource clock;
    private final String deadLetters;

    TaskAnnouncements(Events events, InstantSource clock, PlatformConfig config) {
        this.events = events;
        this.clock = clock;
        this.deadLetters = TaskEvents.TOPIC + ".dead." + config.service();
    }

    @Override
    public void submitted(Task task) {
        append(
                task,
                TaskEvents.TOPIC,
                TaskEvents.SUBMITTED,
                TokenizeTaskSubmitted.newBuilder()
                        .setTask(task.name())
                        .setTenant(task.order().tenant())
                        .setDatasetDigest(task.order().dataset().toString())
                        .setTokenizerDigest(task.order().tokenizer().toString())
                        .build());
    }

    @Override
    public void progressed(Task task) {
        append(
                task,
                RESULTS,
                RESULTS + ".progressed.v1",
                TokenizeTaskProgressed.newBuilder()
                        .setTask(task.name())
                        .setDocumentCount(task.counts().documents())
                        .setTokenCount(task.counts().tokens())
                        .setTextByteCount(task.counts().textBytes())
                        .build());
    }

    @Override
    public void ended(Task task) {
        task.outcome()
                .made()
                .ifPresentOrElse(
                        made -> append(task, RESULTS, RESULTS + ".written.v1", written(task, made)),
                        () -> append(
                                task,
                                RESULTS,
                                RESULTS + ".failed.v1",
                                TokenizeTaskFailed.newBuilder()
                                        .setTask(task.name())
                                        .setReason(task.outcome().reason())
                                        .setMessage(task.outcome().message())
                                        .build()));
    }

    private static TokenShardWritten written(Task task, Task.Made made) {
        return TokenShardWritten.newBuilder()
                .setTask(task.name())
                .setDatasetDigest(task.order().dataset().toString())
                .setTokenizerDigest(task.order().tokenizer().toString())
                .setShardDigest(made.shard().toString())
                .setShardByteCount(made.bytes())
                .setDocumentCount(task.counts().documents())
                .setTokenCount(task.counts().tokens())
                .setTextByteCount(task.counts().textBytes())
                .setBadLineCount(task.counts().leftOut())
                .build();
    }

    @Override
    public void buried(Task task, DocumentFile.BadLine line) {
        DocumentBuried buried = DocumentBuried.newBuilder()
                .setTask(task.name())
                .setDatasetDigest(task.order().dataset().toString())
                .setLine(line.line())
                .setByteStart(line.byteStart())
                .setByteCount(line.byteCount())
                .setReason(line.reason())
                .setMessage(line.message())
                .build();
        events.append(new EventEnvelope(
                UUID.randomUUID(),
                deadLetters,
                task.name(),
                "revontuli.tokenizer.document.buried.v1",
                task.name(),
                clock.instant(),
                EventEnvelope.Payload.protobuf(buried.toByteArray()),
                Map.of("dead-letter-reason", line.reason(), "dead-letter-message", line.message())));
    }

    private void append(Task task, String topic, String type, Message data) {
        events.append(EventEnvelope.about(
                task.name(), topic, type, clock.instant(), EventEnvelope.Payload.protobuf(data.toByteArray())));
    }
}
