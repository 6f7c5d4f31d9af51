package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.Dialogue;
import revontuli.api.inference.v1.DialogueMessage;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.Receipt;
import revontuli.api.inference.v1.Replay;
import revontuli.api.inference.v1.ReplayGenerationRequest;
import revontuli.api.inference.v1.Sampling;
import revontuli.api.inference.v1.TextGap;
import revontuli.api.inference.v1.TokenDetails;
import revontuli.api.inference.v1.TokenIds;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// A generation that is run again: the same tokens, another token and where, or why it cannot be run. Every outcome is
/// a record.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class ReplayTest {
    private static final String SAID = "Revontulet palavat, 日本語 🙂.";

    @Inject
    TestModels models;

    @Inject
    Records records;

    @BeforeEach
    void theLogHoldsWhatIsRecorded() {
        FakeSafety.good();
        FakeLog.holds(records::leaves);
    }

    @Test
    void theSameTokensComeAgainAndTheOutcomeIsOnRecord() {
        models.imported("again", 1, models.scripted(SAID));
        Receipt receipt = generated("models/again", "hello");

        Replay replay = replay("caller", receipt, "hello");

        assertThat(replay.getOutcome()).as(replay.getMessage()).isEqualTo(Replay.Outcome.OUTCOME_BIT_EQUAL);
        assertThat(replay.getEqualTokenCount()).isEqualTo(SAID.getBytes(StandardCharsets.UTF_8).length);
        assertThat(replay.getEngine()).isEqualTo("scripted/test");
        Records.Seen seen = records.await("generation.replayed", receipt.getGeneration());
        assertThat(seen.fact("outcome")).isEqualTo("bit-equal");
        assertThat(seen.digest("begin_leaf"))
                .isEqualTo(SealedRecord.parse(
                                records.leaves(receipt.getGeneration()).getFirst())
                        .leafHash()
                        .toString());
        assertThat(seen.digest("end_leaf")).startsWith("sha256:");
        assertThat(replay("auditor", receipt, "hello").getOutcome()).isEqualTo(Replay.Outcome.OUTCOME_BIT_EQUAL);
    }

    @Test
    void promptsOfEveryFormAndABiasAreOpenedAndComeAgain() {
        models.imported("forms", 1, models.chatting(SAID));
        GenerateTextRequest.Builder plain = Asking.request("models/forms", "")
                .setDetails(TokenDetails.newBuilder().setPromptTokens(true))
                .setSampling(Sampling.newBuilder()
                        .setMinP(0.1f)
                        .setPresencePenalty(0.7f)
                        .setFrequencyPenalty(-0.3f)
                        .putLogitBias(7, 1.5f)
                        .putLogitBias(9, -100));
        for (GenerateTextRequest request : List.of(
                plain.clone()
                        .setPromptTokens(
                                TokenIds.newBuilder().addIds(ByteTokenizer.TURN).addIds(98))
                        .build(),
                plain.clone()
                        .setGap(TextGap.newBuilder().setPrefix("a").setSuffix("b"))
                        .build(),
                plain.clone()
                        .setDialogue(Dialogue.newBuilder()
                                .addMessages(DialogueMessage.newBuilder()
                                        .setRole("user")
                                        .setContent("hi")))
                        .build())) {
            Asking.Answer answer = Asking.ask(request);
            Receipt receipt = answer.last().getReceipt();
            records.awaitCount(receipt.getGeneration(), 2);
            List<byte[]> leaves = records.leaves(receipt.getGeneration());
            FakeLog.holds(_ -> leaves); // read once, so that the log answers in time on a busy machine
            ReplayGenerationRequest.Builder again = ReplayGenerationRequest.newBuilder()
                    .setGeneration(receipt.getGeneration())
                    .setPrompt(answer.prompt().getText())
                    .setSalt(receipt.getPrompt().getSalt())
                    .setPromptTokens(TokenIds.newBuilder()
                            .addAllIds(Arrays.stream(answer.promptIds()).boxed().toList()))
                    .putAllLogitBias(request.getSampling().getLogitBiasMap());

            Replay replay = Asking.as("caller").replayGeneration(again.build());

            assertThat(replay.getOutcome()).as(replay.getMessage()).isEqualTo(Replay.Outcome.OUTCOME_BIT_EQUAL);
            assertThat(wrongField(again.clone().clearPromptTokens())).isEqualTo("prompt_tokens");
            assertThat(wrongField(again.clone().putLogitBias(9, -99))).isEqualTo("logit_bias");
            Json.Fields sampling = records.await("generation.admitted", receipt.getGeneration())
                    .facts()
                    .fields("sampling");
            assertThat(sampling.text("min_p")).isEqualTo("0.1");
            assertThat(sampling.text("presence_penalty")).isEqualTo("0.7");
            assertThat(sampling.text("frequency_penalty")).isEqualTo("-0.3");
            assertThat(sampling.text("logit_biases")).isEqualTo("2");
        }
    }

    private static String wrongField(ReplayGenerationRequest.Builder request) {
        Grpc.Refused refused = Grpc.refusedBy(() -> Asking.as("caller").replayGeneration(request.build()));
        assertThat(refused.reason()).isEqualTo("WRONG_OPENING");
        return refused.details().getOrDefault("field", "");
    }

    @Test
    void anotherTokenIsNamedByItsPlace() {
        models.imported("differs", 1, models.scripted(SAID));
        Receipt receipt = generated("models/differs", "hello");
        FakeLog.holds(subject -> records.leaves(subject).stream()
                .map(leaf -> changed(leaf, "token_trail", trail -> spoiled(trail, 6)))
                .toList());

        Replay replay = replay("caller", receipt, "hello");

        assertThat(replay.getOutcome()).isEqualTo(Replay.Outcome.OUTCOME_DIVERGED);
        assertThat(replay.getDivergedAt()).isEqualTo(6);
        assertThat(replay.getEqualTokenCount()).isEqualTo(5);
        assertThat(records.await("generation.replayed", receipt.getGeneration()).fact("diverged_at"))
                .isEqualTo("6");
    }

    @Test
    void anEarlierEndIsADivergenceToo() {
        models.imported("shorter", 1, models.scripted("abc"));
        models.imported("longer", 1, models.scripted("abcdef"));
        Receipt shorter = generated("models/shorter", "hello");
        Receipt longer = generated("models/longer", "hello");
        // the model that says less is asked to say what the other one said
        FakeLog.holds(subject -> records.leaves(longer.getGeneration()).stream()
                .map(leaf -> renamed(leaf, shorter.getGeneration()))
                .map(leaf -> like(leaf, records.leaves(shorter.getGeneration()).getFirst()))
                .toList());

        Replay replay = replay(
                "caller", shorter.toBuilder().setPrompt(longer.getPrompt()).build(), "hello");

        assertThat(replay.getOutcome()).as(replay.getMessage()).isEqualTo(Replay.Outcome.OUTCOME_DIVERGED);
        assertThat(replay.getDivergedAt()).isEqualTo(4);
    }

    @Test
    void whatCannotBeRunSaysWhy() {
        models.imported("why", 1, models.scripted("all of it is secret talk"));
        Receipt redacted = generated("models/why", "hello");
        assertNotReplayable(redacted, "hello", "OUTPUT_WITHHELD");
        assertNotReplayable(generated("models/why", "my secret"), "my secret", "PROMPT_REDACTED");
        assertNotReplayable(generated("models/why", "forbidden"), "forbidden", "NOTHING_GENERATED");

        models.imported("plain", 1, models.scripted("plain"));
        Receipt plain = generated("models/plain", "hello");
        FakeLog.holds(subject -> records.leaves(subject).stream()
                .map(leaf -> changed(leaf, "engine", _ -> "another/engine"))
                .toList());
        assertNotReplayable(plain, "hello", "ENGINE_DIFFERS");
        FakeLog.holds(subject -> records.leaves(subject).stream()
                .map(leaf -> changed(leaf, "model", _ -> "models/plain/versions/7"))
                .toList());
        assertNotReplayable(plain, "hello", "MODEL_NOT_PROMOTED");
        FakeLog.holds(subject -> records.leaves(subject).subList(0, 1));
        assertNotReplayable(plain, "hello", "NOT_ENDED");
    }

    @Test
    void wrongOpeningsForeignersAndASilentLogAreRefused() {
        models.imported("mine", 1, models.scripted(SAID));
        Receipt receipt = generated("models/mine", "hello");

        assertThat(Grpc.refusedBy(() -> replay("caller", receipt, "hallo")).reason())
                .isEqualTo("WRONG_OPENING");
        assertThat(Grpc.refusedBy(() -> replay("guest", receipt, "hello")).reason())
                .isEqualTo("NO_SUCH_GENERATION");
        assertThat(Grpc.refusedBy(() -> replay(
                                "caller",
                                receipt.toBuilder().setGeneration("models/x").build(),
                                "hello"))
                        .reason())
                .isEqualTo("MALFORMED_NAME");
        assertThat(Grpc.refusedBy(() -> Asking.as("caller")
                                .replayGeneration(ReplayGenerationRequest.newBuilder()
                                        .setGeneration(receipt.getGeneration())
                                        .setPrompt("hello")
                                        .setSalt(ByteString.copyFromUtf8("short"))
                                        .build()))
                        .reason())
                .isEqualTo("MALFORMED_SALT");
        FakeLog.isDown();
        assertThat(Grpc.refusedBy(() -> replay("caller", receipt, "hello")).reason())
                .isEqualTo("EVIDENCE_UNAVAILABLE");
    }

    private void assertNotReplayable(Receipt receipt, String prompt, String reason) {
        Replay replay = replay("caller", receipt, prompt);
        assertThat(replay.getOutcome()).as(replay.getMessage()).isEqualTo(Replay.Outcome.OUTCOME_NOT_REPLAYABLE);
        assertThat(replay.getReason()).as(replay.getMessage()).isEqualTo(reason);
        Eventually.holds("a record of " + reason, () -> records.about(receipt.getGeneration()).stream()
                .anyMatch(seen -> seen.action().equals("generation.replayed")
                        && seen.fact("reason").equals(reason)));
    }

    private Receipt generated(String model, String prompt) {
        GenerateTextRequest request = Asking.request(model, prompt).build();
        Receipt receipt = Asking.ask(request).last().getReceipt();
        records.awaitCount(receipt.getGeneration(), prompt.equals("forbidden") ? 1 : 2);
        return receipt;
    }

    private static Replay replay(String who, Receipt receipt, String prompt) {
        return Asking.as(who)
                .replayGeneration(ReplayGenerationRequest.newBuilder()
                        .setGeneration(receipt.getGeneration())
                        .setPrompt(prompt)
                        .setSalt(receipt.getPrompt().getSalt())
                        .build());
    }

    private static String spoiled(String trail, int place) {
        byte[] steps = Base64.getDecoder().decode(trail);
        steps[2 * place - 1] ^= (byte) 1;
        return Base64.getEncoder().encodeToString(steps);
    }

    private static byte[] changed(byte[] leaf, String fact, UnaryOperator<String> change) {
        AuditRecord record = SealedRecord.parse(leaf).record();
        Json.Fields facts = record.event().facts();
        if (!facts.members().containsKey(fact)) {
            return leaf;
        }
        return sealed(
                record,
                record.event().subject(),
                record.event().digests(),
                facts.with(fact, change.apply(facts.text(fact))));
    }

    private static byte[] renamed(byte[] leaf, String subject) {
        AuditRecord record = SealedRecord.parse(leaf).record();
        AuditEvent.Subject old = record.event().subject();
        return sealed(
                record,
                new AuditEvent.Subject(subject, old.number(), old.stateBefore(), old.stateAfter()),
                record.event().digests(),
                record.event().facts());
    }

    /// The leaf with the model and digests of another one.
    private static byte[] like(byte[] leaf, byte[] other) {
        AuditRecord record = SealedRecord.parse(leaf).record();
        AuditEvent model = SealedRecord.parse(other).record().event();
        return sealed(
                record,
                record.event().subject(),
                model.digests(),
                record.event().facts().with("model", model.facts().text("model")));
    }

    private static byte[] sealed(
            AuditRecord record, AuditEvent.Subject subject, SortedMap<String, Digest> digests, Json.Fields facts) {
        AuditEvent event = record.event();
        return SealedRecord.seal(
                        new AuditRecord(
                                record.source(),
                                record.number(),
                                new AuditEvent(
                                        event.id(),
                                        event.writer(),
                                        event.act(),
                                        subject,
                                        event.times(),
                                        digests,
                                        facts)),
                        SigningKey.generate())
                .leaf();
    }
}
