package revontuli.transparency.statement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.statement.Statement.Kind;
import revontuli.transparency.statement.StatementTrust.Approver;
import revontuli.transparency.statement.StatementTrust.Outcome;
import revontuli.transparency.statement.StatementTrust.Reason;

class StatementTrustTest {
    private static final String AINO = "users/aino";
    private static final String BIBI = "users/bibi";
    private static final String SUBMITTER = "users/operator";
    private final SigningKey aino = key(1);
    private final SigningKey ainoSecond = key(2);
    private final SigningKey bibi = key(3);
    private final SigningKey submitter = key(4);
    private final SigningKey installation = key(5);
    private final StatementTrust trust = new StatementTrust(
            Map.of(
                    aino.kid(), new Approver(AINO, aino.verifyingKey()),
                    ainoSecond.kid(), new Approver(AINO, ainoSecond.verifyingKey()),
                    bibi.kid(), new Approver(BIBI, bibi.verifyingKey()),
                    submitter.kid(), new Approver(SUBMITTER, submitter.verifyingKey())),
            2,
            installation.verifyingKey());
    private final Statement promotion = statement(Kind.PROMOTION, "c");

    @Test
    void twoApproversPromote() {
        StatementBundle bundle = signed(promotion, by(AINO, aino), by(BIBI, bibi));

        assertThat(trust.verify(bundle.bytes(), Kind.PROMOTION))
                .isEqualTo(new Outcome.Accepted(promotion, List.of(AINO, BIBI)));
    }

    @Test
    void oneApproverOrNoneIsNoQuorum() {
        assertThat(reason(signed(promotion, by(AINO, aino)))).isEqualTo(Reason.QUORUM_NOT_REACHED);
        assertThat(reason(signed(promotion))).isEqualTo(Reason.QUORUM_NOT_REACHED);
    }

    @Test
    void onePersonCountsOnceEvenWithTwoKeys() {
        assertThat(reason(signed(promotion, by(AINO, aino), by(AINO, ainoSecond))))
                .isEqualTo(Reason.DUPLICATE_SIGNER);
        assertThat(reason(signed(promotion, by(AINO, aino), by(AINO, aino)))).isEqualTo(Reason.DUPLICATE_SIGNER);
    }

    @Test
    void aKeyCannotSignForAnotherPerson() {
        assertThat(reason(signed(promotion, by(AINO, aino), by(BIBI, ainoSecond))))
                .isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void aStrangersKeyIsUnknown() {
        assertThat(reason(signed(promotion, by(AINO, aino), by("users/x", key(9)))))
                .isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void theSubmitterMayNotApproveEvenPastTheQuorum() {
        StatementBundle bundle = signed(promotion, by(AINO, aino), by(BIBI, bibi), by(SUBMITTER, submitter));

        assertThat(reason(bundle)).isEqualTo(Reason.SUBMITTER_MAY_NOT_APPROVE);
    }

    @Test
    void aDigestChangedAfterApprovalBreaksTheSignatures() {
        StatementBundle approved = signed(promotion, by(AINO, aino), by(BIBI, bibi));
        StatementBundle changed = new StatementBundle(statement(Kind.PROMOTION, "d"), approved.signatures());

        assertThat(reason(changed)).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    void anImportNeedsTheInstallationsOwnKey() {
        Statement statement = shipped();
        StatementBundle bundle = StatementBundle.ofImport(statement, installation);

        assertThat(trust.verify(bundle.bytes(), Kind.IMPORT))
                .isEqualTo(new Outcome.Accepted(statement, List.of(StatementTrust.INSTALLATION)));
        assertThat(reason(trust.verify(StatementBundle.ofImport(statement, aino), Kind.IMPORT)))
                .isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(reason(trust.verify(signed(statement, by(AINO, aino), by(BIBI, bibi)), Kind.IMPORT)))
                .isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(reason(new StatementTrust(Map.of(), 2, null).verify(bundle, Kind.IMPORT)))
                .isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(reason(trust.verify(signed(statement), Kind.IMPORT))).isEqualTo(Reason.QUORUM_NOT_REACHED);
    }

    @Test
    void oneKindNeverPassesForTheOther() {
        assertThat(reason(trust.verify(StatementBundle.ofImport(shipped(), installation), Kind.PROMOTION)))
                .isEqualTo(Reason.WRONG_KIND);
        assertThat(reason(trust.verify(signed(promotion, by(AINO, aino), by(BIBI, bibi)), Kind.IMPORT)))
                .isEqualTo(Reason.WRONG_KIND);
        assertThat(reason(signed(promotion, by(StatementTrust.INSTALLATION, installation))))
                .isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void theBytesAreCanonicalAndComeBack() {
        StatementBundle bundle = signed(promotion, by(AINO, aino));

        assertThat(Statement.parse(promotion.bytes())).isEqualTo(promotion);
        assertThat(StatementBundle.parse(bundle.bytes())).isEqualTo(bundle);
        assertThat(Statement.parse(shipped().bytes())).isEqualTo(shipped());
        assertThat(new String(promotion.bytes(), UTF_8))
                .startsWith("{\"create_time\":\"2026-01-31T12:00:00.000001Z\",\"evaluation_digest\":\"sha256:")
                .contains("\"kind\":\"model.promotion\",\"model\":\"models/aurora/versions/2\",\"model_digest\"");
    }

    @Test
    void anyChangedByteOfABundleIsRefused() {
        byte[] bytes = signed(promotion, by(AINO, aino), by(BIBI, bibi)).bytes();
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;

            assertThat(trust.verify(changed, Kind.PROMOTION)).as("byte %d", i).isInstanceOf(Outcome.Refused.class);
        }
    }

    @Test
    void whatIsNoBundleIsMalformed() {
        String good = new String(signed(promotion, by(AINO, aino)).bytes(), UTF_8);
        for (String text : List.of(
                "",
                "{}",
                "[]",
                good + " ",
                good.replace("model.promotion", "model.other"),
                good.replace("\"job\":\"jobs/1\",", ""),
                good.replace("\"job\"", "\"jab\""),
                good.replace(digest("tokenizer") + "\"", digest("tokenizer") + "\",\"zzz\":\"\""),
                good.replace("\"kid\"", "\"kit\""),
                good.replace("jobs/1", "jobs/\\n"),
                good.replace("2026-01-31T12:00:00.000001Z", "2026-01-31T12:00:00Z"),
                good.replace("2026-01-31", "2026-02-31"),
                good.replace("\"policy_digest\":\"" + digest("policy"), "\"policy_digest\":\""))) {
            assertThat(text).isNotEqualTo(good);
            assertThat(reason(trust.verify(text.getBytes(UTF_8), Kind.PROMOTION)))
                    .as(text)
                    .isEqualTo(Reason.MALFORMED);
        }
    }

    @Test
    void aListedKeyMustBeTheKeyItIsListedAs() {
        Map<String, Approver> crossed = Map.of(bibi.kid(), new Approver(AINO, aino.verifyingKey()));

        assertThatThrownBy(() -> new StatementTrust(crossed, 2, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StatementTrust(Map.of(), 0, null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPromotionNamesEveryDigest() {
        Statement.Subjects some = shipped().digests();

        assertThatThrownBy(
                        () -> new Statement(Kind.PROMOTION, "models/m/versions/1", some, "", SUBMITTER, Instant.EPOCH))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("evaluation_digest");
    }

    private record Signer(String principal, SigningKey key) {}

    private static Signer by(String principal, SigningKey key) {
        return new Signer(principal, key);
    }

    private static StatementBundle signed(Statement statement, Signer... signers) {
        StatementBundle bundle = new StatementBundle(statement, List.of());
        for (Signer signer : signers) {
            bundle = bundle.with(StatementSignature.sign(statement, signer.principal(), signer.key()));
        }
        return bundle;
    }

    private Reason reason(StatementBundle bundle) {
        return reason(trust.verify(bundle, Kind.PROMOTION));
    }

    private static Reason reason(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Refused(var reason, var _) -> reason;
            case Outcome.Accepted(var _, var signers) -> throw new AssertionError("accepted by " + signers);
        };
    }

    private static Statement statement(Kind kind, String modelContent) {
        Statement.Subjects digests = new Statement.Subjects(
                digest(modelContent), digest("tokenizer"), digest("template"), digest("policy"), digest("evaluation"));
        Instant time = Instant.parse("2026-01-31T12:00:00.000001999Z");
        return new Statement(kind, "models/aurora/versions/2", digests, "jobs/1", SUBMITTER, time);
    }

    private static Statement shipped() {
        Statement.Subjects digests = new Statement.Subjects(digest("model"), digest("tokenizer"), null, null, null);
        return new Statement(Kind.IMPORT, "models/aurora/versions/1", digests, "", "services/trainer", Instant.EPOCH);
    }

    private static Digest digest(String content) {
        return Digest.of(content.getBytes(UTF_8));
    }

    private static SigningKey key(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        return SigningKey.ofSeed(seed);
    }
}
