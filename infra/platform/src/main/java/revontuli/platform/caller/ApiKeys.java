package revontuli.platform.caller;

import java.util.Optional;

/// Where API keys are looked up by their hash. Never answers for a revoked key.
@FunctionalInterface
public interface ApiKeys {
    Optional<Caller> find(String sha256Hex);
}
