package revontuli.platform.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.json.Json;

/// Refusals are on record soon, repeated ones by their number, and no flood of calls is a flood of records.
class CallRecordsTest {
    private static final Caller ANNA = new Caller("users/anna", "acme", Set.of());

    private final List<AuditEntry> records = new ArrayList<>();
    private boolean full;
    private final CallRecords calls = new CallRecords(
            records::add,
            this::requireRoom,
            new AtOnce(),
            InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z")),
            Duration.ofMinutes(1),
            "some-svc");

    @Test
    void aRefusalIsOnRecordBeforeTheWindowIsOver() {
        calls.refused(ANNA, "a.B/C", "ROLE_MISSING");
        calls.answered(ANNA, "a.B/D");

        calls.write(false);

        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.action()).isEqualTo("call.refused");
            assertThat(record.actor().principal()).isEqualTo("users/anna");
            assertThat(record.actor().tenant()).isEqualTo("acme");
            assertThat(record.facts().members())
                    .containsEntry("method", Json.text("a.B/C"))
                    .containsEntry("reason", Json.text("ROLE_MISSING"))
                    .containsEntry("count", Json.number(1));
        });
    }

    @Test
    void tenThousandRefusalsOfOneKindAreTwoRecordsThatCountThem() {
        calls.refused(null, "a.B/C", "KEY_MISSING");
        calls.write(false);
        for (int i = 0; i < 9_999; i++) {
            calls.refused(null, "a.B/C", "KEY_MISSING");
            calls.write(false);
        }

        calls.write(true);

        assertThat(records).hasSize(2);
        assertThat(counts()).containsExactly(1L, 9_999L);
        assertThat(records).allMatch(record -> record.actor().principal().equals("anonymous"));
        calls.write(true);
        assertThat(records).as("nothing is told twice").hasSize(2);
    }

    @Test
    void kindsBeyondTheLimitAreCountedTogether() {
        for (int i = 0; i < 100_000; i++) {
            calls.refused(new Caller("users/u-" + i, "acme", Set.of()), "a.B/C", "ROLE_MISSING");
        }

        calls.write(true);

        assertThat(records).hasSize(CallRecords.KINDS_MAX + 1);
        assertThat(counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(100_000);
        assertThat(records).anyMatch(record -> record.actor().principal().equals("*"));
    }

    @Test
    void withoutRoomNothingIsWrittenAndNothingForgotten() {
        full = true;
        calls.refused(ANNA, "a.B/C", "OUTBOX_FULL");
        calls.write(false);
        calls.refused(ANNA, "a.B/C", "OUTBOX_FULL");
        calls.write(true);
        assertThat(records).isEmpty();

        full = false;
        calls.write(false);

        assertThat(counts()).containsExactly(2L);
    }

    @Test
    void answersAreCountedAndToldWhenTheWindowIsOver() {
        for (int i = 0; i < 50; i++) {
            calls.answered(ANNA, "a.B/Read");
        }

        calls.write(true);

        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.action()).isEqualTo("call.answered");
            assertThat(record.facts().members()).doesNotContainKey("reason");
        });
        assertThat(counts()).containsExactly(50L);
    }

    private List<Long> counts() {
        return records.stream()
                .map(record -> Long.parseLong(record.facts().text("count")))
                .toList();
    }

    private void requireRoom() {
        if (full) {
            throw new Fault.Exhausted("OUTBOX_FULL", "no room", Map.of()).toException();
        }
    }

    private static final class AtOnce implements UnitOfWork {
        @Override
        public <T> T run(Supplier<T> work) {
            return work.get();
        }
    }
}
