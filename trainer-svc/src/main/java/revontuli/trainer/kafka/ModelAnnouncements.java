package revontuli.trainer.kafka;

import com.google.protobuf.ByteString;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Base64;
import revontuli.api.events.v1.ModelAdmitted;
import revontuli.api.events.v1.ModelRevoked;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.event.Events;
import revontuli.trainer.publish.ModelAnnouncer;
import revontuli.trainer.publish.ModelVersion;
import revontuli.trainer.publish.Revocations;

/// Events about versions. They tell inference-svc to look, and prove nothing by themselves.
@ApplicationScoped
class ModelAnnouncements implements ModelAnnouncer {
    private static final String TOPIC = "revontuli.trainer.model";

    private final Events events;

    ModelAnnouncements(Events events) {
        this.events = events;
    }

    @Override
    public void promoted(ModelVersion version, Instant time) {
        append(version, "revontuli.trainer.model.promoted.v1", time, admitted(version));
    }

    @Override
    public void imported(ModelVersion version, Instant time) {
        append(version, "revontuli.trainer.model.imported.v1", time, admitted(version));
    }

    @Override
    public void revoked(ModelVersion version, Revocations.Order order, Instant time) {
        ModelRevoked revoked = ModelRevoked.newBuilder()
                .setName(version.name())
                .setDigest(version.digest().toString())
                .setReason(order.reason())
                .setPrincipal(order.signature().principal())
                .setKid(order.signature().kid())
                .setSignature(ByteString.copyFrom(
                        Base64.getDecoder().decode(order.signature().signature())))
                .build();
        append(version, "revontuli.trainer.model.revoked.v1", time, revoked.toByteArray());
    }

    private static byte[] admitted(ModelVersion version) {
        return ModelAdmitted.newBuilder()
                .setName(version.name())
                .setDigest(version.digest().toString())
                .setBundleDigest(version.bundle().orElseThrow().toString())
                .build()
                .toByteArray();
    }

    private void append(ModelVersion version, String type, Instant time, byte[] data) {
        events.append(EventEnvelope.about(version.name(), TOPIC, type, time, EventEnvelope.Payload.protobuf(data)));
    }
}
