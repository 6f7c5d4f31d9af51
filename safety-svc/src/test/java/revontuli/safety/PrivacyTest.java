package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.EraseSubjectRequest;
import revontuli.api.safety.v1.EraseSubjectResponse;
import revontuli.api.safety.v1.Hold;
import revontuli.api.safety.v1.ListHoldsRequest;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.PlaceHoldRequest;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.api.safety.v1.PrivacyServiceGrpc.PrivacyServiceBlockingStub;
import revontuli.api.safety.v1.ReleaseHoldRequest;
import revontuli.platform.caller.Caller;
import revontuli.platform.tx.UnitOfWork;
import revontuli.safety.moderate.Opening;
import revontuli.safety.privacy.Erasure;
import revontuli.safety.privacy.MasterKey;
import revontuli.safety.privacy.Owner;
import revontuli.safety.privacy.RetentionClass;
import revontuli.safety.privacy.SealedCommitments;
import revontuli.safety.privacy.Vault;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Commitment;

/// What opens commitments: sealed, destroyed on request, kept under a hold, expired by its class.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class PrivacyTest {
    private static final String TEXT = "Revontulet loistavat.";

    @Inject
    LogView log;

    @Inject
    SealedCommitments commitments;

    @Inject
    Vault vault;

    @Inject
    Erasure erasure;

    @Inject
    UnitOfWork unit;

    private final String subject = "generations/" + UUID.randomUUID();

    @Test
    void aSaltIsKeptUnderTheKeyOfItsSubjectAndOpensTheCommitment() {
        ModerateTextResponse answer = moderate();

        List<Opening> kept = unit.run(() -> commitments.about(subject, "demo", 10));

        assertThat(kept).hasSize(1);
        assertThat(kept.getFirst().salt()).isEqualTo(answer.getSalt().toByteArray());
        assertThat(kept.getFirst().commitment())
                .isEqualTo(Commitment.to(answer.getSalt().toByteArray(), TEXT.getBytes(StandardCharsets.UTF_8)));
        assertThat(log.number(
                        "select count(*) from commitment where subject = ? and salt is null and sealed is not null",
                        subject))
                .isOne();
        assertThat(log.number(
                        "select count(*) from commitment where subject = ? and position(? in sealed) > 0",
                        subject,
                        answer.getSalt().toByteArray()))
                .isZero();
        assertThat(unit.run(() -> commitments.about(subject, "other", 10))).isEmpty();
    }

    @Test
    void withAnotherMasterKeyNothingOpens() {
        moderate();
        SealedCommitments thief = new SealedCommitments(vault, new MasterKey(new byte[32]), RetentionClass.STANDARD);

        assertThatThrownBy(() -> unit.run(() -> thief.about(subject, "demo", 10)))
                .hasMessageContaining("does not open");
    }

    @Test
    void erasureDestroysKeyAndSaltsAndIsARecord() {
        String first = moderate().getCommitment();
        String second = moderate().getCommitment();

        EraseSubjectResponse erased = privacy("operator").eraseSubject(wish());

        assertThat(erased.getCommitmentsList()).containsExactlyInAnyOrder(first, second);
        assertThat(log.number("select count(*) from data_key where subject = ?", subject))
                .isZero();
        assertThat(log.number("select count(*) from commitment where subject = ?", subject))
                .isZero();
        log.awaitCount(
                1,
                "action = 'subject.erased' and subject = ? and position(? in convert_from(leaf, 'UTF8')) > 0"
                        + " and position('gdpr-art-17' in convert_from(leaf, 'UTF8')) > 0",
                erased.getName(),
                first);
        log.awaitCount(2, "action = 'moderation.judged' and subject = ?", subject);
        assertReason(() -> privacy("operator").eraseSubject(wish()), "NO_SUCH_SUBJECT");
    }

    @Test
    void nobodyErasesWhatIsOfAnotherTenantButAnAuditor() {
        moderate();

        assertReason(() -> privacy("guest").eraseSubject(wish()), "NO_SUCH_SUBJECT");
        assertReason(() -> privacy("caller").eraseSubject(wish()), "ROLE_MISSING");
        assertThat(privacy("auditor").eraseSubject(wish()).getCommitmentsCount())
                .isOne();
    }

    @Test
    void aHoldForbidsErasureUntilItIsReleased() {
        moderate();
        Hold hold = privacy("auditor")
                .placeHold(PlaceHoldRequest.newBuilder()
                        .setTenant("demo")
                        .setSubject(subject)
                        .setReason("case 7")
                        .build());

        assertReason(() -> privacy("operator").eraseSubject(wish()), "LEGAL_HOLD");
        assertReason(() -> privacy("auditor").eraseSubject(wish()), "LEGAL_HOLD");
        assertReason(
                () -> privacy("operator")
                        .releaseHold(ReleaseHoldRequest.newBuilder()
                                .setName(hold.getName())
                                .build()),
                "ROLE_MISSING");
        assertThat(privacy("auditor")
                        .listHolds(ListHoldsRequest.getDefaultInstance())
                        .getHoldsList())
                .contains(hold);
        privacy("auditor")
                .releaseHold(
                        ReleaseHoldRequest.newBuilder().setName(hold.getName()).build());
        assertThat(privacy("operator").eraseSubject(wish()).getCommitmentsCount())
                .isOne();
        assertReason(
                () -> privacy("auditor")
                        .releaseHold(ReleaseHoldRequest.newBuilder()
                                .setName(hold.getName())
                                .build()),
                "NO_SUCH_HOLD");
        log.awaitCount(1, "action = 'hold.placed' and subject = ?", hold.getName());
        log.awaitCount(1, "action = 'hold.released' and subject = ?", hold.getName());
    }

    @Test
    void whatIsTooOldExpiresByItsClassUnlessItIsHeld() {
        Instant now = Instant.now();
        String standard = kept(
                RetentionClass.STANDARD,
                now.minus(RetentionClass.STANDARD.time()).minusSeconds(60));
        String young = kept(
                RetentionClass.STANDARD,
                now.minus(RetentionClass.STANDARD.time()).plusSeconds(600));
        String tenYears = kept(
                RetentionClass.LONG, now.minus(RetentionClass.STANDARD.time()).minusSeconds(60));
        String held = kept(
                RetentionClass.STANDARD,
                now.minus(RetentionClass.STANDARD.time()).minusSeconds(60));
        Hold hold = privacy("auditor")
                .placeHold(PlaceHoldRequest.newBuilder()
                        .setTenant("demo")
                        .setSubject(held)
                        .setReason("case 8")
                        .build());

        while (erasure.expire(Caller.service("safety-svc")) > 0) {
            // until nothing is too old
        }

        assertThat(isKept(standard)).isFalse();
        assertThat(isKept(young)).isTrue();
        assertThat(isKept(tenYears)).isTrue();
        assertThat(isKept(held)).isTrue();
        log.awaitCount(1, "action = 'subject.expired' and position(? in convert_from(leaf, 'UTF8')) > 0", standard);
        privacy("auditor")
                .releaseHold(
                        ReleaseHoldRequest.newBuilder().setName(hold.getName()).build());
    }

    @Test
    void aWishWithoutSubjectReasonOrBasisIsRefused() {
        assertReason(
                () -> privacy("operator")
                        .eraseSubject(wish().toBuilder().setSubject("").build()),
                "MALFORMED_NAME");
        assertReason(
                () -> privacy("operator")
                        .eraseSubject(wish().toBuilder().setReason("a\nb").build()),
                "REASON_MISSING");
        assertReason(
                () -> privacy("operator")
                        .eraseSubject(
                                wish().toBuilder().setReason("x".repeat(501)).build()),
                "REASON_MISSING");
        assertReason(
                () -> privacy("operator")
                        .eraseSubject(
                                wish().toBuilder().setLegalBasis("Art. 17").build()),
                "LEGAL_BASIS_MISSING");
        assertReason(
                () -> privacy("auditor")
                        .placeHold(
                                PlaceHoldRequest.newBuilder().setTenant("demo").build()),
                "BAD_HOLD");
    }

    @Test
    void unitsThatMakeTheKeyOfASubjectAtTheSameTimeGetTheSameKey() throws Exception {
        Owner owner = new Owner("demo", subject);
        byte[] first = new byte[60];
        byte[] second = new byte[60];
        second[0] = 1;
        FutureTask<byte[]> later = new FutureTask<>(() -> unit.run(() -> key(owner, second)));

        unit.run(() -> {
            assertThat(key(owner, first)).isEqualTo(first);
            Thread.ofVirtual().start(later);
            Eventually.holds("the other unit waits for this one", () -> log.number("""
                            select count(*) from pg_locks
                            where not granted and transactionid = pg_current_xact_id()::xid""") > 0);
        });

        assertThat(later.get()).isEqualTo(first);
        assertThat(unit.run(() -> key(owner, second))).isEqualTo(first);
    }

    private byte[] key(Owner owner, byte[] wrappedIfNew) {
        return vault.keyOf(owner, wrappedIfNew, RetentionClass.STANDARD, Instant.now());
    }

    private String kept(RetentionClass retention, Instant time) {
        Owner owner = new Owner("demo", "generations/" + UUID.randomUUID());
        unit.run(() -> vault.keyOf(owner, new byte[60], retention, time));
        return owner.subject();
    }

    private boolean isKept(String kept) {
        return log.number("select count(*) from data_key where subject = ?", kept) == 1;
    }

    private ModerateTextResponse moderate() {
        return ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .moderateText(ModerateTextRequest.newBuilder()
                        .setText(TEXT)
                        .setDirection(Direction.DIRECTION_PROMPT)
                        .setSubject(subject)
                        .setCommit(true)
                        .build());
    }

    private EraseSubjectRequest wish() {
        return EraseSubjectRequest.newBuilder()
                .setSubject(subject)
                .setReason("the person asked for it")
                .setLegalBasis("gdpr-art-17")
                .build();
    }

    private static PrivacyServiceBlockingStub privacy(String who) {
        return PrivacyServiceGrpc.newBlockingStub(Grpc.as(who));
    }

    private static void assertReason(Supplier<?> call, String reason) {
        assertThat(Grpc.refusedBy(call).reason()).isEqualTo(reason);
    }
}
