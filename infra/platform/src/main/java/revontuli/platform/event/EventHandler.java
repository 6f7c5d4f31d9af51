package revontuli.platform.event;

import java.util.List;

/// A bean that takes the events of one topic.
///
/// Called one record at a time per partition, in order, inside a unit of work that commits before the record counts
/// as taken. The same event may come more than once: take note of it in the inbox first. A thrown
/// [revontuli.platform.fault.Fault] that is not passing sends the record to the dead letters with that reason;
/// anything else is tried again.
public interface EventHandler {
    /// Topic that is read.
    String topic();

    /// What for; the consumer group is `<service>.<purpose>`.
    String purpose();

    /// Takes one record.
    void on(ReceivedEvent event);

    /// True where the records of one poll may be taken in one unit of work, for speed. If it fails, all are taken
    /// again one by one.
    default boolean takesTogether() {
        return false;
    }

    /// Takes the records of one poll, in order, in one unit of work. Answers those that it refuses; they must have
    /// left nothing behind, and go to the dead letters once the others are committed.
    default List<RefusedEvent> onAll(List<ReceivedEvent> events) {
        events.forEach(this::on);
        return List.of();
    }
}
