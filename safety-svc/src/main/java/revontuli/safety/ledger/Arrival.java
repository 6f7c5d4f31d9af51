package revontuli.safety.ledger;

/// A sealed record as it came from the topic.
///
/// @param eventId id of the event that carried it
/// @param key partition key under which it came
/// @param firstSight false when an event with this id was taken before
/// @param leaf exact bytes; not copied, nobody writes into them
@SuppressWarnings("ArrayRecordComponent")
public record Arrival(String eventId, String key, boolean firstSight, byte[] leaf) {}
