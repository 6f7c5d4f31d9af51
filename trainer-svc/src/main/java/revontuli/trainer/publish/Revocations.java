package revontuli.trainer.publish;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.trainer.record.Acts;
import revontuli.transparency.statement.StatementSignature;

/// Takes versions out of service, on one approver's signature. For good: a revoked version never comes back.
public final class Revocations {
    private static final int REASON_CHARS_MAX = 500;

    private final Models models;
    private final Signers signers;
    private final ModelAnnouncer announcer;
    private final Acts acts;

    public Revocations(Models models, Signers signers, ModelAnnouncer announcer, Acts acts) {
        this.models = models;
        this.signers = signers;
        this.announcer = announcer;
        this.acts = acts;
    }

    /// Why, and the signature over the bytes of [Revocations#message].
    public record Order(String reason, StatementSignature signature) {
        public Order {
            if (reason.isBlank()
                    || reason.length() > REASON_CHARS_MAX
                    || reason.chars().anyMatch(Character::isISOControl)) {
                throw Fault.invalid(
                        "OUT_OF_RANGE", "reason", "must be one line of 1 to " + REASON_CHARS_MAX + " characters");
            }
        }
    }

    /// What must be signed.
    public static byte[] message(ModelVersion version) {
        return ("revoke " + version.name() + " " + version.digest()).getBytes(StandardCharsets.UTF_8);
    }

    /// A second revocation of the same version answers the version that stands. Not held back by a full outbox:
    /// stopping must always be possible.
    public ModelVersion revoke(Caller caller, String name, Order order) {
        return acts.unit().run(() -> {
            ModelVersion version = models.lock(name)
                    .filter(found -> found.usableBy(caller))
                    .orElseThrow(() -> ModelCatalog.noSuch(name));
            signers.requireSigned(caller, order.signature(), message(version));
            if (version.state() == ModelVersion.State.REVOKED) {
                return version;
            }
            ModelVersion revoked = version.in(ModelVersion.State.REVOKED);
            models.save(revoked);
            Instant time = acts.now();
            acts.audit()
                    .append(AuditEntry.of(caller, "model.revoked", name, time)
                            .transition(version.state().name(), revoked.state().name())
                            .digest("model", version.digest())
                            .fact("reason", order.reason())
                            .fact("kid", order.signature().kid())
                            .fact("signer", order.signature().principal()));
            announcer.revoked(revoked, order, time);
            return revoked;
        });
    }
}
