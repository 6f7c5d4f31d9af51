package revontuli.safety.ledger;

import java.time.Instant;
import java.util.Optional;
import revontuli.transparency.crypto.VerifyingKey;

/// A source that has opened: the key that signs all its records, and the last number that the log has of it.
///
/// @param closed when it said that it ended; nothing of it may follow
public record KnownSource(
        String name, String service, VerifyingKey key, long lastNumber, Instant opened, Optional<Instant> closed) {

    KnownSource at(long number, Optional<Instant> ended) {
        return new KnownSource(name, service, key, number, opened, ended);
    }
}
