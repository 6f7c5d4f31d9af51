package revontuli.safety.privacy;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;

/// Places and ends legal holds. An auditor's act: who may erase must not be able to lift what forbids it.
public final class LegalHolds {
    /// Holds that last at a time.
    public static final int LASTING_MAX = 1_000;

    private static final int CHARS_MAX = 256;
    private static final int REASON_CHARS_MAX = 500;

    private final Holds holds;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public LegalHolds(Holds holds, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.holds = holds;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// Places a hold, which lasts until it is released.
    ///
    /// @param subject one subject, or empty for everything of the tenant
    public Hold place(Caller auditor, String tenant, String subject, String reason) {
        line("tenant", tenant, 1, CHARS_MAX);
        line("subject", subject, 0, CHARS_MAX);
        line("reason", reason, 1, REASON_CHARS_MAX);
        return unit.run(() -> {
            if (holds.lasting(LASTING_MAX).size() >= LASTING_MAX) {
                throw new Fault.Exhausted(
                                "TOO_MANY_HOLDS",
                                LASTING_MAX + " holds last; release some",
                                Map.of("limit", Integer.toString(LASTING_MAX)))
                        .toException();
            }
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            Hold hold = new Hold("holds/hold-" + UUID.randomUUID(), tenant, subject, reason, now, Optional.empty());
            holds.place(hold);
            audit.append(entry(auditor, "hold.placed", hold));
            return hold;
        });
    }

    public void release(Caller auditor, String name) {
        unit.run(() -> {
            Hold hold = holds.lock(name).orElseThrow(() -> new Fault.NotFound(
                            "NO_SUCH_HOLD", name + " does not exist or was released", Map.of("name", name))
                    .toException());
            holds.release(hold, clock.instant());
            audit.append(entry(auditor, "hold.released", hold));
        });
    }

    public List<Hold> lasting() {
        return holds.lasting(LASTING_MAX);
    }

    private AuditEntry entry(Caller auditor, String action, Hold hold) {
        return AuditEntry.of(auditor, action, hold.name(), clock.instant())
                .fact("of_tenant", hold.tenant())
                .fact("of_subject", hold.subject())
                .fact("reason", hold.reason());
    }

    private static void line(String field, String text, int min, int max) {
        if (text.length() < min || text.length() > max || text.chars().anyMatch(Character::isISOControl)) {
            throw Fault.invalid("BAD_HOLD", field, "must be one line of " + min + " to " + max + " characters");
        }
    }
}
