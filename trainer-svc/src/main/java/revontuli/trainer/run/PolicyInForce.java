package revontuli.trainer.run;

import revontuli.transparency.crypto.Digest;

/// The safety policy that a candidate is put forward under.
@FunctionalInterface
public interface PolicyInForce {
    /// Digest of its exact bytes; a passing fault POLICY_UNAVAILABLE while safety-svc does not answer.
    Digest digest();
}
