package revontuli.safety.privacy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Legal holds.
public interface Holds {
    void place(Hold hold);

    /// The hold, if it exists and lasts; held until the end of the unit of work.
    Optional<Hold> lock(String name);

    void release(Hold hold, Instant time);

    /// Holds that last and concern a subject of one of these tenants.
    List<Hold> on(String subject, List<String> tenants);

    /// All that last, the oldest first, at most `count`.
    List<Hold> lasting(int count);
}
