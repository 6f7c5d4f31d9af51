package revontuli.safety.moderate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.safety.policy.PolicyName;

/// The versions of policies that ever entered. None is ever changed or removed.
public interface PolicyVersions {
    Optional<PolicyVersion> find(String policy, int version);

    /// Newest first, those that entered before a position.
    List<PolicyVersion> list(long before, int count);

    void add(PolicyName name, byte[] yaml, Instant time);
}
