package revontuli.inference.generate;

import revontuli.transparency.crypto.Digest;

/// What the policy in force says of a text.
///
/// @param category category that decided; empty when allowed
/// @param rule rule that decided; empty when allowed
/// @param policy `policies/{policy}/versions/{version}`
/// @param policyDigest of the policy's exact bytes
public record Verdict(Action action, String category, String rule, String policy, Digest policyDigest) {
    public enum Action {
        ALLOW,
        /// Let through with the spans replaced.
        REDACT,
        /// Refused now, queued for people.
        REVIEW,
        BLOCK
    }

    public boolean refuses() {
        return switch (action) {
            case ALLOW, REDACT -> false;
            case REVIEW, BLOCK -> true;
        };
    }
}
