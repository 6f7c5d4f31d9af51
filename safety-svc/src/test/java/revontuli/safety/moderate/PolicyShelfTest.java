package revontuli.safety.moderate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.policy.PolicyFile;
import revontuli.safety.policy.PolicyName;
import revontuli.safety.screen.Detector;
import revontuli.safety.screen.RecordedCases;
import revontuli.safety.screen.Screener;

/// What a new version of the policy must be before it takes force.
class PolicyShelfTest {
    private static final Caller OPERATOR = new Caller("users/oona", "demo", Set.of(Role.OPERATOR));
    private static final String SHIPPED = new String(PolicyFile.shippedBytes(), StandardCharsets.UTF_8);
    private static final List<Detector> STAGES = Screener.shippedStages();
    private static final RecordedCases CASES = RecordedCases.shipped();

    private final List<AuditEntry> recorded = new ArrayList<>();
    private final List<PolicyVersion> stored = new ArrayList<>();
    private final UnitOfWork unit = new UnitOfWork() {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }
    };
    private final PolicyShelf shelf = new PolicyShelf(
            new StoredPolicies(),
            policy -> new Screener(policy, STAGES),
            recorded::add,
            unit,
            InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z")));

    @BeforeEach
    void open() {
        shelf.open(Caller.service("safety-svc"), PolicyFile.shippedBytes());
    }

    private PolicyVersion activate(String yaml) {
        return shelf.activate(OPERATOR, yaml.getBytes(StandardCharsets.UTF_8), CASES);
    }

    private static String version(int number) {
        return SHIPPED.replace("version: 1\n", "version: " + number + "\n");
    }

    private String refusal(String yaml) {
        FaultException[] caught = new FaultException[1];
        assertThatExceptionOfType(FaultException.class)
                .isThrownBy(() -> activate(yaml))
                .satisfies(e -> caught[0] = e);
        return caught[0].fault().reason();
    }

    @Test
    void aStricterVersionTakesForceAndIsOnRecordWithItsDryRun() {
        PolicyVersion version =
                activate(version(2).replace("{review: 0.55, block: 0.75}", "{review: 0.5, block: 0.7}"));

        assertThat(shelf.isInForce(version)).isTrue();
        assertThat(shelf.screener().policy().name().version()).isEqualTo(2);
        assertThat(recorded).hasSize(2);
        assertThat(recorded.getLast().action()).isEqualTo("policy.activated");
        assertThat(recorded.getLast().toString()).contains("cases_refused", "policies/default/versions/1");
    }

    @Test
    void theSameBytesAgainChangeNothing() {
        PolicyVersion again = activate(SHIPPED);

        assertThat(shelf.isInForce(again)).isTrue();
        assertThat(recorded).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'version: 2','review: 0.6,','review: 0.7,',POLICY_LOOSENED",
        "'version: 2','{review: 0.6, block: 0.8}','{review: 0.6}',POLICY_LOOSENED",
        "'version: 2','hetu: {prompt: {block: 0.55}}','hetu: {prompt: {redact: 0.55}}',POLICY_LOOSENED",
        "'version: 1','review: 0.6,','review: 0.5,',POLICY_VERSION_NOT_NEWER",
        "'version: 2','name: default','name: other',POLICY_OTHER_NAME",
        "'version: 2','review: 0.6,','review: 0.9,',MALFORMED_POLICY",
        "'version: 2','{review: 0.6, block: 0.8}','{redact: 0.000001, review: 0.00001, block: 0.0001}',POLICY_OVERBLOCKS",
    })
    void whatMayNotTakeForceSaysWhy(String version, String text, String changed, String reason) {
        assertThat(refusal(SHIPPED.replace("version: 1", version).replace(text, changed)))
                .isEqualTo(reason);
        assertThat(shelf.screener().policy().name().version()).isEqualTo(1);
        assertThat(recorded).hasSize(1);
    }

    @Test
    void anEntryForOneLanguageMayNotLoosenEither() {
        String milder = version(2)
                .replace(
                        "    description: Making or using malware",
                        "    languages: {fi: {prompt: {block: 0.95}}}\n    description: Making or using malware");

        assertThat(refusal(milder)).isEqualTo("POLICY_LOOSENED");
    }

    private final class StoredPolicies implements PolicyVersions {
        @Override
        public Optional<PolicyVersion> find(String policy, int version) {
            return stored.stream()
                    .filter(one ->
                            one.name().policy().equals(policy) && one.name().version() == version)
                    .findFirst();
        }

        @Override
        public List<PolicyVersion> list(long before, int count) {
            return stored.reversed().stream().limit(count).toList();
        }

        @Override
        public void add(PolicyName name, byte[] yaml, Instant time) {
            stored.add(new PolicyVersion(stored.size(), name, yaml, time));
        }
    }
}
