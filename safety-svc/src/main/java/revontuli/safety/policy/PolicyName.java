package revontuli.safety.policy;

/// `policies/{policy}/versions/{version}` and the SHA-256 of the exact bytes that say what it means.
public record PolicyName(String policy, int version, String digest) {
    /// The resource name.
    public String resource() {
        return "policies/" + policy + "/versions/" + version;
    }
}
