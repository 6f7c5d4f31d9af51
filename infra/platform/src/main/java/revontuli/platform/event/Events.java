package revontuli.platform.event;

/// Where features leave events. What is appended is sent if and only if the surrounding unit of work commits; then at
/// least once, in order per key.
@FunctionalInterface
public interface Events {
    void append(EventEnvelope event);
}
