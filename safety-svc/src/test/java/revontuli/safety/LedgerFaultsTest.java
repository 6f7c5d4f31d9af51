package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.failpoint.SeededBug;
import revontuli.platform.tx.LastWrites;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.ledger.Checkpoints;
import revontuli.safety.ledger.Log;
import revontuli.safety.moderate.Moderation;
import revontuli.safety.policy.Direction;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.history.ActHistory;
import revontuli.transparency.history.HistoryCheck;
import revontuli.transparency.record.SealedRecord;

/// Acts under load while every named point fails three times: nothing is lost, doubled or out of order. Then the same
/// checks with one seeded bug after the other: each must be noticed.
///
/// With a database of its own, which is damaged at the end.
@QuarkusTest
@QuarkusTestResource(
        value = Backbone.class,
        initArgs = {@ResourceArg(name = "service", value = "safety"), @ResourceArg(name = "for", value = "faults")})
@QuarkusTestResource(LedgerKeys.class)
@TestProfile(LedgerFaultsTest.LogOfItsOwn.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LedgerFaultsTest {
    /// A stack of its own, after the tests that share one: seeded bugs spoil the log.
    public static final class LogOfItsOwn implements QuarkusTestProfile {}

    private static final Logger LOG = Logger.getLogger(LedgerFaultsTest.class);
    private static final Caller CALLER = new Caller("users/caller", "demo", Set.of(Role.CALLER));
    private static final int CLIENTS = 4;
    private static final int TIMES = 3;
    private static final int ACTS_OF_A_SUBJECT = 5;
    private static final Duration POINT_LIMIT = Duration.ofSeconds(20);
    private static final Duration LOAD = Duration.ofMillis(700);
    private static final Duration NOTICED = Duration.ofMillis(2_500);

    @Inject
    LogView log;

    @Inject
    Moderation moderation;

    @Inject
    Audit audit;

    @Inject
    UnitOfWork unit;

    @Inject
    LastWrites last;

    @Inject
    Log leaves;

    @Inject
    Checkpoints checkpoints;

    private final ActHistory history = new ActHistory();
    private final HistoryCheck check = new HistoryCheck("moderation.judged", "commitment");
    private long read;
    private long lostForGood;

    @AfterEach
    void disarm() {
        Failpoint.disarm();
        SeededBug.switchOff();
    }

    @Test
    @Order(1)
    void everyPointMayFailThreeTimesAndNothingIsLost() throws InterruptedException {
        try (Load load = new Load()) {
            for (Failpoint point : Failpoint.values()) {
                if (point == Failpoint.CONSUMER_REBALANCED) { // a consumer that begins anew is given its partitions
                    Failpoint.armToThrow(Failpoint.CONSUMER_POLLED, 1);
                    Eventually.holds("a consumer begins anew", () -> Failpoint.passed() >= 1);
                }
                Failpoint.armToThrow(point, TIMES);
                Eventually.holds(point + " fails " + TIMES + " times", () -> Failpoint.passed() >= TIMES);
                Failpoint.disarm();
            }
            load.end();
        }
        HistoryCheck.Result result = settled(POINT_LIMIT);

        assertThat(result.isClean()).as(result.toString()).isTrue();
        assertThat(result.acknowledged()).isGreaterThan(50);
        assertThat(log.missing()).isZero();
        assertThat(newestCheckpointIsOfThisLog()).isTrue();
        LOG.infof(
                "failpoints %d, each failing %d times: %d acts acknowledged, %d unknown, 0 lost, doubled or unordered",
                Failpoint.values().length, TIMES, result.acknowledged(), result.unknown());
    }

    @Test
    @Order(2)
    void everySeededBugIsNoticed() throws InterruptedException {
        assertThat(noticed(null)).as("without a bug").isEmpty();
        Map<SeededBug, String> noticed = new EnumMap<>(SeededBug.class);
        for (SeededBug bug : SeededBug.values()) {
            noticed.put(bug, noticed(bug));
        }
        LOG.info("seeded bugs: " + noticed);
        System.out.println("mutants caught "
                + noticed.values().stream().filter(how -> !how.isEmpty()).count() + "/" + SeededBug.values().length);
        assertThat(noticed)
                .allSatisfy((bug, how) -> assertThat(how).as(bug.id()).isNotEmpty());
    }

    /// What is noticed while the bug is on; empty if nothing.
    private String noticed(@Nullable SeededBug bug) throws InterruptedException {
        HistoryCheck.Result before = settled(POINT_LIMIT);
        if (bug != null) {
            SeededBug.switchOn(bug);
        }
        String directly;
        try (Load load = new Load()) {
            Thread.sleep(LOAD);
            directly = bug == null ? "" : provoke(bug);
            load.end();
        }
        HistoryCheck.Result after = settled(NOTICED);
        boolean otherTree = !newestCheckpointIsOfThisLog();
        SeededBug.switchOff();
        if (after.lost() > before.lost()) {
            mend();
        }
        String byHistory = after.lost() == before.lost()
                        && after.doubled() == before.doubled()
                        && after.unordered() == before.unordered()
                        && after.broken() == before.broken()
                ? ""
                : "history ";
        return byHistory + (otherTree ? "checkpoint " : "") + directly;
    }

    private String provoke(SeededBug bug) throws InterruptedException {
        switch (bug) {
            case SEALER_CLAIMS_BY_CURSOR -> commitLate();
            case CONSUMER_COMMITS_FIRST -> {
                Failpoint.armToThrow(Failpoint.CONSUMER_POLLED, 1);
                Eventually.holds("a consumer fails", () -> Failpoint.passed() >= 1);
                Failpoint.disarm();
            }
            case LEDGER_TAKES_GAPS -> {
                try (TestSource source = TestSource.open("trainer-svc")) {
                    source.next(source.act("job.noted", "notes/missing"));
                    source.send(source.next(source.act("job.noted", "notes/after")));
                    log.awaitCount(2, "source = ?", source.name()); // its first one and the one behind the gap
                }
            }
            case LEDGER_TAKES_ANY_SIGNATURE -> {
                return takesForged() ? "signature" : "";
            }
            case SEQUENCER_IGNORES_TERM -> {
                return worksInAnOldTerm() ? "term" : "";
            }
            case CHECKPOINT_OF_ANOTHER_TREE -> {
                awaitNextCheckpoint(); // it may have been begun before
                awaitNextCheckpoint();
            }
            default -> {
                // the load is enough
            }
        }
        return "";
    }

    /// An act whose record has an early position and is committed after later ones.
    private void commitLate() throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        String subject = "generations/" + UUID.randomUUID();
        String mark = UUID.randomUUID().toString();
        Thread late = Thread.ofVirtual().start(() -> {
            unit.run(() -> {
                audit.append(AuditEntry.of(CALLER, "moderation.judged", subject, Instant.now())
                        .fact("commitment", mark));
                last.write(); // it has its position now
                written.countDown();
                pause(Duration.ofMillis(600));
            });
            history.acknowledged(subject, mark);
        });
        written.await();
        late.join();
    }

    private boolean takesForged() throws InterruptedException {
        try (TestSource source = TestSource.open("trainer-svc")) {
            SealedRecord right = source.next(source.act("job.noted", "notes/forged"));
            SealedRecord forged = SealedRecord.seal(right.record(), SigningKey.generate());
            source.send(forged);
            Thread.sleep(NOTICED);
            return log.count("leaf_hash = ?", forged.leafHash().value()) > 0;
        }
    }

    private boolean worksInAnOldTerm() {
        long over = unit.run(leaves::beginTerm);
        unit.run(leaves::beginTerm);
        try {
            unit.run(() -> leaves.lockHead(over));
            return true;
        } catch (Log.TermOver _) {
            return false;
        }
    }

    private void awaitNextCheckpoint() {
        long before = newestCheckpointSize();
        Eventually.holds("another checkpoint", () -> newestCheckpointSize() > before);
    }

    private long newestCheckpointSize() {
        return unit.run(checkpoints::newest).map(kept -> kept.size()).orElse(0L);
    }

    private boolean newestCheckpointIsOfThisLog() {
        return unit.run(checkpoints::newest)
                .map(kept -> log.root(kept.size()).equals(kept.root()))
                .orElse(true);
    }

    /// Waits until every acknowledged act is in the log, or for as long as may be.
    private HistoryCheck.Result settled(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        HistoryCheck.Result result = check.against(history);
        do {
            SortedMap<Long, byte[]> more = log.leavesFrom(read);
            more.values().forEach(leaf -> check.follow(SealedRecord.parse(leaf)));
            read = more.isEmpty() ? read : more.lastKey() + 1;
            result = check.against(history);
            Thread.sleep(50);
        } while (result.lost() > lostForGood && System.nanoTime() - end < 0);
        return result;
    }

    /// After a bug that loses a record of this service, its later ones are refused for the gap. They are lost for good;
    /// the next bug begins behind them.
    private void mend() throws InterruptedException {
        Thread.sleep(500); // what is on its way is refused by then
        log.execute("""
                update ledger_source set last_number = greatest(last_number,
                    (select coalesce(max(last_number), 0) from audit_source where audit_source.source = ledger_source.source))""");
        String subject = "generations/" + UUID.randomUUID();
        moderation.judge(CALLER, new Moderation.Question(Direction.PROMPT, "Mended.", subject, true));
        log.awaitCount(1, "subject = ?", subject);
        lostForGood = settled(Duration.ZERO).lost();
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Clients that act, one act after another on subjects of their own.
    private final class Load implements AutoCloseable {
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean running = true;

        Load() {
            for (int i = 0; i < CLIENTS; i++) {
                threads.add(Thread.ofVirtual().start(this::run));
            }
        }

        private void run() {
            while (running) {
                String subject = "generations/" + UUID.randomUUID();
                for (int act = 0; act < ACTS_OF_A_SUBJECT && running; act++) {
                    act(subject);
                }
            }
        }

        private void act(String subject) {
            try {
                Moderation.Moderated moderated = moderation.judge(
                        CALLER, new Moderation.Question(Direction.PROMPT, "The northern lights.", subject, true));
                history.acknowledged(
                        subject, moderated.opening().orElseThrow().commitment().toString());
                pause(Duration.ofMillis(5));
            } catch (RuntimeException _) {
                history.unknown(subject);
                pause(Duration.ofMillis(20));
            }
        }

        void end() throws InterruptedException {
            running = false;
            for (Thread thread : threads) {
                thread.join();
            }
        }

        @Override
        public void close() {
            running = false;
        }
    }
}
