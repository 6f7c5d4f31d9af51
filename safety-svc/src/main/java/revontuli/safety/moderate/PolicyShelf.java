package revontuli.safety.moderate;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.policy.Loosening;
import revontuli.safety.policy.Policy;
import revontuli.safety.policy.PolicyFile;
import revontuli.safety.policy.PolicyName;
import revontuli.safety.screen.RecordedCases;
import revontuli.safety.screen.Screener;
import revontuli.transparency.crypto.Digest;

/// The policies that ever entered, and the screener of the one in force.
public final class PolicyShelf {
    private final PolicyVersions versions;
    private final Function<Policy, Screener> screeners;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final Map<String, Digest> classifier;
    private final Lock activating = new ReentrantLock();
    private volatile @Nullable Screener inForce;

    /// Of a hundred harmless cases a new version may refuse this many.
    private static final int REFUSED_OF_HUNDRED_MAX = 5;

    public PolicyShelf(
            PolicyVersions versions,
            Function<Policy, Screener> screeners,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock) {
        this(versions, screeners, audit, unit, clock, Map.of());
    }

    /// @param classifier digests of the files of a classifier that did not come with the suite; on record when it opens
    public PolicyShelf(
            PolicyVersions versions,
            Function<Policy, Screener> screeners,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock,
            Map<String, Digest> classifier) {
        this.versions = versions;
        this.screeners = screeners;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
        this.classifier = Map.copyOf(classifier);
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
        Screener screener = screeners.apply(PolicyFile.parse(newest().yaml()));
        if (!classifier.isEmpty()) {
            unit.run(() -> audit.append(classifierEntry(self)));
        }
        inForce = screener;
    }

    private AuditEntry classifierEntry(Caller self) {
        AuditEntry entry = AuditEntry.of(self, "classifier.loaded", "classifiers/own", clock.instant());
        for (Map.Entry<String, Digest> file : classifier.entrySet()) {
            entry = entry.digest("classifier_" + file.getKey(), file.getValue());
        }
        return entry;
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

    /// Takes the newest version into force, if another instance brought one in.
    void look() {
        Screener now = inForce;
        if (now == null) {
            return;
        }
        PolicyVersion newest = newest();
        if (newest.name().version() > now.policy().name().version() && activating.tryLock()) {
            try {
                inForce = screeners.apply(PolicyFile.parse(newest.yaml()));
            } finally {
                activating.unlock();
            }
        }
    }

    /// Brings a newer version of the policy in force into force: on this instance at once, on others at their next
    /// look. It may only be stricter, and is tried on `cases` first. The same bytes again change nothing.
    public PolicyVersion activate(Caller caller, byte[] yaml, RecordedCases cases) {
        Policy policy = PolicyFile.parse(yaml);
        activating.lock();
        try {
            Policy before = screener().policy();
            if (before.name().equals(policy.name())) {
                return get(policy.name().policy(), policy.name().version());
            }
            requireNewer(before.name(), policy.name());
            Loosening.first(before, policy).ifPresent(where -> {
                throw new Fault.Refused(
                                "POLICY_LOOSENED",
                                "yaml: " + where
                                        + "; a version may only be stricter; a tenant's override may loosen with an approval",
                                Map.of("field", "yaml", "where", where))
                        .toException();
            });
            Screener screener = screeners.apply(policy);
            RecordedCases.Outcome outcome = cases.tried(screener);
            requireUsable(outcome);
            unit.run(() -> enter(caller, policy.name(), yaml, before.name(), outcome));
            inForce = screener;
        } finally {
            activating.unlock();
        }
        return get(policy.name().policy(), policy.name().version());
    }

    private static void requireNewer(PolicyName before, PolicyName name) {
        if (!name.policy().equals(before.policy())) {
            throw Fault.invalid("POLICY_OTHER_NAME", "yaml", "names " + name.policy() + "; name " + before.policy());
        }
        if (name.version() <= before.version()) {
            throw Fault.invalid(
                    "POLICY_VERSION_NOT_NEWER",
                    "yaml",
                    "is version " + name.version() + "; use one over " + before.version());
        }
    }

    private static void requireUsable(RecordedCases.Outcome outcome) {
        if (outcome.refused() * 100 > outcome.harmless() * REFUSED_OF_HUNDRED_MAX) {
            throw new Fault.Conflict(
                            "POLICY_OVERBLOCKS",
                            "yaml: refuses " + outcome.refused() + " of " + outcome.harmless()
                                    + " harmless recorded cases; at most " + REFUSED_OF_HUNDRED_MAX + " of 100 may be",
                            Map.of(
                                    "field",
                                    "yaml",
                                    "refused",
                                    Integer.toString(outcome.refused()),
                                    "harmless",
                                    Integer.toString(outcome.harmless())))
                    .toException();
        }
    }

    private void enter(Caller caller, PolicyName name, byte[] yaml, PolicyName before, RecordedCases.Outcome outcome) {
        versions.add(name, yaml, clock.instant());
        audit.append(AuditEntry.of(caller, "policy.activated", name.resource(), clock.instant())
                .digest("policy", Digest.parse(name.digest()))
                .transition("", "IN_FORCE")
                .fact("origin", "operator")
                .fact("follows", before.resource())
                .fact("cases_harmful", Integer.toString(outcome.harmful()))
                .fact("cases_missed", Integer.toString(outcome.missed()))
                .fact("cases_harmless", Integer.toString(outcome.harmless()))
                .fact("cases_refused", Integer.toString(outcome.refused())));
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
