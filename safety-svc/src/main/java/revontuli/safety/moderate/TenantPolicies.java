package revontuli.safety.moderate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.policy.Loosening;
import revontuli.safety.policy.OverrideFile;
import revontuli.safety.policy.OverrideName;
import revontuli.safety.policy.Policy;
import revontuli.safety.policy.PolicyName;
import revontuli.safety.policy.TenantOverride;
import revontuli.safety.screen.RecordedCases;
import revontuli.safety.screen.Screener;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.statement.LooseningApproval;

/// By which rules each tenant is judged: the policy in force, and what the tenant wants otherwise.
///
/// An override makes verdicts stricter at once. It makes them milder only with an approval, signed by a quorum of
/// approvers, for exactly its bytes and exactly the version of the policy in force, and only until the approval
/// expires: this is checked for every verdict, and where it does not hold the stricter of both counts. What other
/// instances take in is seen here within [#LOOK_EVERY].
public final class TenantPolicies implements Rules {
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int ROWS_A_LOOK = 500;

    /// Rows of other instances may be committed out of the order of their positions, by so many at most.
    private static final int OVERLAP = 64;

    private final PolicyShelf shelf;
    private final PolicyOverrides overrides;
    private final Function<Policy, Screener> screeners;
    private final ApprovalTrust trust;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final Map<String, Held> byTenant = new ConcurrentHashMap<>();
    private final Map<String, Made> made = new ConcurrentHashMap<>();
    private final Lock looking = new ReentrantLock();
    private volatile Instant looked = Instant.EPOCH;
    private volatile long position;

    public TenantPolicies(
            PolicyShelf shelf,
            PolicyOverrides overrides,
            Function<Policy, Screener> screeners,
            ApprovalTrust trust,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock) {
        this.shelf = shelf;
        this.overrides = overrides;
        this.screeners = screeners;
        this.trust = trust;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    private record Held(PolicyOverride row, TenantOverride override) {}

    /// The screener that was made last for a tenant, and of what.
    private record Made(Of of, Screener screener) {}

    private record Of(PolicyName base, long position, boolean loosens) {}

    @Override
    public Screener screener(String tenant) {
        look();
        Screener base = shelf.screener();
        Held held = byTenant.get(tenant);
        if (held == null
                || !held.row().name().policy().equals(base.policy().name().policy())) {
            return base;
        }
        boolean loosens = mayLoosen(held, base.policy());
        Of of = new Of(base.policy().name(), held.row().position(), loosens);
        Made before = made.get(tenant);
        if (before != null && before.of().equals(of)) {
            return before.screener();
        }
        Screener screener =
                screeners.apply(base.policy().with(loosens ? held.override().loosening() : held.override()));
        made.put(tenant, new Made(of, screener));
        return screener;
    }

    private boolean mayLoosen(Held held, Policy base) {
        return held.row().approval().length > 0
                && trust.check(
                                held.row().approval(),
                                subject(held.row().name(), base),
                                held.row().submitter(),
                                clock.instant())
                        .isEmpty();
    }

    private static LooseningApproval.Subject subject(OverrideName name, Policy base) {
        return new LooseningApproval.Subject(
                name.tenant(), Digest.parse(base.name().digest()), Digest.parse(name.digest()));
    }

    /// Brings an override of the caller's tenant in. `approval` is empty where it is nowhere milder than the policy.
    public PolicyOverride activate(Caller caller, byte[] yaml, byte[] approval, RecordedCases cases) {
        TenantOverride override = OverrideFile.parse(yaml);
        OverrideName name = override.name();
        look();
        Policy base = shelf.screener().policy();
        requireFits(caller, name, base);
        Optional<PolicyOverride> before = unit.run(() -> overrides.newest(caller.tenant()));
        if (before.isPresent()
                && before.get().name().digest().equals(name.digest())
                && Arrays.equals(before.get().approval(), approval)) {
            return before.get();
        }
        before.ifPresent(last -> requireNewer(last.name(), name));
        Optional<String> milder = Loosening.first(base, override);
        milder.ifPresent(where -> requireApproved(caller, approval, subject(name, base), where));
        TenantOverride counts = milder.isPresent() ? override.loosening() : override;
        RecordedCases.Outcome outcome = cases.tried(screeners.apply(base.with(counts)));
        byte[] kept = milder.isPresent() ? approval : new byte[0];
        unit.run(() -> {
            overrides.add(name, yaml, kept, caller.principal(), clock.instant());
            audit.append(entry(caller, counts.name(), base, kept, outcome));
        });
        PolicyOverride entered = get(caller);
        take(entered);
        return entered;
    }

    private AuditEntry entry(
            Caller caller, OverrideName name, Policy base, byte[] approval, RecordedCases.Outcome outcome) {
        AuditEntry entry = AuditEntry.of(caller, "policy.override_activated", name.resource(), clock.instant())
                .digest("policy", Digest.parse(base.name().digest()))
                .digest("policy_override", Digest.parse(name.digest()))
                .transition("", "IN_FORCE")
                .fact("policy", base.name().resource())
                .fact("loosens", Boolean.toString(name.loosens()))
                .fact("cases_harmful", Integer.toString(outcome.harmful()))
                .fact("cases_missed", Integer.toString(outcome.missed()))
                .fact("cases_harmless", Integer.toString(outcome.harmless()))
                .fact("cases_refused", Integer.toString(outcome.refused()));
        if (approval.length == 0) {
            return entry;
        }
        LooseningApproval approved = LooseningApproval.parse(approval);
        return entry.digest("statement", Digest.of(approval))
                .fact(
                        "approved_by",
                        String.join(
                                " ",
                                approved.signatures().stream()
                                        .map(signature -> signature.principal())
                                        .toList()))
                .fact("expire_time", approved.expireTime().toString());
    }

    /// The newest override of the caller's tenant.
    public PolicyOverride get(Caller caller) {
        return unit.run(() -> overrides.newest(caller.tenant())).orElseThrow(() -> new Fault.NotFound(
                        "NO_SUCH_OVERRIDE", "tenant " + caller.tenant() + " has no override", Map.of())
                .toException());
    }

    /// Whether an override is milder than the policy now.
    public boolean loosens(PolicyOverride override) {
        Held held = byTenant.get(override.name().tenant());
        return held != null
                && held.row().position() == override.position()
                && mayLoosen(held, shelf.screener().policy());
    }

    private static void requireFits(Caller caller, OverrideName name, Policy base) {
        if (!name.tenant().equals(caller.tenant())) {
            throw new Fault.Refused(
                            "FOREIGN_TENANT",
                            "yaml: is for tenant " + name.tenant() + "; " + caller.tenant()
                                    + " may only override its own",
                            Map.of("field", "tenant"))
                    .toException();
        }
        if (!name.policy().equals(base.name().policy())) {
            throw Fault.invalid(
                    "POLICY_OTHER_NAME",
                    "yaml",
                    "overrides " + name.policy() + "; name " + base.name().policy());
        }
    }

    private static void requireNewer(OverrideName before, OverrideName name) {
        if (name.version() <= before.version()) {
            throw Fault.invalid(
                    "OVERRIDE_VERSION_NOT_NEWER",
                    "yaml",
                    "is version " + name.version() + "; use one over " + before.version());
        }
    }

    private void requireApproved(Caller caller, byte[] approval, LooseningApproval.Subject subject, String where) {
        if (approval.length == 0) {
            throw new Fault.Refused(
                            "POLICY_LOOSENED",
                            "yaml: " + where + "; send an approval, signed by approvers, for these bytes",
                            Map.of("field", "yaml", "where", where))
                    .toException();
        }
        trust.check(approval, subject, caller.principal(), clock.instant()).ifPresent(why -> {
            throw new Fault.Refused(
                            "APPROVAL_" + why,
                            "approval: does not count (" + why + "), and the override loosens: " + where,
                            Map.of(
                                    "field",
                                    "approval",
                                    "where",
                                    where,
                                    "override_digest",
                                    subject.override().toString()))
                    .toException();
        });
    }

    /// Takes in what entered since the last look, here or on another instance.
    private void look() {
        if (clock.instant().isBefore(looked.plus(LOOK_EVERY)) || !looking.tryLock()) {
            return;
        }
        try {
            shelf.look();
            List<PolicyOverride> rows;
            do {
                long from = Math.max(0, position - OVERLAP);
                rows = unit.run(() -> overrides.after(from, ROWS_A_LOOK));
                rows.forEach(this::take);
            } while (rows.size() == ROWS_A_LOOK);
            looked = clock.instant();
        } finally {
            looking.unlock();
        }
    }

    private void take(PolicyOverride row) {
        position = Math.max(position, row.position());
        byTenant.compute(
                row.name().tenant(),
                (_, held) -> held != null && held.row().position() >= row.position()
                        ? held
                        : new Held(row, OverrideFile.parse(row.yaml())));
    }
}
