package revontuli.safety.moderate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.safety.policy.OverrideName;

/// The overrides that tenants ever brought in. None is ever changed or removed; a tenant's newest counts.
public interface PolicyOverrides {
    /// The newest of a tenant.
    Optional<PolicyOverride> newest(String tenant);

    /// Those that entered after a position, the oldest first.
    List<PolicyOverride> after(long position, int count);

    void add(OverrideName name, byte[] yaml, byte[] approval, String submitter, Instant time);
}
