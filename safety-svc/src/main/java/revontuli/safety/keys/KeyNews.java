package revontuli.safety.keys;

/// Tells the other services, in the unit of work of the change.
@FunctionalInterface
public interface KeyNews {
    void changed(ApiKey key);
}
