package revontuli.safety.moderate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.policy.Action;
import revontuli.safety.policy.Category;
import revontuli.safety.policy.Direction;
import revontuli.safety.policy.OverrideName;
import revontuli.safety.policy.Policy;
import revontuli.safety.policy.PolicyFile;
import revontuli.safety.policy.PolicyName;
import revontuli.safety.screen.Detector;
import revontuli.safety.screen.RecordedCases;
import revontuli.safety.screen.Screener;
import revontuli.testkit.TestCallers;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.statement.LooseningApproval;
import revontuli.transparency.statement.StatementTrust;

/// What a tenant may want otherwise than the policy, and for how long.
class TenantPoliciesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant TOMORROW = NOON.plus(Duration.ofDays(1));
    private static final Caller OPERATOR = new Caller("users/oona", "demo", Set.of(Role.OPERATOR));
    private static final String SHIPPED = new String(PolicyFile.shippedBytes(), StandardCharsets.UTF_8);
    private static final List<Detector> STAGES = Screener.shippedStages();
    private static final RecordedCases CASES = RecordedCases.shipped();
    private static final String STRICTER = override(1, "{review: 0.3, block: 0.5}");
    private static final String MILDER = override(1, "{review: 0.7, block: 0.9}");

    private final List<AuditEntry> recorded = new ArrayList<>();
    private final List<PolicyVersion> versions = new ArrayList<>();
    private final List<PolicyOverride> overrides = new ArrayList<>();
    private final UnitOfWork unit = new UnitOfWork() {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }
    };
    private Instant now = NOON;
    private final PolicyShelf shelf =
            new PolicyShelf(new StoredPolicies(), TenantPoliciesTest::screener, recorded::add, unit, () -> now);
    private TenantPolicies policies = instance();

    private TenantPolicies instance() {
        ApprovalTrust trust = new ApprovalTrust(
                Map.of(
                        kid("approver-a"), approver("approver-a"),
                        kid("approver-b"), approver("approver-b"),
                        kid("oona"), approver("oona")),
                2);
        return new TenantPolicies(
                shelf, new StoredOverrides(), TenantPoliciesTest::screener, trust, recorded::add, unit, () -> now);
    }

    private static String kid(String person) {
        return TestCallers.signingKey(person).kid();
    }

    private static StatementTrust.Approver approver(String person) {
        return new StatementTrust.Approver(
                "users/" + person, TestCallers.signingKey(person).verifyingKey());
    }

    private static Screener screener(Policy policy) {
        return new Screener(policy, STAGES);
    }

    @BeforeEach
    void open() {
        shelf.open(Caller.service("safety-svc"), PolicyFile.shippedBytes());
    }

    private static String override(int version, String cyberAttacks) {
        return """
                schema: revontuli.policy-override.v1
                policy: default
                tenant: demo
                version: %d
                description: What a tenant of a test wants.
                categories:
                  cyber-attacks:
                    prompt: %s
                """.formatted(version, cyberAttacks);
    }

    private static LooseningApproval approval(String tenant, String override, String policy, Instant expires) {
        return new LooseningApproval(
                new LooseningApproval.Subject(tenant, digest(policy), digest(override)),
                "users/oona",
                expires,
                List.of());
    }

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static LooseningApproval signed(LooseningApproval approval, String... people) {
        LooseningApproval signed = approval;
        for (String person : people) {
            signed = signed.signed("users/" + person, TestCallers.signingKey(person));
        }
        return signed;
    }

    private static LooseningApproval good() {
        return signed(approval("demo", MILDER, SHIPPED, TOMORROW), "approver-a", "approver-b");
    }

    private PolicyOverride activate(String yaml, byte[] approval) {
        return policies.activate(OPERATOR, yaml.getBytes(StandardCharsets.UTF_8), approval, CASES);
    }

    private String refusal(String yaml, byte[] approval) {
        return catchThrowableOfType(FaultException.class, () -> activate(yaml, approval))
                .fault()
                .reason();
    }

    private Action action(String tenant, double score) {
        return policies.screener(tenant).policy().action(Category.CYBER_ATTACKS, Direction.PROMPT, "en", "x", score);
    }

    @Test
    void tighteningCountsAtOnceForThisTenantAloneAndIsOnRecord() {
        PolicyOverride entered = activate(STRICTER, new byte[0]);

        assertThat(action("demo", 0.35)).isEqualTo(Action.REVIEW);
        assertThat(action("guest", 0.35)).isEqualTo(Action.ALLOW);
        OverrideName name = policies.screener("demo")
                .screen(Direction.PROMPT, "hello")
                .verdict()
                .grounds()
                .override()
                .orElseThrow();
        assertThat(name.resource()).isEqualTo("policies/default/overrides/demo/versions/1");
        assertThat(name.digest())
                .isEqualTo(digest(STRICTER).toString())
                .isEqualTo(entered.name().digest());
        assertThat(name.loosens()).isFalse();
        assertThat(recorded.getLast().action()).isEqualTo("policy.override_activated");
        assertThat(recorded.getLast().digests()).containsEntry("policy_override", digest(STRICTER));
        assertThat(recorded.getLast().toString()).contains("cases_refused");
    }

    @Test
    void looseningWithoutAnApprovalIsRefusedAndChangesNothing() {
        assertThat(refusal(MILDER, new byte[0])).isEqualTo("POLICY_LOOSENED");
        assertThat(action("demo", 0.65)).isEqualTo(Action.REVIEW);
        assertThat(overrides).isEmpty();
    }

    static Stream<Arguments> badApprovals() {
        LooseningApproval bare = approval("demo", MILDER, SHIPPED, TOMORROW);
        return Stream.of(
                Arguments.of("QUORUM_NOT_REACHED", signed(bare, "approver-a")),
                Arguments.of("DUPLICATE_SIGNER", signed(bare, "approver-a", "approver-a")),
                Arguments.of("UNKNOWN_KEY", signed(bare, "approver-a", "mallory")),
                Arguments.of("UNKNOWN_KEY", bare.signed("users/approver-b", TestCallers.signingKey("approver-a"))),
                Arguments.of("SUBMITTER_MAY_NOT_APPROVE", signed(bare, "approver-a", "oona")),
                Arguments.of("EXPIRED", signed(approval("demo", MILDER, SHIPPED, NOON), "approver-a", "approver-b")),
                Arguments.of(
                        "OTHER_TENANT",
                        signed(approval("guest", MILDER, SHIPPED, TOMORROW), "approver-a", "approver-b")),
                Arguments.of(
                        "OTHER_OVERRIDE",
                        signed(approval("demo", STRICTER, SHIPPED, TOMORROW), "approver-a", "approver-b")),
                Arguments.of(
                        "OTHER_POLICY",
                        signed(approval("demo", MILDER, STRICTER, TOMORROW), "approver-a", "approver-b")),
                Arguments.of(
                        "BAD_SIGNATURE",
                        new LooseningApproval(
                                bare.subject(), bare.submitter(), TOMORROW.plusSeconds(1), good().signatures())));
    }

    @ParameterizedTest
    @MethodSource("badApprovals")
    void approvalThatDoesNotCountSaysWhy(String why, LooseningApproval approval) {
        assertThat(refusal(MILDER, approval.bytes())).isEqualTo("APPROVAL_" + why);
        assertThat(action("demo", 0.65)).isEqualTo(Action.REVIEW);
    }

    @Test
    void bytesThatAreNoApprovalSayWhy() {
        assertThat(refusal(MILDER, "{}".getBytes(StandardCharsets.UTF_8))).isEqualTo("APPROVAL_MALFORMED");
    }

    @Test
    void approvedLooseningCountsUntilItExpires() {
        PolicyOverride entered = activate(MILDER, good().bytes());

        assertThat(action("demo", 0.65)).isEqualTo(Action.ALLOW);
        assertThat(action("demo", 0.75)).isEqualTo(Action.REVIEW);
        assertThat(policies.loosens(entered)).isTrue();
        assertThat(recorded.getLast().toString()).contains("users/approver-a users/approver-b");

        now = TOMORROW;
        assertThat(action("demo", 0.65)).isEqualTo(Action.REVIEW);
        assertThat(policies.loosens(entered)).isFalse();
    }

    @Test
    void approvedLooseningLapsesWithTheVersionItWasSignedFor() {
        activate(MILDER, good().bytes());

        shelf.activate(
                OPERATOR, SHIPPED.replace("version: 1\n", "version: 2\n").getBytes(StandardCharsets.UTF_8), CASES);

        assertThat(action("demo", 0.65)).isEqualTo(Action.REVIEW);
    }

    @Test
    void otherInstancesSeeAnOverrideAtTheirNextLook() {
        TenantPolicies other = policies;
        other.screener("demo");
        policies = instance();
        activate(STRICTER, new byte[0]);
        policies = other;

        assertThat(action("demo", 0.35)).isEqualTo(Action.ALLOW);
        now = NOON.plus(TenantPolicies.LOOK_EVERY);
        assertThat(action("demo", 0.35)).isEqualTo(Action.REVIEW);
    }

    @Test
    void whatIsNotForThisTenantPolicyOrPlaceIsRefused() {
        assertThat(refusal(STRICTER.replace("tenant: demo", "tenant: guest"), new byte[0]))
                .isEqualTo("FOREIGN_TENANT");
        assertThat(refusal(STRICTER.replace("policy: default", "policy: other"), new byte[0]))
                .isEqualTo("POLICY_OTHER_NAME");
        assertThat(refusal(STRICTER.replace("cyber-attacks", "cyber"), new byte[0]))
                .isEqualTo("MALFORMED_OVERRIDE");
        activate(override(3, "{block: 0.5}"), new byte[0]);
        assertThat(refusal(STRICTER, new byte[0])).isEqualTo("OVERRIDE_VERSION_NOT_NEWER");
    }

    private final class StoredPolicies implements PolicyVersions {
        @Override
        public Optional<PolicyVersion> find(String policy, int version) {
            return versions.stream()
                    .filter(one -> one.name().version() == version)
                    .findFirst();
        }

        @Override
        public List<PolicyVersion> list(long before, int count) {
            return versions.reversed().stream().limit(count).toList();
        }

        @Override
        public void add(PolicyName name, byte[] yaml, Instant time) {
            versions.add(new PolicyVersion(versions.size(), name, yaml, time));
        }
    }

    private final class StoredOverrides implements PolicyOverrides {
        @Override
        public Optional<PolicyOverride> newest(String tenant) {
            return overrides.reversed().stream()
                    .filter(one -> one.name().tenant().equals(tenant))
                    .findFirst();
        }

        @Override
        public List<PolicyOverride> after(long position, int count) {
            return overrides.stream()
                    .filter(one -> one.position() > position)
                    .limit(count)
                    .toList();
        }

        @Override
        public void add(OverrideName name, byte[] yaml, byte[] approval, String submitter, Instant time) {
            overrides.add(new PolicyOverride(overrides.size() + 1, name, yaml, approval, submitter, time));
        }
    }
}
