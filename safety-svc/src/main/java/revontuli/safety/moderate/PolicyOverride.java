package revontuli.safety.moderate;

import java.time.Instant;
import revontuli.safety.policy.OverrideName;

/// A tenant's override as it entered.
///
/// @param yaml exact bytes; not copied, nobody writes into them
/// @param approval exact bytes of the approval to be milder than the policy, or empty
/// @param submitter who brought it in
@SuppressWarnings("ArrayRecordComponent")
public record PolicyOverride(
        long position, OverrideName name, byte[] yaml, byte[] approval, String submitter, Instant created) {}
