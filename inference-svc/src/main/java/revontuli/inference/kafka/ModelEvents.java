package revontuli.inference.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import revontuli.api.events.v1.ModelAdmitted;
import revontuli.api.events.v1.ModelRevoked;
import revontuli.inference.model.Admissions;
import revontuli.inference.model.Announcement;
import revontuli.inference.model.LoaderLoop;
import revontuli.inference.model.Origin;
import revontuli.inference.model.Revocation;
import revontuli.inference.model.VersionName;
import revontuli.platform.event.EventHandler;
import revontuli.platform.event.ReceivedEvent;
import revontuli.platform.fault.Fault;
import revontuli.platform.kafka.Inbox;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

/// Follows the trainer: where to look for a new version, and which one is revoked. Believes nothing; the loader is
/// woken and looks again by itself, so an event whose transaction is still open is not missed.
@ApplicationScoped
class ModelEvents implements EventHandler {
    private final Inbox inbox;
    private final Admissions admissions;
    private final LoaderLoop loop;

    ModelEvents(Inbox inbox, Admissions admissions, LoaderLoop loop) {
        this.inbox = inbox;
        this.admissions = admissions;
        this.loop = loop;
    }

    @Override
    public String topic() {
        return "revontuli.trainer.model";
    }

    @Override
    public String purpose() {
        return "model";
    }

    @Override
    public void on(ReceivedEvent event) {
        String id = event.id().orElseThrow(() -> malformed("it has no ce_id"));
        if (!inbox.firstSight(purpose(), id)) {
            return;
        }
        try {
            switch (event.type()) {
                case "revontuli.trainer.model.promoted.v1" -> look(event, Origin.PROMOTION);
                case "revontuli.trainer.model.imported.v1" -> look(event, Origin.IMPORT);
                case "revontuli.trainer.model.revoked.v1" -> admissions.revoke(revocation(event));
                default -> {
                    return; // a newer trainer may say things this version does not know
                }
            }
            loop.wake();
        } catch (InvalidProtocolBufferException | MalformedException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private void look(ReceivedEvent event, Origin origin) throws InvalidProtocolBufferException {
        ModelAdmitted said = ModelAdmitted.parseFrom(event.value());
        admissions.look(new Announcement(said.getName(), said.getDigest(), said.getBundleDigest(), origin));
    }

    private static Revocation revocation(ReceivedEvent event) throws InvalidProtocolBufferException {
        ModelRevoked said = ModelRevoked.parseFrom(event.value());
        return new Revocation(
                VersionName.parse("name", said.getName()),
                Digest.parse(said.getDigest()),
                said.getReason(),
                said.getPrincipal(),
                said.getKid(),
                said.getSignature().toByteArray());
    }

    private static RuntimeException malformed(String why) {
        return new Fault.Invalid("MALFORMED_EVENT", "event: " + why, Map.of("field", "event")).toException();
    }
}
