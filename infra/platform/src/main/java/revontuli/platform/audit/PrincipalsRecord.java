package revontuli.platform.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import revontuli.platform.PlatformConfig;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Principals;
import revontuli.platform.caller.PublicKeyEntry;
import revontuli.platform.caller.Role;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.json.Json;

/// Puts on record whom this run trusts: the principals with their roles and public keys, as they were read at the
/// start. A changed file shows as another digest; what a signature counted for can be proven from the log alone.
///
/// Hashes of API keys are no part of it. A list that is too long for a record is left out, and the record says so.
@ApplicationScoped
public class PrincipalsRecord {
    public static final String LOADED = "principals.loaded";
    /// Whose signatures on statements count: `public_keys`, each with kid, use, principal and key, and
    /// `installation_key`.
    public static final String APPROVERS = "approvers.loaded";

    private static final int LISTED_MAX = 128;

    private final Principals principals;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final String service;

    PrincipalsRecord(Principals principals, Audit audit, UnitOfWork unit, InstantSource clock, PlatformConfig config) {
        this.principals = principals;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
        this.service = config.service();
    }

    /// Once a run, after its source has opened.
    public void write() {
        unit.run(() -> {
            audit.append(everybody());
            audit.append(approvers());
        });
    }

    private AuditEntry everybody() {
        return entry(LOADED)
                .fact(
                        "principals",
                        listed(principals.all().stream()
                                .map(PrincipalsRecord::principal)
                                .toList()))
                .fact("principal_count", Json.number(principals.all().size()))
                .fact("submission_keys", keys(PublicKeyEntry.SUBMISSION));
    }

    /// Apart from the rest, because receipts show it to everybody whom a model was served to.
    private AuditEntry approvers() {
        AuditEntry entry = entry(APPROVERS).fact("public_keys", keys(PublicKeyEntry.APPROVAL));
        return principals
                .installationKey()
                .map(key -> entry.fact("installation_key", key.base64()))
                .orElse(entry);
    }

    private AuditEntry entry(String action) {
        return AuditEntry.of(Caller.service(service), action, "principals/" + service, clock.instant())
                .digest("principals", principals.digest());
    }

    private Json keys(String use) {
        return listed(
                principals.publicKeys(use).stream().map(PrincipalsRecord::key).toList());
    }

    private static Json principal(Caller caller) {
        List<String> roles = caller.roles().stream().map(Role::text).sorted().toList();
        return Json.fields()
                .with("principal", caller.principal())
                .with("tenant", caller.tenant())
                .with("roles", Json.Items.ofTexts(roles));
    }

    private static Json key(PublicKeyEntry entry) {
        return Json.fields()
                .with("kid", entry.kid())
                .with("use", entry.use())
                .with("principal", entry.owner().principal())
                .with("ed25519", entry.key().base64());
    }

    private static Json listed(List<Json> items) {
        return new Json.Items(items.size() <= LISTED_MAX ? new ArrayList<>(items) : List.of());
    }
}
