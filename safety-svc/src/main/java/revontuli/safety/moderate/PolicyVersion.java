package revontuli.safety.moderate;

import java.time.Instant;
import revontuli.safety.policy.PolicyName;

/// A version of the policy as it entered.
///
/// @param position order of entering; the highest is in force
/// @param yaml exact bytes; not copied, nobody writes into them
@SuppressWarnings("ArrayRecordComponent")
public record PolicyVersion(long position, PolicyName name, byte[] yaml, Instant created) {}
