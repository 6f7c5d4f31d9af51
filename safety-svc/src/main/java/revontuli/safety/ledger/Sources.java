package revontuli.safety.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/// What is known of the sources of records.
public interface Sources {
    /// The sources that have opened, by name, held until the end of the unit of work: one consumer at a time judges
    /// what comes from a source.
    Map<String, KnownSource> lock(Collection<String> names);

    /// Writes sources anew, or how far they have come.
    void putAll(Collection<KnownSource> sources);

    /// Notes the last number that a source says it has given; the highest one stays. An unknown source is not noted.
    void report(String name, long lastNumber, Instant time);
}
