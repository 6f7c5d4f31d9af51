package revontuli.platform.caller;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;

/// Who calls, by the API key in `authorization: Bearer rvk_...`; the same for every door.
@ApplicationScoped
public class BearerKeys {
    private static final String SCHEME = "Bearer ";

    private final ApiKeys keys;

    BearerKeys(ApiKeys keys) {
        this.keys = keys;
    }

    /// The caller, or a fault KEY_MISSING, KEY_MALFORMED, KEY_UNKNOWN.
    public Caller authenticate(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith(SCHEME)) {
            throw unauthenticated("KEY_MISSING", "send the API key as 'authorization: Bearer rvk_...'");
        }
        String text = authorization.substring(SCHEME.length());
        if (!ApiKeyText.isWellFormed(text)) {
            throw unauthenticated("KEY_MALFORMED", "an API key is rvk_ and 43 base64url characters");
        }
        return keys.find(new ApiKeyText(text).hash())
                .orElseThrow(() -> unauthenticated("KEY_UNKNOWN", "this API key is unknown or revoked"));
    }

    private static FaultException unauthenticated(String reason, String message) {
        return new Fault.Unauthenticated(reason, message, Map.of()).toException();
    }
}
