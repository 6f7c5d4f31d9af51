package revontuli.safety.keys;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.ApiKeyText;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.json.Json;

/// Makes and ends the keys of a tenant. A key's text leaves this class once and is kept nowhere.
public final class KeyDesk {
    /// Working keys of one tenant.
    public static final int LIVE_MAX = 1_000;

    /// An operator gives nobody the means to approve, to read other tenants, or to act as a service.
    private static final Set<Role> GRANTABLE = EnumSet.of(Role.CALLER, Role.OPERATOR, Role.EVALUATOR, Role.REVIEWER);

    private static final int NAME_HASH_CHARS = 16;

    private final KeyRing ring;
    private final KeyNews news;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public KeyDesk(KeyRing ring, KeyNews news, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.ring = ring;
        this.news = news;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// A new key and its text, shown this once.
    public record Issued(ApiKey key, ApiKeyText text) {}

    public Issued create(Caller operator, String principal, List<String> roles) {
        Set<Role> granted = granted(roles);
        ApiKeyText text = ApiKeyText.draw(random);
        String name = "apiKeys/key-" + text.hash().substring(0, NAME_HASH_CHARS);
        Caller owner = new Caller(principal, operator.tenant(), granted);
        return unit.run(() -> {
            if (ring.live(operator.tenant()) >= LIVE_MAX) {
                throw new Fault.Exhausted(
                                "TOO_MANY_KEYS",
                                "this tenant has " + LIVE_MAX + " working keys; revoke some",
                                Map.of("limit", Integer.toString(LIVE_MAX)))
                        .toException();
            }
            ApiKey key = ring.add(name, text.hash(), owner);
            news.changed(key);
            audit.append(entry(operator, "apikey.created", key).transition("", "ACTIVE"));
            return new Issued(key, text);
        });
    }

    public List<ApiKey> list(Caller operator, Optional<KeyRing.Place> after, int count) {
        return ring.list(operator.tenant(), after, count);
    }

    /// Ends a key; ending it again changes nothing and leaves no second record.
    public ApiKey revoke(Caller operator, String name) {
        return unit.run(() -> {
            ApiKey key = ring.lock(operator.tenant(), name).orElseThrow(() -> noSuch(name));
            if (key.revoked().isPresent()) {
                return key;
            }
            ApiKey revoked = ring.revoke(key);
            news.changed(revoked);
            audit.append(entry(operator, "apikey.revoked", key).transition("ACTIVE", "REVOKED"));
            return revoked;
        });
    }

    private AuditEntry entry(Caller operator, String action, ApiKey key) {
        List<String> roles =
                key.owner().roles().stream().map(Role::text).sorted().toList();
        return AuditEntry.of(operator, action, key.name(), clock.instant())
                .fact("principal", key.owner().principal())
                .fact("roles", Json.Items.ofTexts(roles));
    }

    private static Set<Role> granted(List<String> roles) {
        if (roles.isEmpty()) {
            throw Fault.invalid("UNKNOWN_ROLE", "roles", "name one or more of " + names());
        }
        Set<Role> granted = EnumSet.noneOf(Role.class);
        for (String text : roles) {
            Role role =
                    Role.find(text).orElseThrow(() -> Fault.invalid("UNKNOWN_ROLE", "roles", "must be of " + names()));
            if (!GRANTABLE.contains(role)) {
                throw new Fault.Refused(
                                "ROLE_NOT_GRANTABLE",
                                "an operator cannot grant the role " + role.text() + ", only " + names(),
                                Map.of("role", role.text()))
                        .toException();
            }
            granted.add(role);
        }
        return granted;
    }

    private static String names() {
        return GRANTABLE.stream().map(Role::text).collect(Collectors.joining(", "));
    }

    private static FaultException noSuch(String name) {
        return new Fault.NotFound("NO_SUCH_KEY", name + " does not exist", Map.of("name", name)).toException();
    }
}
