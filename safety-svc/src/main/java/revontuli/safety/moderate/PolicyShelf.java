package revontuli.safety.moderate;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.policy.Policy;
import revontuli.safety.policy.PolicyFile;
import revontuli.safety.policy.PolicyName;
import revontuli.safety.screen.Screener;
import revontuli.transparency.crypto.Digest;

/// The policies that ever entered, and the screener of the one in force.
public final class PolicyShelf {
    private final PolicyVersions versions;
    private final Function<Policy, Screener> screeners;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private volatile @Nullable Screener inForce;

    public PolicyShelf(
            PolicyVersions versions,
            Function<Policy, Screener> screeners,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock) {
        this.versions = versions;
        this.screeners = screeners;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// Brings the shipped policy in if it is new here, then puts the newest version in force. A version that was
    /// stored with other bytes stops the service: what a name meant in the records must not change.
    public void open(Caller self, byte[] shipped) {
        PolicyName name = PolicyFile.parse(shipped).name();
        unit.run(() -> {
            Optional<PolicyVersion> stored = versions.find(name.policy(), name.version());
            if (stored.isEmpty()) {
                enter(self, name, shipped);
            } else if (!stored.get().name().digest().equals(name.digest())) {
                throw new IllegalStateException(name.resource() + " is stored as "
                        + stored.get().name().digest() + " and was shipped as " + name.digest()
                        + ": give a changed policy a new version number");
            }
        });
        inForce = screeners.apply(PolicyFile.parse(newest().yaml()));
    }

    /// The screener in force; without one there is no verdict, and callers must refuse.
    public Screener screener() {
        Screener screener = inForce;
        if (screener == null) {
            throw new Fault.Unavailable("NO_POLICY_IN_FORCE", "no policy is in force yet; try again", Map.of())
                    .toException();
        }
        return screener;
    }

    public boolean isInForce(PolicyVersion version) {
        Screener screener = inForce;
        return screener != null && screener.policy().name().equals(version.name());
    }

    public PolicyVersion get(String policy, int version) {
        return unit.run(() -> versions.find(policy, version)).orElseThrow(() -> noSuch(policy, version));
    }

    public List<PolicyVersion> list(long before, int count) {
        return unit.run(() -> versions.list(before, count));
    }

    private PolicyVersion newest() {
        return list(Long.MAX_VALUE, 1).getFirst();
    }

    private void enter(Caller self, PolicyName name, byte[] yaml) {
        versions.add(name, yaml, clock.instant());
        audit.append(AuditEntry.of(self, "policy.activated", name.resource(), clock.instant())
                .digest("policy", Digest.parse(name.digest()))
                .transition("", "IN_FORCE")
                .fact("origin", "shipped"));
    }

    private static RuntimeException noSuch(String policy, int version) {
        String name = "policies/" + policy + "/versions/" + version;
        return new Fault.NotFound("NO_SUCH_POLICY", name + " does not exist", Map.of("name", name)).toException();
    }
}
