package revontuli.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import revontuli.platform.PlatformConfig;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.audit.Sealer;
import revontuli.platform.audit.Source;
import revontuli.platform.caller.Caller;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.event.ReceivedEvent;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Where records go that cannot be read: `<topic>.dead.<service>`, exact bytes and headers kept as far as the broker
/// takes them, the reason beside them, and an audit record of it. Nothing is dropped.
@ApplicationScoped
class DeadLetters {
    private static final String REJECTED = "event.rejected";
    private static final int REASON_CHARS_MAX = 500;
    private static final int HEADERS_MAX = 32;
    private static final int HEADER_CHARS_MAX = 1_024;
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    /// With its headers a record must stay below what producer and broker take; the whole stays on its own topic.
    private static final int VALUE_BYTES_MAX = 900_000;

    private final Outbox outbox;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final Source source;
    private final String service;

    DeadLetters(
            Outbox outbox, Audit audit, UnitOfWork unit, InstantSource clock, Source source, PlatformConfig config) {
        this.outbox = outbox;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
        this.source = source;
        this.service = config.service();
    }

    void bury(ReceivedEvent event, String group, String reason, String message) {
        Map<String, String> headers = headersOf(event);
        headers.put("dead-letter-reason", reason);
        headers.put("dead-letter-message", cut(message));
        headers.put("dead-letter-topic", event.topic());
        headers.put("dead-letter-position", event.position());
        headers.put("dead-letter-consumer", group);
        byte[] value = event.value();
        if (value.length > VALUE_BYTES_MAX) {
            value = Arrays.copyOf(value, VALUE_BYTES_MAX);
            headers.put("dead-letter-cut-from", Integer.toString(event.value().length));
        }
        EventEnvelope.Payload payload = new EventEnvelope.Payload(
                cut(event.headers().getOrDefault("content-type", "application/octet-stream")), value);
        unit.run(() -> {
            outbox.append(new EventEnvelope(
                    UUID.randomUUID(),
                    event.topic() + ".dead." + service,
                    cut(event.key()),
                    "revontuli.platform.event.buried.v1",
                    event.topic() + "/" + event.position(),
                    clock.instant(),
                    payload,
                    headers));
            if (!isOwnRejection(event)) {
                audit.append(AuditEntry.of(
                                Caller.service(service),
                                REJECTED,
                                "topics/" + event.topic() + "/" + event.position(),
                                clock.instant())
                        .digest("event", Digest.of(event.value()))
                        .fact("reason", reason)
                        .fact("message", cut(message))
                        .fact("event_id", cut(event.id().orElse("")))
                        .fact("consumer", group));
            }
        });
    }

    /// The record's own headers, those of CloudEvents under another name. Whoever wrote them is not trusted: what the
    /// outbox or the broker could not carry must not hold up everything behind it.
    private static Map<String, String> headersOf(ReceivedEvent event) {
        Map<String, String> headers = new HashMap<>();
        event.headers().entrySet().stream()
                .filter(header -> HEADER_NAME.matcher(header.getKey()).matches())
                .sorted(Map.Entry.comparingByKey())
                .limit(HEADERS_MAX)
                .forEach(header -> {
                    String name = header.getKey();
                    boolean ours = name.startsWith("ce_") || name.equals("content-type");
                    headers.put(ours ? "original-" + name : name, cut(header.getValue(), HEADER_CHARS_MAX));
                });
        return headers;
    }

    /// True for this run's own record of a rejection: were it rejected and recorded in turn, there would be no end.
    private boolean isOwnRejection(ReceivedEvent event) {
        if (!event.topic().equals(Sealer.TOPIC)) {
            return false;
        }
        try {
            AuditRecord record = SealedRecord.parse(event.value()).record();
            return record.source().equals(source.name())
                    && record.event().act().action().equals(REJECTED);
        } catch (MalformedException _) {
            return false;
        }
    }

    private static String cut(String text) {
        return cut(text, REASON_CHARS_MAX);
    }

    private static String cut(String text, int charsMax) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .limit(charsMax)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? ' ' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }
}
