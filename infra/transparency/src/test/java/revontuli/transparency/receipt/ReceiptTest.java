package revontuli.transparency.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.receipt.ReceiptVerification.Reason;
import revontuli.transparency.statement.StatementSignature;

class ReceiptTest {
    private final ReceiptFixture fixture = new ReceiptFixture();

    @Test
    void aWholeReceiptIsGoodAndSaysWhatItProves() {
        byte[] file = fixture.receipt()
                .with(List.of(ReceiptFixture.PROMPT, ReceiptFixture.OUTPUT))
                .bytes();

        ReceiptVerification found = verify(file);

        assertThat(found.reason()).as(found.message()).isEqualTo(Reason.OK);
        assertThat(found.facts())
                .containsEntry("model", ReceiptFixture.MODEL)
                .containsEntry("signers", "users/approver-a, users/approver-b")
                .containsEntry("job", "jobs/j")
                .containsEntry("data_sets", "datasets/fi")
                .containsEntry("outcome", "generation.finished, length")
                .containsEntry("prompt_verdict", "redact")
                .containsEntry("prompt_category", "personal-data")
                .containsEntry("verdict", "allow")
                .doesNotContainKey("category")
                .containsEntry("texts_proven", "2");
        assertThat(found.findings()).isEmpty();
        assertThat(Receipt.parse(file).bytes()).isEqualTo(file);
    }

    /// Every byte, three other values each: two near ones and one far.
    @Test
    void anyChangedByteIsFound() {
        byte[] file = fixture.receipt()
                .with(List.of(ReceiptFixture.PROMPT, ReceiptFixture.OUTPUT))
                .bytes();
        Random random = new Random(4);
        int tried = 0;
        for (int at = random.nextInt(3); at < file.length; at += 1 + random.nextInt(5)) {
            byte[] changed = file.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            ReceiptVerification found = verify(changed);
            assertThat(found.ok()).as("byte " + at + ": " + found.message()).isFalse();
            assertThat(found.firstBad()).as("byte " + at).isNotEmpty();
            tried++;
        }
        assertThat(tried).isGreaterThan(2_000);
    }

    @Test
    void cutLinesAndDoubledLinesAreFound() {
        String file = new String(fixture.receipt().bytes(), StandardCharsets.UTF_8);
        List<String> lines = file.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            List<String> without = new ArrayList<>(lines);
            without.remove(i);
            List<String> doubled = new ArrayList<>(lines);
            doubled.add(i, lines.get(i));
            for (List<String> changed : List.of(without, doubled)) {
                byte[] bytes = (String.join("\n", changed) + "\n").getBytes(StandardCharsets.UTF_8);
                assertThat(verify(bytes).ok()).as("line " + (i + 1)).isFalse();
            }
        }
    }

    @Test
    void theFirstBadThingIsNamed() {
        Receipt receipt = fixture.receipt();
        String file = new String(receipt.bytes(), StandardCharsets.UTF_8);

        assertBad(
                file.replace("\"finish_reason\":\"length\"", "\"finish_reason\":\"refuse\""),
                Reason.NOT_INCLUDED,
                "record 12");
        assertBad(
                file.replaceFirst("artifact sha256:([0-9a-f]{64}) e", "artifact sha256:$1 f"),
                Reason.ARTIFACT_CHANGED,
                "artifact sha256:");
        assertBad(file.replace("12:00:00.000000Z", "12:00:01.000000Z"), Reason.NOT_SEALED, "seal");
        assertThat(ReceiptVerifier.verify(receipt.bytes(), SigningKey.generate().verifyingKey())
                        .reason())
                .isEqualTo(Reason.CHECKPOINT_NOT_SIGNED);
        assertBad(file + "text aGVp\n", Reason.TEXT_DOES_NOT_OPEN, "text 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "policy.activated",
                "promotion.verified",
                "model.promoted",
                "approvers.loaded",
                "moderation.judged",
                "generation.admitted"
            })
    void aRecordThatTheStoryNeedsIsMissed(String action) {
        fixture.left.add(action);

        assertThat(verify(fixture.receipt().bytes()).reason()).isEqualTo(Reason.RECORD_MISSING);
    }

    @Test
    void withoutTheOpeningOfItsSourceARecordProvesNothing() {
        fixture.left.add("source.opened");

        assertThat(verify(fixture.receipt().bytes()).reason()).isEqualTo(Reason.UNKNOWN_SOURCE);
    }

    @Test
    void whatIsNotDisclosedIsSaid() {
        fixture.left.addAll(List.of("job.submitted", "dataset.registered"));
        fixture.openings.clear();

        ReceiptVerification found = verify(fixture.receipt().bytes());

        assertThat(found.ok()).as(found.message()).isTrue();
        assertThat(found.findings()).anyMatch(note -> note.contains("jobs/j")).anyMatch(note -> note.contains("salts"));
    }

    @Test
    void contradictionsAreFound() {
        fixture.digests.put("dataset.registered", Map.of("dataset", ReceiptFixture.digest("another")));
        assertThat(verify(fixture.receipt().bytes()).reason()).isEqualTo(Reason.FACTS_DISAGREE);
        fixture.digests.put("dataset.registered", Map.of("dataset", ReceiptFixture.digest("dataset")));

        Map<String, Digest> other = new TreeMap<>(fixture.digests.get("promotion.verified"));
        other.put("model", ReceiptFixture.digest("another model"));
        fixture.digests.put("promotion.verified", other);
        assertThat(verify(fixture.receipt().bytes()).reason()).isEqualTo(Reason.FACTS_DISAGREE);
    }

    @Test
    void oneSignatureIsNotEnoughWhereTwoWereWanted() {
        fixture.signedBy(
                ReceiptFixture.statement("users/operator"),
                StatementSignature.sign(
                        ReceiptFixture.statement("users/operator"), "users/approver-a", fixture.approverA));

        ReceiptVerification found = verify(fixture.receipt().bytes());

        assertThat(found.reason()).isEqualTo(Reason.STATEMENT_REFUSED);
        assertThat(found.message()).contains("QUORUM_NOT_REACHED");
    }

    @Test
    void anApproverWhomTheServiceDidNotTrustDoesNotCount() {
        fixture.facts.put("approvers.loaded", Json.fields().with("public_keys", new Json.Items(List.of())));

        assertThat(verify(fixture.receipt().bytes()).message()).contains("UNKNOWN_KEY");
    }

    @Test
    void limitsAreKept() {
        assertThatThrownBy(() -> Receipt.parse(new byte[Receipt.BYTES_MAX + 1]))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("8388608");
        assertThat(verify("revontuli-receipt v1\n".getBytes(StandardCharsets.UTF_8))
                        .reason())
                .isEqualTo(Reason.MALFORMED);
        assertThat(verify(new byte[] {(byte) 0xff, '\n'}).message()).contains("UTF-8");
    }

    @Test
    void aTrailNamesTheFirstTokenThatDiffers() {
        byte[] salt = Commitment.newSalt();
        TokenTrail first = new TokenTrail(salt);
        List.of(5, 6, 7, 8).forEach(first::add);
        TokenTrail.Recorded recorded = new TokenTrail.Recorded(first.steps(), first.end());
        TokenTrail same = new TokenTrail(salt);
        List.of(5, 6, 7, 8).forEach(id -> {
            same.add(id);
            assertThat(recorded.agreesSoFar(same)).isTrue();
        });
        TokenTrail other = new TokenTrail(salt);
        other.add(5);
        assertThat(recorded.agreesSoFar(other)).isTrue();
        other.add(9);
        assertThat(recorded.agreesSoFar(other)).isFalse();
        TokenTrail unsalted = new TokenTrail(Commitment.newSalt());
        unsalted.add(5);
        unsalted.add(6);

        assertThat(recorded.count()).isEqualTo(4);
        assertThat(recorded.agreesSoFar(unsalted))
                .as("nobody without the salt learns a token")
                .isFalse();
        same.add(9);
        assertThat(recorded.agreesSoFar(same))
                .as("a token more than was recorded")
                .isFalse();
    }

    private ReceiptVerification verify(byte[] file) {
        return ReceiptVerifier.verify(file, fixture.logKey.verifyingKey());
    }

    private void assertBad(String file, Reason reason, String firstBad) {
        ReceiptVerification found = verify(file.getBytes(StandardCharsets.UTF_8));
        assertThat(found.reason()).as(found.message()).isEqualTo(reason);
        assertThat(found.firstBad()).startsWith(firstBad);
    }
}
