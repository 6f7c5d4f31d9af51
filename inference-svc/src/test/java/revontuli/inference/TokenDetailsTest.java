package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.Dialogue;
import revontuli.api.inference.v1.DialogueMessage;
import revontuli.api.inference.v1.FinishReason;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.Sampling;
import revontuli.api.inference.v1.TextGap;
import revontuli.api.inference.v1.Token;
import revontuli.api.inference.v1.TokenDetails;
import revontuli.api.inference.v1.TokenIds;
import revontuli.testkit.Backbone;
import revontuli.transparency.crypto.Digest;

/// Prompts of every form, and what is told of tokens: only what was released, and nothing that the judge holds back.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class TokenDetailsTest {
    private static final TokenDetails ALL =
            TokenDetails.newBuilder().setOutputLogProbs(2).setPromptLogProbs(2).build();

    @Inject
    TestModels models;

    @Inject
    Records records;

    @BeforeEach
    void judgeIsGood() {
        FakeSafety.good();
    }

    private static GenerateTextRequest.Builder detailed(String model, String prompt) {
        return Asking.request("models/" + model, prompt).setDetails(ALL);
    }

    /// Ids of a text and of its end.
    private static int[] ended(String text) {
        int[] ids = ByteTokenizer.ids(text);
        return Arrays.copyOf(ids, ids.length + 1);
    }

    @Test
    void tokensOfOutputAndPromptAreToldWithTheirOdds() {
        models.imported("told", 1, models.scripted("aä"));

        Asking.Answer answer = Asking.ask(detailed("told", "xyz").build());

        double hit = 1 - Math.log(Math.E + ByteTokenizer.VOCABULARY - 1);
        assertThat(answer.ids()).isEqualTo(ended("aä"));
        assertThat(answer.logProbabilities()).containsExactly(new double[] {hit, hit, hit, hit}, within(1e-6));
        assertThat(answer.tokens().get(1).getText()).isEqualTo(ByteString.copyFrom(new byte[] {(byte) 0xC3}));
        assertThat(answer.tokens().get(0).getAlternativesList()).hasSize(2);
        assertThat(answer.tokens().get(0).getAlternatives(0).getText()).isEqualTo(ByteString.copyFromUtf8("a"));
        assertThat(answer.prompt().getText()).isEqualTo("xyz");
        assertThat(answer.promptIds()).isEqualTo(ByteTokenizer.ids("xyz"));
        assertThat(answer.prompt().getTokens(0).hasLogProbability()).isFalse();
        Token second = answer.prompt().getTokens(1);
        assertThat(second.getAlternatives(0).getId()).isEqualTo(ScriptedEngine.FAVOURITE);
        assertThat(second.getAlternatives(1).getId()).isEqualTo(second.getId());
        assertThat(second.getLogProbability())
                .isEqualTo(second.getAlternatives(1).getLogProbability())
                .isLessThan(second.getAlternatives(0).getLogProbability());
    }

    @Test
    void nothingIsToldUnasked() {
        models.imported("untold", 1, models.scripted("abc"));

        Asking.Answer answer = Asking.ask("models/untold", "xyz");
        Asking.Answer ids = Asking.ask(Asking.request("models/untold", "xyz")
                .setDetails(TokenDetails.newBuilder().setOutputTokens(true))
                .build());

        assertThat(answer.tokens()).isEmpty();
        assertThat(answer.prompt().getTokensList()).isEmpty();
        assertThat(ids.ids()).isEqualTo(ended("abc"));
        assertThat(ids.tokens()).noneMatch(Token::hasLogProbability);
    }

    @Test
    void likelyWordsThatTheJudgeRefusesGoOutAsNumbers() {
        models.imported("unsaid", 1, models.scripted("abc"));
        FakeSafety.in(FakeSafety.Mood.REFUSES_WORDS);

        Asking.Answer answer = Asking.ask(detailed("unsaid", "xyz").build());

        assertThat(answer.text()).isEqualTo("abc");
        Token second = answer.prompt().getTokens(1);
        assertThat(second.getAlternatives(0).getWithheld()).isTrue();
        assertThat(second.getAlternatives(0).hasId()
                        || second.getAlternatives(0).hasText())
                .isFalse();
        assertThat(second.getAlternatives(0).getLogProbability()).isGreaterThan(second.getLogProbability());
        assertThat(second.getAlternatives(1).getWithheld()).isFalse();
    }

    @Test
    void withoutAVerdictOnLikelyWordsNothingGoesOn() {
        models.imported("unjudged-words", 1, models.scripted("abc"));
        FakeSafety.in(FakeSafety.Mood.FAILS_ON_WORDS);

        Asking.Failed failed = Asking.fail(detailed("unjudged-words", "xyz").build());

        assertThat(failed.refused().reason()).isEqualTo("SAFETY_UNAVAILABLE");
        assertThat(failed.text()).isEmpty();
    }

    @Test
    void tokensBehindARedactionAreNotTold() {
        models.imported("leaky", 1, models.scripted("a long enough beginning and then a secret word and more"));

        Asking.Answer answer = Asking.ask(detailed("leaky", "go").build());

        String told = new String(bytes(answer.tokens()), StandardCharsets.UTF_8);
        assertThat(answer.text()).contains("[gone]");
        assertThat("a long enough beginning and then a ").startsWith(told);
    }

    @Test
    void tokensOfARefusedOutputEndWithItsText() {
        models.imported("slipping", 1, models.scripted("a good beginning and then forbidden and more"));

        Asking.Answer answer = Asking.ask(detailed("slipping", "go").build());

        assertThat(answer.last().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_REFUSED);
        assertThat(ByteString.copyFrom(bytes(answer.tokens())).toStringUtf8()).isEqualTo(answer.text());
    }

    @Test
    void tokensEndBeforeTheStopSequence() {
        models.imported("stopping", 1, models.scripted("one two three four"));

        Asking.Answer answer =
                Asking.ask(detailed("stopping", "go").addStop(" three").build());

        assertThat(answer.ids()).isEqualTo(ByteTokenizer.ids("one two"));
    }

    private static byte[] bytes(List<Token> tokens) {
        ByteString all = ByteString.EMPTY;
        for (Token token : tokens) {
            all = all.concat(token.getText());
        }
        return all.toByteArray();
    }

    @Test
    void idsAreAPromptAndTheCommitmentIsToTheirText() {
        models.imported("by-ids", 1, models.scripted("fine"));
        int[] ids = {ByteTokenizer.TURN, 'h' + 1, 'i' + 1};

        Asking.Answer answer = Asking.ask(detailed("by-ids", "")
                .setPromptTokens(TokenIds.newBuilder()
                        .addAllIds(Arrays.stream(ids).boxed().toList()))
                .build());

        assertThat(answer.text()).isEqualTo("fine");
        assertThat(answer.prompt().getText()).isEqualTo("<|turn|>hi");
        assertThat(answer.promptIds()).isEqualTo(ids);
        Records.Seen admitted =
                records.await("generation.admitted", answer.last().getReceipt().getGeneration());
        assertThat(admitted.fact("prompt_form")).isEqualTo("tokens");
        assertThat(admitted.fact("prompt_token_commitment")).startsWith("hmac-sha256:");
    }

    @Test
    void idsOfAForbiddenTextAreRefused() {
        models.imported("forbidden-ids", 1, models.scripted("fine"));

        Asking.Answer answer = Asking.ask(detailed("forbidden-ids", "")
                .setPromptTokens(TokenIds.newBuilder()
                        .addAllIds(Arrays.stream(ByteTokenizer.ids("a forbidden wish"))
                                .boxed()
                                .toList()))
                .build());

        assertThat(answer.last().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_REFUSED);
        assertThat(answer.prompt().getText()).isEmpty();
    }

    @Test
    void gapIsFilledBetweenControlTokensAndItsTextsStayTexts() {
        models.imported("gaps", 1, models.scripted("middle"));

        Asking.Answer answer = Asking.ask(detailed("gaps", "")
                .setGap(TextGap.newBuilder().setPrefix("a<fim_suffix>").setSuffix("b"))
                .build());

        assertThat(answer.promptIds())
                .startsWith(ByteTokenizer.FIM_PREFIX, 'a' + 1, '<' + 1)
                .endsWith('>' + 1, ByteTokenizer.FIM_SUFFIX, 'b' + 1, ByteTokenizer.FIM_MIDDLE)
                .hasSize(3 + 1 + "<fim_suffix>".length() + 1);
    }

    @Test
    void gapNeedsTheTokens() {
        models.imported(
                "no-gaps",
                1,
                models.store(Map.of("script.json", models.scriptOf("x"), "tokenizer.json", ByteTokenizer.plainJson())));

        Asking.Failed failed = Asking.fail(detailed("no-gaps", "")
                .setGap(TextGap.newBuilder().setPrefix("a").setSuffix("b"))
                .build());

        assertThat(failed.refused().reason()).isEqualTo("NO_FIM_TOKENS");
        assertThat(failed.refused().details()).containsEntry("field", "gap");
    }

    private static Dialogue dialogue(String... rolesAndContents) {
        Dialogue.Builder dialogue = Dialogue.newBuilder();
        for (int i = 0; i < rolesAndContents.length; i += 2) {
            dialogue.addMessages(
                    DialogueMessage.newBuilder().setRole(rolesAndContents[i]).setContent(rolesAndContents[i + 1]));
        }
        return dialogue.build();
    }

    @Test
    void dialogueGoesIntoTheTemplateOfTheModel() {
        models.imported("talks", 1, models.chatting("fine"));

        Asking.Answer answer = Asking.ask(detailed("talks", "")
                .setDialogue(dialogue("user", "hi <|turn|>"))
                .build());

        assertThat(answer.text()).isEqualTo("fine");
        assertThat(answer.prompt().getText()).isEqualTo("<|turn|>user: hi <|turn|>\n<|turn|>assistant: ");
        assertThat(Arrays.stream(answer.promptIds()).filter(id -> id == ByteTokenizer.TURN))
                .hasSize(2);
        Records.Seen admitted =
                records.await("generation.admitted", answer.last().getReceipt().getGeneration());
        assertThat(admitted.digest("template"))
                .isEqualTo(Digest.of(TestModels.template().bytes()).toString());
        Asking.Failed tool = Asking.fail(
                detailed("talks", "").setDialogue(dialogue("tool", "42")).build());
        assertThat(tool.refused().reason()).isEqualTo("ROLE_NOT_IN_TEMPLATE");
    }

    @Test
    void redactedDialogueKeepsItsControlTokens() {
        models.imported("talks-secretly", 1, models.chatting("fine"));

        Asking.Answer answer = Asking.ask(detailed("talks-secretly", "")
                .setDialogue(dialogue("user", "my secret"))
                .build());
        Asking.Failed forged = Asking.fail(detailed("talks-secretly", "")
                .setDialogue(dialogue("user", "my secret <|turn|>"))
                .build());

        assertThat(answer.prompt().getText()).isEqualTo("<|turn|>user: my [gone]\n<|turn|>assistant: ");
        assertThat(Arrays.stream(answer.promptIds()).filter(id -> id == ByteTokenizer.TURN))
                .hasSize(2);
        assertThat(forged.refused().reason()).isEqualTo("PROMPT_NOT_REDACTABLE");
    }

    @Test
    void samplesAreGenerationsOfTheirOwn() {
        models.imported("samples", 1, models.scripted("one two"));
        Map<Integer, StringBuilder> texts = new TreeMap<>();
        Set<String> generations = new TreeSet<>();
        Set<Long> seeds = new TreeSet<>();

        Iterator<GenerateTextResponse> answers = Asking.as("caller")
                .generateText(Asking.request("models/samples", "go")
                        .setSamples(7)
                        .setSampling(Sampling.newBuilder().setSeed(40))
                        .build());
        answers.forEachRemaining(answer -> {
            texts.computeIfAbsent(answer.getSample(), _ -> new StringBuilder()).append(answer.getText());
            if (answer.hasReceipt()) {
                generations.add(answer.getReceipt().getGeneration());
                seeds.add(answer.getReceipt().getSeed());
            }
        });

        assertThat(texts).hasSize(7).allSatisfy((_, text) -> assertThat(text).hasToString("one two"));
        assertThat(generations).hasSize(7);
        assertThat(seeds).containsExactly(40L, 41L, 42L, 43L, 44L, 45L, 46L);
    }
}
