package revontuli.trainer.publish;

import java.time.Instant;

/// Tells the other services of versions, in the unit of work of the act itself.
public interface ModelAnnouncer {
    void promoted(ModelVersion version, Instant time);

    void imported(ModelVersion version, Instant time);

    void revoked(ModelVersion version, Revocations.Order order, Instant time);
}
