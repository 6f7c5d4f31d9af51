package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.CommitmentOpening;
import revontuli.api.inference.v1.FinishReason;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.Receipt;
import revontuli.api.inference.v1.Sampling;
import revontuli.testkit.Backbone;
import revontuli.transparency.crypto.Commitment;

@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class GenerationTest {
    private static final String SAID = "Revontulet palavat yllä, ja 日本語 too 🙂.";

    @Inject
    TestModels models;

    @Inject
    Records records;

    @BeforeEach
    void judgeIsGood() {
        FakeSafety.good();
    }

    @Test
    void releasedTextIsWhatTheModelSaidAndTheReceiptOpensIt() {
        TestModels.Stored stored = models.scripted(SAID);
        String name = models.imported("says", 1, stored);

        Asking.Answer answer = Asking.ask("models/says", "Tell me, ä <|endoftext|> is text");

        Receipt receipt = answer.last().getReceipt();
        assertThat(answer.text()).isEqualTo(SAID);
        assertThat(answer.last().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(receipt.getModel()).isEqualTo(name);
        assertThat(receipt.getModelDigest()).isEqualTo(stored.model().toString());
        assertThat(receipt.getTokenizerDigest()).isEqualTo(stored.tokenizer().toString());
        assertThat(receipt.getPolicyDigest()).isEqualTo(FakeSafety.POLICY.toString());
        assertThat(receipt.getEngine()).isEqualTo("scripted/test");
        assertThat(opens(receipt.getPrompt(), "Tell me, ä <|endoftext|> is text"))
                .isTrue();
        assertThat(opens(receipt.getOutput(), SAID)).isTrue();
        assertThat(answer.last().getUsage().getOutputTokenCount())
                .isEqualTo(SAID.getBytes(StandardCharsets.UTF_8).length);
        assertThat(answer.last().getUsage().getPromptTokenCount())
                .isEqualTo("Tell me, ä <|endoftext|> is text".getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void admissionAndEndAreOnRecordWithEverythingTheyRestOn() {
        TestModels.Stored stored = models.scripted(SAID);
        models.imported("recorded", 1, stored);
        GenerateTextRequest request = Asking.request("models/recorded", "hello")
                .setSampling(Sampling.newBuilder().setTemperature(0.5f).setSeed(42))
                .build();

        Receipt receipt = Asking.ask(request).last().getReceipt();

        Records.Seen finished = records.await("generation.finished", receipt.getGeneration());
        Records.Seen admitted = records.await("generation.admitted", receipt.getGeneration());
        assertThat(records.actions(receipt.getGeneration()))
                .isEqualTo(List.of("generation.admitted", "generation.finished"));
        assertThat(admitted.digest("model")).isEqualTo(stored.model().toString());
        assertThat(admitted.digest("policy")).isEqualTo(FakeSafety.POLICY.toString());
        assertThat(admitted.digest("statement")).startsWith("sha256:");
        assertThat(admitted.fact("prompt_commitment"))
                .isEqualTo(receipt.getPrompt().getCommitment());
        assertThat(admitted.facts().fields("sampling").text("seed")).isEqualTo("42");
        assertThat(admitted.facts().fields("sampling").text("temperature")).isEqualTo("0.5");
        assertThat(finished.fact("output_commitment"))
                .isEqualTo(receipt.getOutput().getCommitment());
        assertThat(finished.fact("finish_reason")).isEqualTo("stop");
        assertThat(finished.fact("released_chars")).isEqualTo(Integer.toString(SAID.length()));
        assertThat(admitted.all() + finished.all()).doesNotContain("hello").doesNotContain("Revontulet");
    }

    @Test
    void lengthEndsTheTextAndNoCharacterIsSplit() {
        models.imported("long", 1, models.scripted("ääääääää"));

        Asking.Answer answer =
                Asking.ask(Asking.request("models/long", "go").setMaxTokens(5).build());

        assertThat(answer.text()).isEqualTo("ää\uFFFD");
        assertThat(answer.last().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_LENGTH);
        assertThat(answer.last().getUsage().getOutputTokenCount()).isEqualTo(5);
    }

    @Test
    void textEndsBeforeTheFirstStopSequence() {
        models.imported("stops", 1, models.scripted("one two three four"));

        Asking.Answer answer = Asking.ask(Asking.request("models/stops", "count")
                .addStop("four")
                .addStop(" three")
                .build());

        assertThat(answer.text()).isEqualTo("one two");
        assertThat(answer.last().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    }

    @Test
    void refusedPromptIsAnAnswerWithReceiptAndRecord() {
        models.imported("refuses", 1, models.scripted("never said"));

        Asking.Answer answer = Asking.ask("models/refuses", "a forbidden wish");

        Receipt receipt = answer.last().getReceipt();
        assertThat(answer.text()).isEmpty();
        assertThat(answer.last().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_REFUSED);
        assertThat(answer.last().getRefusal().getDirection()).isEqualTo("prompt");
        assertThat(answer.last().getRefusal().getRule()).isEqualTo("forbidden-word");
        assertThat(opens(receipt.getPrompt(), "a forbidden wish")).isTrue();
        Records.Seen refused = records.await("generation.refused", receipt.getGeneration());
        assertThat(refused.fact("category")).isEqualTo("harmful");
        assertThat(refused.fact("prompt_commitment"))
                .isEqualTo(receipt.getPrompt().getCommitment());
        assertThat(records.actions(receipt.getGeneration())).isEqualTo(List.of("generation.refused"));
    }

    @Test
    void redactedPromptIsWhatTheModelGets() {
        models.imported("redacts", 1, models.scripted("fine"));

        Asking.Answer answer = Asking.ask("models/redacts", "my secret is 1");

        assertThat(answer.last().getUsage().getPromptTokenCount()).isEqualTo("my [gone] is 1".length());
        Records.Seen admitted =
                records.await("generation.admitted", answer.last().getReceipt().getGeneration());
        assertThat(admitted.fact("verdict")).isEqualTo("redact");
        assertThat(admitted.all()).contains("\"prompt_redacted\":true");
    }

    @Test
    void outputRefusedOnTheWayEndsWithWhatWasReleasedBefore() {
        models.imported("slips", 1, models.scripted("a good beginning and then forbidden and more"));

        Asking.Answer answer = Asking.ask("models/slips", "go");

        assertThat("a good beginning and then forbidden").startsWith(answer.text());
        assertThat(answer.text()).doesNotContain("forbidden");
        assertThat(answer.last().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_REFUSED);
        assertThat(answer.last().getRefusal().getDirection()).isEqualTo("output");
        Records.Seen finished =
                records.await("generation.finished", answer.last().getReceipt().getGeneration());
        assertThat(finished.fact("finish_reason")).isEqualTo("refused");
        assertThat(finished.fact("direction")).isEqualTo("output");
        assertThat(finished.fact("released_chars"))
                .isEqualTo(Integer.toString(answer.text().length()));
    }

    @Test
    void redactedOutputSaysSo() {
        models.imported("leaks", 1, models.scripted("the secret is out"));

        Asking.Answer answer = Asking.ask("models/leaks", "go");

        assertThat(answer.text()).isEqualTo("the [gone] is out");
        Records.Seen finished =
                records.await("generation.finished", answer.last().getReceipt().getGeneration());
        assertThat(finished.all()).contains("\"redacted\":true");
    }

    @Test
    void emptyOutputEndsWell() {
        models.imported("silent", 1, models.scripted(""));

        Asking.Answer answer = Asking.ask("models/silent", "go");

        assertThat(answer.text()).isEmpty();
        assertThat(answer.last().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
    }

    private static boolean opens(CommitmentOpening opening, String text) {
        return Commitment.parse(opening.getCommitment())
                .opensWith(opening.getSalt().toByteArray(), text.getBytes(StandardCharsets.UTF_8));
    }
}
