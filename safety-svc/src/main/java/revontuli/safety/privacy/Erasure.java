package revontuli.safety.privacy;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.json.Json;

/// Destroys what opens the commitments about a subject, and says so in the log. The records stay, and so does every
/// proof of them; what they commit to can neither be shown nor guessed any more.
public final class Erasure {
    /// Commitments that the record of an erasure names; of more it says the number.
    static final int NAMED_MAX = 200;

    private static final int REASON_CHARS_MAX = 500;
    private static final Pattern BASIS = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
    private static final int EXPIRED_AT_ONCE_MAX = 500;

    private final Vault vault;
    private final Holds holds;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public Erasure(Vault vault, Holds holds, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.vault = vault;
        this.holds = holds;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// What is to be erased, and why.
    ///
    /// @param legalBasis such as `gdpr-art-17`
    public record Wish(String subject, String reason, String legalBasis) {
        public Wish {
            if (subject.isEmpty()) {
                throw Fault.invalid("MALFORMED_NAME", "subject", "must be a resource name such as generations/{id}");
            }
            if (reason.isBlank()
                    || reason.length() > REASON_CHARS_MAX
                    || reason.chars().anyMatch(Character::isISOControl)) {
                throw Fault.invalid(
                        "REASON_MISSING", "reason", "must be one line of 1 to " + REASON_CHARS_MAX + " characters");
            }
            if (!BASIS.matcher(legalBasis).matches()) {
                throw Fault.invalid("LEGAL_BASIS_MISSING", "legal_basis", "must be such as gdpr-art-17");
            }
        }
    }

    /// What nobody can open any more.
    ///
    /// @param name `erasures/{erasure}`, the subject of the record
    public record Erased(String name, List<String> commitments) {}

    /// Erases a subject of the caller's tenant; an auditor may erase one of any tenant.
    public Erased erase(Caller caller, Wish wish) {
        return unit.run(() -> {
            List<String> tenants = tenants(caller);
            holds.on(wish.subject(), tenants).stream().findFirst().ifPresent(hold -> {
                throw new Fault.Conflict(
                                "LEGAL_HOLD",
                                wish.subject() + " is under " + hold.name()
                                        + " and cannot be erased before it is released",
                                Map.of("subject", wish.subject(), "hold", hold.name()))
                        .toException();
            });
            List<String> destroyed = vault.destroy(wish.subject(), tenants);
            if (destroyed.isEmpty()) {
                throw unknown(wish.subject());
            }
            String name = "erasures/" + UUID.randomUUID();
            audit.append(AuditEntry.of(caller, "subject.erased", name, clock.instant())
                    .fact("erased", wish.subject())
                    .fact("reason", wish.reason())
                    .fact("legal_basis", wish.legalBasis())
                    .fact("commitments_count", Integer.toString(destroyed.size()))
                    .fact(
                            "commitments",
                            Json.Items.ofTexts(
                                    destroyed.stream().limit(NAMED_MAX).toList())));
            return new Erased(name, destroyed);
        });
    }

    /// Destroys what its retention class no longer keeps; answers how many subjects that were.
    public int expire(Caller service) {
        return unit.run(() -> {
            List<Owner> expired = vault.expire(clock.instant(), EXPIRED_AT_ONCE_MAX);
            if (!expired.isEmpty()) {
                audit.append(AuditEntry.of(service, "subject.expired", "expiries/" + UUID.randomUUID(), clock.instant())
                        .fact("subjects_count", Integer.toString(expired.size()))
                        .fact(
                                "subjects",
                                Json.Items.ofTexts(expired.stream()
                                        .limit(NAMED_MAX)
                                        .map(Owner::subject)
                                        .toList())));
            }
            return expired.size();
        });
    }

    /// The tenants in which the caller may erase; none stands for all.
    private static List<String> tenants(Caller caller) {
        return caller.has(Role.AUDITOR) ? List.of() : List.of(caller.tenant());
    }

    private static FaultException unknown(String subject) {
        return new Fault.NotFound(
                        "NO_SUCH_SUBJECT",
                        "nothing is kept about " + subject + " that could be erased",
                        Map.of("subject", subject))
                .toException();
    }
}
