package revontuli.platform.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import revontuli.api.events.v1.ApiKeyChanged;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.caller.StoredApiKeys;
import revontuli.platform.event.EventHandler;
import revontuli.platform.event.ReceivedEvent;
import revontuli.platform.fault.Fault;

/// Follows safety-svc: a new API key works here, a revoked one stops. Runs in every service that the topic list
/// names.
@ApplicationScoped
class ApiKeyEvents implements EventHandler {
    private static final String CHANGED = "revontuli.safety.apikey.changed.v1";

    private final Inbox inbox;
    private final StoredApiKeys keys;
    private final WakeUp wakeUp;

    ApiKeyEvents(Inbox inbox, StoredApiKeys keys, WakeUp wakeUp) {
        this.inbox = inbox;
        this.keys = keys;
        this.wakeUp = wakeUp;
    }

    @Override
    public String topic() {
        return "revontuli.safety.apikey";
    }

    @Override
    public String purpose() {
        return "apikey";
    }

    @Override
    public void on(ReceivedEvent event) {
        String id = event.id().orElseThrow(() -> malformed("it has no ce_id"));
        if (!event.type().equals(CHANGED) || !inbox.firstSight(purpose(), id)) {
            return;
        }
        try {
            ApiKeyChanged changed = ApiKeyChanged.parseFrom(event.value());
            Set<Role> roles = new HashSet<>();
            changed.getRolesList().forEach(role -> Role.find(role).ifPresent(roles::add));
            Caller owner = new Caller(changed.getPrincipal(), changed.getTenant(), roles);
            keys.store(changed.getName(), changed.getSha256(), owner, changed.getRevoked());
            wakeUp.signal();
        } catch (InvalidProtocolBufferException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static RuntimeException malformed(String why) {
        return new Fault.Invalid("MALFORMED_EVENT", "event: " + why, Map.of("field", "event")).toException();
    }
}
