package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Caller;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.ledger.Checkpoints;
import revontuli.safety.ledger.Log;
import revontuli.safety.ledger.LogKey;
import revontuli.safety.ledger.LogKeyBook;
import revontuli.safety.ledger.LogKeyChange;
import revontuli.safety.ledger.Publisher;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.receipt.Receipt;

/// The log goes on with another key in the open, or not at all. Every change is rolled back: the log of the other tests
/// keeps its key.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class LogKeyChangeTest {
    private static final Caller SERVICE = Caller.service("safety-svc");
    private static final SigningKey OLD = LedgerKeys.logKey();
    private static final SigningKey NEW = SigningKey.generate();

    @Inject
    LogKeyBook book;

    @Inject
    Log leaves;

    @Inject
    Checkpoints checkpoints;

    @Inject
    Audit audit;

    @Inject
    UnitOfWork unit;

    private LogKeyChange change(LogKey key) {
        return new LogKeyChange(key, book, audit, unit, InstantSource.system());
    }

    private LogKey key(SigningKey key, @Nullable SigningKey before) {
        return new LogKey(LedgerKeys.ORIGIN, key, Optional.ofNullable(before), book::isAnnounced);
    }

    @Test
    void theKeyOfTheFirstStartIsEnteredAndStays() {
        Eventually.holds(
                "the log's key is entered", () -> unit.run(book::newest).isPresent());

        assertThat(unit.run(book::newest)).contains(OLD.verifyingKey());
        change(key(OLD, null)).open(SERVICE);
    }

    @Test
    void anUnknownKeyWithoutTheOneBeforeStopsTheStart() {
        assertThatThrownBy(() -> change(key(NEW, null)).open(SERVICE))
                .hasMessageContaining("previous-log-key-file")
                .hasMessageContaining(OLD.kid());
        assertThatThrownBy(() -> change(key(NEW, SigningKey.generate())).open(SERVICE))
                .hasMessageContaining("previous-log-key-file");
        assertThat(unit.run(book::newest)).contains(OLD.verifyingKey());
    }

    @Test
    void theOldKeySignsUntilTheAnnouncementIsInTheLog() {
        LogKey key = key(NEW, OLD);

        assertThat(unit.run(() -> key.checkpoint(leaves.head())).isSignedBy(LedgerKeys.ORIGIN, OLD.verifyingKey()))
                .isTrue();
        LogKey later = new LogKey(LedgerKeys.ORIGIN, NEW, Optional.of(OLD), _ -> true);
        assertThat(unit.run(() -> later.checkpoint(leaves.head())).isSignedBy(LedgerKeys.ORIGIN, NEW.verifyingKey()))
                .isTrue();
    }

    @Test
    void rightAfterAChangeACheckpointIsSignedWithTheNewKeyAlthoughTheOldOneCoversAll() {
        Eventually.holds("a checkpoint", () -> unit.run(checkpoints::newest)
                .filter(kept -> kept.size() > 0)
                .isPresent());
        LogKey changed = new LogKey(LedgerKeys.ORIGIN, NEW, Optional.of(OLD), _ -> true);

        Checkpoints.Kept covering = rolledBack(() -> publisher(changed).covering(1));

        assertThat(covering.note().isSignedBy(LedgerKeys.ORIGIN, NEW.verifyingKey()))
                .isTrue();
    }

    @Test
    void aReceiptHasOneKeyEvenWhenTheAnnouncementArrivesWhileItIsMade() {
        AtomicBoolean announced = new AtomicBoolean();
        LogKey changing = new LogKey(LedgerKeys.ORIGIN, NEW, Optional.of(OLD), _ -> announced.get());

        for (SigningKey signer : List.of(OLD, NEW)) {
            Checkpoints.Kept covering = rolledBack(() -> publisher(changing).covering(1));
            announced.set(true);
            Receipt receipt = changing.seal(new Receipt.Body(
                    new Receipt.About("generations/g", LedgerKeys.ORIGIN, covering.size(), Instant.now()),
                    List.of(),
                    List.of(),
                    List.of(),
                    covering.note()));

            assertThat(covering.note().isSignedBy(LedgerKeys.ORIGIN, signer.verifyingKey()))
                    .isTrue();
            assertThat(receipt.seal().isSignedBy(LedgerKeys.ORIGIN + "/receipts", signer.verifyingKey()))
                    .isTrue();
        }
    }

    private Publisher publisher(LogKey key) {
        Publisher.Pace pace = new Publisher.Pace(Duration.ofSeconds(1), Duration.ofMinutes(10));
        return new Publisher(leaves, checkpoints, key, unit, InstantSource.system(), pace);
    }

    /// What work answers; nothing else of it remains.
    private <T> T rolledBack(Supplier<T> work) {
        AtomicReference<T> answer = new AtomicReference<>();
        assertThatThrownBy(() -> unit.run(() -> {
                    answer.set(work.get());
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        return answer.get();
    }

    @Test
    void aChangeWithTheOldKeyIsAnnounced() {
        assertThatThrownBy(() -> unit.run(() -> {
                    change(key(NEW, OLD)).open(SERVICE);
                    assertThat(book.newest()).contains(NEW.verifyingKey());
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        assertThat(unit.run(book::newest)).contains(OLD.verifyingKey());
    }
}
