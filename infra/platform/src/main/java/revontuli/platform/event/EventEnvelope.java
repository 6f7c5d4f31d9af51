package revontuli.platform.event;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// An event on its way out: CloudEvents 1.0, binary mode on Kafka (attributes as `ce_*` headers, `data` as the
/// value).
///
/// @param topic where it goes
/// @param key partition key: the resource whose events keep their order
/// @param type `revontuli.<service>.<noun>.<past participle>.v<major>`
/// @param subject resource it is about
/// @param data payload and its media type
/// @param extra further headers
public record EventEnvelope(
        UUID id,
        String topic,
        String key,
        String type,
        String subject,
        Instant time,
        Payload data,
        Map<String, String> extra) {

    public EventEnvelope {
        extra = Map.copyOf(extra);
    }

    /// Bytes and what they are. Not copied: nobody writes into an event's bytes.
    @SuppressWarnings("ArrayRecordComponent")
    public record Payload(String contentType, byte[] bytes) {
        public static Payload protobuf(byte[] bytes) {
            return new Payload("application/protobuf", bytes);
        }

        public static Payload json(byte[] bytes) {
            return new Payload("application/json", bytes);
        }
    }

    /// An event about a resource, keyed by it.
    public static EventEnvelope about(String resource, String topic, String type, Instant time, Payload data) {
        return new EventEnvelope(UUID.randomUUID(), topic, resource, type, resource, time, data, Map.of());
    }
}
