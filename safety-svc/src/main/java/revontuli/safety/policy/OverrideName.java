package revontuli.safety.policy;

/// `policies/{policy}/overrides/{tenant}/versions/{version}` and the SHA-256 of the exact bytes that say what it means.
///
/// @param loosens whether it may be milder than the policy now: there is an approval, and it counts
public record OverrideName(String policy, String tenant, int version, String digest, boolean loosens) {
    /// The resource name.
    public String resource() {
        return "policies/" + policy + "/overrides/" + tenant + "/versions/" + version;
    }
}
