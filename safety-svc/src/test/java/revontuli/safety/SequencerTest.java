package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.ledger.Log;
import revontuli.safety.ledger.Publisher;
import revontuli.safety.ledger.Sequencer;
import revontuli.safety.ledger.Stage;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;

/// One sequencer at a time, however many there are; and what it has published stays.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class SequencerTest {
    @Inject
    LogView log;

    @Inject
    Stage stage;

    @Inject
    Log leaves;

    @Inject
    Publisher publisher;

    @Inject
    UnitOfWork unit;

    @Test
    void aSecondSequencerFindsTheSeatTakenAndDoesNothing() {
        try (TestSource source = TestSource.open("trainer-svc")) {
            log.awaitEntered(source);
            assertThat(log.number("""
                    select count(*) from pg_locks where locktype = 'advisory'
                    and (classid::bigint << 32 | objid::bigint) = x'73657175656e6365'::bigint""")).isOne();
        }
    }

    @Test
    void aSequencerWhoseTermIsOverAppendsNothing() {
        long over = unit.run(leaves::beginTerm);
        unit.run(leaves::beginTerm); // a third one took the seat meanwhile

        assertThatThrownBy(() -> unit.run(() -> leaves.lockHead(over))).isInstanceOf(Log.TermOver.class);
        assertThatThrownBy(() -> publisher.publishIfDue(over)).isInstanceOf(Log.TermOver.class);

        // the service's own sequencer finds its term over too, sits down anew, and goes on
        try (TestSource source = TestSource.open("trainer-svc")) {
            log.awaitEntered(source);
        }
        assertThat(log.missing()).isZero();
    }

    @Test
    void aSequencerWithoutTheSeatLeavesTheStageAlone() {
        Sequencer.Seat taken = new Sequencer.Seat() {
            @Override
            public boolean take() {
                return false;
            }

            @Override
            public void leave() {}
        };

        assertThat(new Sequencer(stage, leaves, publisher, taken, unit, 8_192).round())
                .isZero();
    }

    @Test
    void aBatchHasALimit() {
        for (int wrong : new int[] {0, -1, 8_193}) {
            assertThatThrownBy(() -> new Sequencer(stage, leaves, publisher, seatOfNobody(), unit, wrong))
                    .hasMessageContaining("revontuli.safety.ledger.batch-records-max");
        }
    }

    @Test
    void whatIsStagedEntersTheLogInOrderAndTheStageIsEmptyAfter() {
        try (TestSource source = TestSource.open("trainer-svc")) {
            source.sendAll(IntStream.range(0, 600)
                    .mapToObj(_ -> source.act("job.noted", "notes/" + UUID.randomUUID()))
                    .toList());
            log.awaitEntered(source);

            assertThat(log.number("select count(*) from audit_staged where source = ?", source.name()))
                    .isZero();
            assertThat(log.number("""
                    select count(*) from (select index, lag(index) over (order by number) as before
                                          from audit_record where source = ?) as steps
                    where index < before""", source.name())).isZero();
            assertThat(log.missing()).isZero();
            assertThat(log.number(
                            "select (select size / 256 from audit_head) - count(*) from audit_tile where level = 0"))
                    .isZero();
        }
    }

    @Test
    void whileTheLogGrowsCheckpointsFollowIt() {
        try (TestSource source = TestSource.open("trainer-svc")) {
            log.awaitEntered(source);
            long size = log.number("select size from audit_head");

            Eventually.holds(
                    "a checkpoint covers " + size + " leaves",
                    () -> log.number("select coalesce(max(size), 0) from audit_checkpoint") >= size);
        }
    }

    private static Sequencer.Seat seatOfNobody() {
        return new Sequencer.Seat() {
            @Override
            public boolean take() {
                return false;
            }

            @Override
            public void leave() {}
        };
    }
}
