package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.inference.TestModels.Stored;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.testkit.TestCallers;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementSignature;
import revontuli.transparency.statement.StatementTrust;

/// Only what this service verified itself is served; an event proves nothing.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class PromotionTest {
    @Inject
    TestModels models;

    @Inject
    Records records;

    @Inject
    ArtifactStore artifacts;

    @BeforeEach
    void judgeIsGood() {
        FakeSafety.good();
    }

    @Test
    void newVersionIsServedAfterTwoPeopleSigned() {
        models.imported("grows", 1, models.scripted("old"));
        assertThat(Asking.ask("models/grows", "which").text()).isEqualTo("old");
        Stored stored = models.scripted("new");
        String name = "models/grows/versions/2";

        models.announce(
                TestModels.PROMOTED,
                name,
                stored.model(),
                models.bundle(models.signed(models.promotion(name, stored), "approver-a", "approver-b")));

        models.awaitServed(name);
        assertThat(Asking.ask("models/grows", "which").text()).isEqualTo("new");
        assertThat(Asking.ask("models/grows/versions/1", "which").text()).isEqualTo("old");
        Records.Seen verified = records.await("promotion.verified", name);
        assertThat(verified.all()).contains("users/approver-a").contains("users/approver-b");
        assertThat(verified.digest("statement")).startsWith("sha256:");
        assertThat(records.actions(name)).isEqualTo(List.of("promotion.verified", "model.loaded"));
    }

    @Test
    void oneSignatureIsNoQuorum() {
        refusedPromotion("one", "QUORUM_NOT_REACHED", "approver-a");
    }

    @Test
    void oneKeyTwiceIsOnePerson() {
        refusedPromotion("twice", "DUPLICATE_SIGNER", "approver-a", "approver-a");
    }

    @Test
    void submitterCannotApprove() {
        String name = "models/own/versions/1";
        Stored stored = models.scripted("x");
        Statement statement = new Statement(
                Statement.Kind.PROMOTION,
                name,
                models.promotion(name, stored).digests(),
                "jobs/j1",
                "users/approver-a",
                Instant.parse("2026-11-25T12:00:00Z"));

        refused(name, stored, models.signed(statement, "approver-a", "approver-b"), "SUBMITTER_MAY_NOT_APPROVE");
    }

    @Test
    void unknownKeyCountsForNothing() {
        refusedPromotion("unknown-key", "UNKNOWN_KEY", "approver-a", "operator");
    }

    @Test
    void anotherPersonsNameOnAKeyIsRefused() {
        String name = "models/borrowed/versions/1";
        Stored stored = models.scripted("x");
        Statement statement = models.promotion(name, stored);
        StatementBundle bundle = models.signed(statement, "approver-a")
                .with(StatementSignature.sign(statement, "users/approver-b", TestCallers.signingKey("approver-a")));

        refused(name, stored, bundle, "UNKNOWN_KEY");
    }

    @Test
    void forgedSignatureIsRefused() {
        String name = "models/forged/versions/1";
        Stored stored = models.scripted("x");
        Statement other = models.promotion("models/forged/versions/2", stored);
        StatementBundle bundle = new StatementBundle(
                models.promotion(name, stored),
                models.signed(other, "approver-a", "approver-b").signatures());

        refused(name, stored, bundle, "BAD_SIGNATURE");
    }

    @Test
    void digestChangedAfterApprovalIsRefused() {
        String name = "models/swapped/versions/1";
        StatementBundle bundle =
                models.signed(models.promotion(name, models.scripted("approved")), "approver-a", "approver-b");

        refused(name, models.scripted("another"), bundle, "WRONG_DIGEST");
    }

    @Test
    void statementOnAnotherVersionIsRefused() {
        Stored stored = models.scripted("x");
        StatementBundle bundle =
                models.signed(models.promotion("models/other/versions/1", stored), "approver-a", "approver-b");

        refused("models/moved/versions/1", stored, bundle, "WRONG_MODEL");
    }

    @Test
    void anotherTokenizerThanSignedForIsRefused() {
        String name = "models/tok/versions/1";
        Stored stored = models.scripted("x");
        Stored lying = new Stored(stored.model(), Digest.of(new byte[] {7}));

        refused(
                name,
                stored,
                models.signed(models.promotion(name, lying), "approver-a", "approver-b"),
                "WRONG_TOKENIZER");
    }

    @Test
    void importByAnyOtherKeyIsRefused() {
        String name = "models/foreign/versions/1";
        Stored stored = models.scripted("x");
        Statement statement = models.importOf(name, stored).statement();
        StatementBundle bundle = new StatementBundle(
                statement,
                List.of(StatementSignature.sign(
                        statement, StatementTrust.INSTALLATION, TestCallers.signingKey("operator"))));

        models.announce(TestModels.IMPORTED, name, stored.model(), models.bundle(bundle));

        assertThat(records.await("promotion.rejected", name).fact("reason")).isEqualTo("UNKNOWN_KEY");
        assertThat(models.isServed(name)).isFalse();
    }

    @Test
    void importCannotPassForAPromotion() {
        String name = "models/kinds/versions/1";
        Stored stored = models.scripted("x");

        refused(name, stored, models.importOf(name, stored), "WRONG_KIND");
    }

    @Test
    void bundleThatIsNotThereIsRefused() {
        String name = "models/nothing/versions/1";
        Stored stored = models.scripted("x");

        models.announce(TestModels.PROMOTED, name, stored.model(), Digest.of(new byte[] {9}));

        assertThat(records.await("promotion.rejected", name).fact("reason")).isEqualTo("NO_SUCH_ARTIFACT");
    }

    @Test
    void bundleOfOtherBytesIsMalformed() {
        String name = "models/junk/versions/1";
        Stored stored = models.scripted("x");

        models.announce(
                TestModels.PROMOTED,
                name,
                stored.model(),
                models.put("{\"statement\":{}}".getBytes(StandardCharsets.UTF_8)));

        assertThat(records.await("promotion.rejected", name).fact("reason")).isEqualTo("MALFORMED");
    }

    @Test
    void manifestChangedOnDiskIsRefused() throws IOException {
        String name = "models/bent/versions/1";
        Stored stored = models.scripted("to be changed on disk");
        Path file = artifacts.path(stored.model());
        Files.writeString(file, Files.readString(file).replace("script.json", "scripX.json"));

        refused(
                name,
                stored,
                models.signed(models.promotion(name, stored), "approver-a", "approver-b"),
                "DIGEST_MISMATCH");
    }

    @Test
    void manifestThatIsNoneIsRefused() {
        String name = "models/nomanifest/versions/1";
        Digest junk = models.put("{\"files\":[]}".getBytes(StandardCharsets.UTF_8));
        Stored stored = new Stored(junk, Digest.of(new byte[] {3}));

        refused(name, stored, models.signed(models.promotion(name, stored), "approver-a", "approver-b"), "MALFORMED");
    }

    @Test
    void eventThatIsNoneGoesToTheDeadLetters() {
        TopicProbe.sendEvent(
                TestModels.TOPIC, "models/dead/versions/1", TestModels.PROMOTED, new byte[] {(byte) 0xFF, 1});

        TopicProbe.Seen dead = TopicProbe.await(
                TestModels.TOPIC + ".dead.inference-svc", seen -> seen.key().equals("models/dead/versions/1"));
        assertThat(dead.header("dead-letter-reason")).isEqualTo("MALFORMED_EVENT");
        assertThat(dead.value()).isEqualTo(new byte[] {(byte) 0xFF, 1});
    }

    @Test
    void revokedVersionIsNotServedAnyMore() {
        Stored stored = models.scripted("bad");
        String name = models.imported("revoked", 1, stored);

        models.revoke(name, stored.model(), "approver-a", TestCallers.signingKey("approver-a"));

        records.await("model.unloaded", name);
        Grpc.Refused exact = Asking.fail(Asking.request(name, "hello").build()).refused();
        Grpc.Refused newest =
                Asking.fail(Asking.request("models/revoked", "hello").build()).refused();
        assertThat(List.of(exact.reason(), newest.reason())).isEqualTo(List.of("MODEL_REVOKED", "MODEL_REVOKED"));
        assertThat(exact.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(records.actions(name))
                .isEqualTo(List.of("promotion.verified", "model.loaded", "revocation.verified", "model.unloaded"));
    }

    @Test
    void revocationUncoversTheVersionBefore() {
        models.imported("falls-back", 1, models.scripted("first"));
        Stored second = models.scripted("second");
        String name = models.imported("falls-back", 2, second);

        models.revoke(name, second.model(), "approver-b", TestCallers.signingKey("approver-b"));

        records.await("model.unloaded", name);
        models.awaitServed("models/falls-back/versions/1");
        assertThat(Asking.ask("models/falls-back", "which").text()).isEqualTo("first");
    }

    @Test
    void revocationByNobodyOfRightsCountsForNothing() {
        Stored stored = models.scripted("stays");
        String name = models.imported("stays", 1, stored);

        models.revoke(name, stored.model(), "operator", TestCallers.signingKey("operator"));

        assertThat(records.await("revocation.rejected", name).fact("reason")).isEqualTo("BAD_SIGNATURE");
        assertThat(Asking.ask("models/stays", "hello").text()).isEqualTo("stays");
    }

    @Test
    void versionThatCannotBeLoadedIsToldAndNotServed() {
        String name = "models/broken/versions/1";
        Stored stored = models.store(
                Map.of("config.json", "{}".getBytes(StandardCharsets.UTF_8), "tokenizer.json", ByteTokenizer.json()));

        models.announce(TestModels.IMPORTED, name, stored.model(), models.bundle(models.importOf(name, stored)));

        Records.Seen failed = records.await("model.load-failed", name);
        assertThat(failed.fact("reason")).isNotEmpty();
        Grpc.Refused refused =
                Asking.fail(Asking.request(name, "hello").build()).refused();
        assertThat(refused.reason()).isEqualTo("MODEL_NOT_LOADED");
    }

    private void refusedPromotion(String model, String reason, String... people) {
        String name = "models/" + model + "/versions/1";
        Stored stored = models.scripted("x");
        refused(name, stored, models.signed(models.promotion(name, stored), people), reason);
    }

    private void refused(String name, Stored stored, StatementBundle bundle, String reason) {
        models.announce(TestModels.PROMOTED, name, stored.model(), models.bundle(bundle));

        assertThat(records.await("promotion.rejected", name).fact("reason")).isEqualTo(reason);
        assertThat(models.isServed(name)).isFalse();
        assertThat(Asking.fail(Asking.request(name, "hello").build()).refused().reason())
                .isEqualTo("NO_SUCH_MODEL");
    }
}
