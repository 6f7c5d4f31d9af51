package revontuli.safety.ledger;

import java.time.Instant;
import java.util.Optional;
import revontuli.transparency.crypto.VerifyingKey;

/// The keys with which the log has signed.
public interface LogKeyBook {
    /// The one that was entered last.
    Optional<VerifyingKey> newest();

    void enter(VerifyingKey key, Instant time);

    /// Whether the record that announces this key is in the log.
    boolean isAnnounced(VerifyingKey key);
}
