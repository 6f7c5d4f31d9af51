package revontuli.safety.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import revontuli.api.events.v1.ApiKeyChanged;
import revontuli.platform.caller.Role;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.event.Events;
import revontuli.safety.keys.ApiKey;
import revontuli.safety.keys.KeyNews;

/// Tells the other services of keys; the key's name keeps the order of what happens to it.
@ApplicationScoped
class ApiKeyNews implements KeyNews {
    private static final String TOPIC = "revontuli.safety.apikey";
    private static final String CHANGED = "revontuli.safety.apikey.changed.v1";

    private final Events events;
    private final InstantSource clock;

    ApiKeyNews(Events events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void changed(ApiKey key) {
        ApiKeyChanged changed = ApiKeyChanged.newBuilder()
                .setName(key.name())
                .setSha256(key.hash())
                .setPrincipal(key.owner().principal())
                .setTenant(key.owner().tenant())
                .addAllRoles(
                        key.owner().roles().stream().map(Role::text).sorted().toList())
                .setRevoked(key.revoked().isPresent())
                .build();
        events.append(EventEnvelope.about(
                key.name(), TOPIC, CHANGED, clock.instant(), EventEnvelope.Payload.protobuf(changed.toByteArray())));
    }
}
