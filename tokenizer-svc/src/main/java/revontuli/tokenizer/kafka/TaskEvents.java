package revontuli.tokenizer.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import revontuli.api.events.v1.TokenizeTaskSubmitted;
import revontuli.platform.event.EventHandler;
import revontuli.platform.event.ReceivedEvent;
import revontuli.platform.fault.Fault;
import revontuli.platform.kafka.Inbox;
import revontuli.tokenizer.bulk.Task;
import revontuli.tokenizer.bulk.TaskDesk;
import revontuli.tokenizer.bulk.TaskWorkers;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

/// Takes tasks off the topic. The work itself is not done here, where it would hold up the partition and its
/// transaction, but by workers that claim what this has written down.
@ApplicationScoped
class TaskEvents implements EventHandler {
    static final String TOPIC = "revontuli.tokenizer.task";
    static final String SUBMITTED = "revontuli.tokenizer.task.submitted.v1";

    private final Inbox inbox;
    private final TaskDesk desk;
    private final TaskWorkers workers;
    private final InstantSource clock;

    TaskEvents(Inbox inbox, TaskDesk desk, TaskWorkers workers, InstantSource clock) {
        this.inbox = inbox;
        this.desk = desk;
        this.workers = workers;
        this.clock = clock;
    }

    @Override
    public String topic() {
        return TOPIC;
    }

    @Override
    public String purpose() {
        return "task";
    }

    @Override
    public void on(ReceivedEvent event) {
        String id = event.id().orElseThrow(() -> malformed("event", "it has no ce_id"));
        if (!event.type().equals(SUBMITTED) || !inbox.firstSight(purpose(), id)) {
            return;
        }
        try {
            TokenizeTaskSubmitted said = TokenizeTaskSubmitted.parseFrom(event.value());
            String prefix = Task.COLLECTION + "/";
            if (!said.getTask().startsWith(prefix)) {
                throw malformed("task", "must begin with " + prefix);
            }
            Task.Order order = new Task.Order(
                    said.getTenant(),
                    Digest.parse(said.getDatasetDigest()),
                    Digest.parse(said.getTokenizerDigest()),
                    clock.instant().truncatedTo(ChronoUnit.MICROS));
            desk.accept(order, said.getTask().substring(prefix.length()));
            workers.wake();
        } catch (InvalidProtocolBufferException | MalformedException e) {
            throw malformed("event", String.valueOf(e.getMessage()));
        }
    }

    private static RuntimeException malformed(String field, String why) {
        return new Fault.Invalid("MALFORMED_EVENT", field + ": " + why, Map.of("field", field)).toException();
    }
}
