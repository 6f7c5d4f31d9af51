package revontuli.platform.event;

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

    /// True where the records of one poll may be taken in one unit of work, for speed. If one of them fails, all are
    /// taken again one by one.
    default boolean takesTogether() {
        return false;
    }
}
