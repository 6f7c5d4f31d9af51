package revontuli.safety.ledger;

import java.time.Instant;
import java.util.Optional;

/// What is known of the sources of records.
public interface Sources {
    Optional<KnownSource> find(String name);

    /// Writes a source anew, or how far it has come.
    void put(KnownSource source);

    /// Notes the last number that a source says it has given; the highest one stays. An unknown source is not noted.
    void report(String name, long lastNumber, Instant time);
}
