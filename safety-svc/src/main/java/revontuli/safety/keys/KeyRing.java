package revontuli.safety.keys;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;

/// Where keys are kept.
public interface KeyRing {
    ApiKey add(String name, String hash, Caller owner);

    /// Ends a key for good; one that has ended stays as it is.
    ApiKey revoke(ApiKey key);

    /// The key, held until the end of the unit of work.
    Optional<ApiKey> lock(String tenant, String name);

    /// How many keys of the tenant work.
    int live(String tenant);

    /// Newest first, after a place.
    List<ApiKey> list(String tenant, Optional<Place> after, int count);

    /// Where a key stands in the list.
    record Place(Instant created, String name) {}
}
