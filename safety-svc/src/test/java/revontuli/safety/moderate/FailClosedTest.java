package revontuli.safety.moderate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.policy.Direction;
import revontuli.safety.policy.PolicyFile;
import revontuli.safety.policy.PolicyName;
import revontuli.safety.screen.Screener;

/// No policy, no room, no record: no verdict.
class FailClosedTest {
    private static final Caller CALLER = new Caller("users/ann", "demo", Set.of(Role.CALLER));
    private static final Moderation.Question QUESTION =
            new Moderation.Question(Direction.PROMPT, "hello", "generations/g", true);
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    private final List<String> recorded = new ArrayList<>();
    private final List<PolicyVersion> stored = new ArrayList<>();
    private boolean databaseAnswers = true;
    private boolean room = true;

    private final UnitOfWork unit = new UnitOfWork() {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }
    };
    private final Admission admission = () -> {
        if (!room) {
            throw new Fault.Exhausted("OUTBOX_FULL", "full", Map.of()).toException();
        }
    };
    private final PolicyShelf shelf =
            new PolicyShelf(new StoredPolicies(), _ -> Screener.shipped(), this::record, unit, CLOCK);
    private final Moderation moderation = new Moderation(
            _ -> shelf.screener(),
            (_, _, _, _) -> {},
            this::record,
            admission,
            (_, _, _, _, _) -> Optional.empty(),
            unit,
            CLOCK);

    @Test
    void withoutAPolicyThereIsNoVerdict() {
        assertThatFault(() -> moderation.judge(CALLER, QUESTION)).isEqualTo("NO_POLICY_IN_FORCE");
        assertThatFault(() -> moderation.judgeAll(CALLER, Direction.PROMPT, List.of("x")))
                .isEqualTo("NO_POLICY_IN_FORCE");
        assertThatFault(() -> moderation.begin(CALLER, Direction.OUTPUT, "generations/g"))
                .isEqualTo("NO_POLICY_IN_FORCE");
    }

    @Test
    void withoutRoomForItsRecordThereIsNoVerdict() {
        open();
        room = false;

        assertThatFault(() -> moderation.judge(CALLER, QUESTION)).isEqualTo("OUTBOX_FULL");
        assertThatFault(() -> moderation.judgeAll(CALLER, Direction.PROMPT, List.of("x")))
                .isEqualTo("OUTBOX_FULL");
        assertThatFault(() -> moderation.begin(CALLER, Direction.OUTPUT, "generations/g"))
                .isEqualTo("OUTBOX_FULL");
    }

    @Test
    void aVerdictThatCannotBeRecordedIsNotGiven() {
        open();
        databaseAnswers = false;

        assertThatIllegalStateException().isThrownBy(() -> moderation.judge(CALLER, QUESTION));
        assertThatIllegalStateException().isThrownBy(() -> moderation.judgeAll(CALLER, Direction.PROMPT, List.of("x")));
    }

    @Test
    void aStreamWhoseEndCannotBeRecordedHasNoLastAnswer() {
        open();
        ModeratedStream stream = moderation.begin(CALLER, Direction.OUTPUT, "generations/g");
        databaseAnswers = false;

        assertThatIllegalStateException().isThrownBy(() -> stream.append("hello", true));
    }

    @Test
    void aStreamThatBeganGoesOnWhenTheRoomIsGone() {
        open();
        ModeratedStream stream = moderation.begin(CALLER, Direction.OUTPUT, "generations/g");
        room = false;

        assertThat(stream.append("hello", true).end()).isPresent();
        assertThat(recorded).containsExactly("policy.activated", "moderation.judged");
    }

    @Test
    void aPolicyEntersOnceAndNeverChangesUnderItsName() {
        open();
        open();
        byte[] other = new String(PolicyFile.shippedBytes(), StandardCharsets.UTF_8)
                .replace("description: Refuses", "description: Always refuses")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(recorded).containsExactly("policy.activated");
        assertThatIllegalStateException()
                .isThrownBy(() -> shelf.open(Caller.service("safety-svc"), other))
                .withMessageContaining("give a changed policy a new version number");
    }

    private void open() {
        shelf.open(Caller.service("safety-svc"), PolicyFile.shippedBytes());
    }

    private void record(AuditEntry entry) {
        if (!databaseAnswers) {
            throw new IllegalStateException("the database is away");
        }
        recorded.add(entry.action());
    }

    private static org.assertj.core.api.AbstractStringAssert<?> assertThatFault(Runnable act) {
        FaultException[] caught = new FaultException[1];
        assertThatExceptionOfType(FaultException.class).isThrownBy(act::run).satisfies(e -> caught[0] = e);
        return assertThat(caught[0].fault().reason());
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
