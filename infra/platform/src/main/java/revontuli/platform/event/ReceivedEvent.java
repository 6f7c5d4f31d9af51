package revontuli.platform.event;

import java.util.Map;
import java.util.Optional;

/// A record as it came from a topic. Nothing in it is trusted yet.
///
/// @param topic where it stood
/// @param position `partition/offset`, for messages and dead letters
/// @param key partition key, or empty
/// @param headers all headers as text, the last one of a name
/// @param value exact bytes
@SuppressWarnings("ArrayRecordComponent")
public record ReceivedEvent(String topic, String position, String key, Map<String, String> headers, byte[] value) {
    public ReceivedEvent {
        headers = Map.copyOf(headers);
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /// CloudEvents id, if there is one.
    public Optional<String> id() {
        return header("ce_id");
    }

    /// CloudEvents type, or empty.
    public String type() {
        return headers.getOrDefault("ce_type", "");
    }

    public String subject() {
        return headers.getOrDefault("ce_subject", "");
    }
}
