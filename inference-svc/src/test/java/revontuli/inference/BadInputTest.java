package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import revontuli.api.inference.v1.Dialogue;
import revontuli.api.inference.v1.DialogueMessage;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.Lane;
import revontuli.api.inference.v1.ListModelsRequest;
import revontuli.api.inference.v1.LoadCandidateRequest;
import revontuli.api.inference.v1.Sampling;
import revontuli.api.inference.v1.ScoreTextRequest;
import revontuli.api.inference.v1.TextGap;
import revontuli.api.inference.v1.TokenDetails;
import revontuli.api.inference.v1.TokenIds;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.testkit.TestCallers;

/// Bad input is refused with a reason that names the field.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class BadInputTest {
    @Inject
    TestModels models;

    @BeforeEach
    void aModelIsServed() {
        FakeSafety.good();
        if (!models.isServed("models/bad-input/versions/1")) {
            models.imported("bad-input", 1, models.scripted("ok"));
        }
    }

    static Stream<Arguments> wrongFields() {
        return Stream.of(
                wrong("model", "MALFORMED_NAME", r -> r.setModel("")),
                wrong("model", "MALFORMED_NAME", r -> r.setModel("models/UPPER")),
                wrong("model", "MALFORMED_NAME", r -> r.setModel("models/x/versions/0")),
                wrong("prompt", "PROMPT_EMPTY", r -> r.setPrompt("")),
                wrong("prompt", "PROMPT_TOO_LARGE", r -> r.setPrompt("x".repeat(65_537))),
                wrong("prompt", "PROMPT_TOO_LARGE", r -> r.setPrompt("ä".repeat(32_769))),
                wrong("prompt", "PROMPT_TOO_MANY_TOKENS", r -> r.setPrompt("x".repeat(2_048))),
                wrong("max_tokens", "OUT_OF_RANGE", r -> r.setMaxTokens(-1)),
                wrong("max_tokens", "OUT_OF_RANGE", r -> r.setMaxTokens(4_097)),
                wrong(
                        "sampling.temperature",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setTemperature(-0.1f))),
                wrong(
                        "sampling.temperature",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setTemperature(2.1f))),
                wrong(
                        "sampling.temperature",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setTemperature(Float.NaN))),
                wrong(
                        "sampling.top_k",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setTopK(-1))),
                wrong(
                        "sampling.top_k",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setTopK(1_001))),
                wrong(
                        "sampling.top_p",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setTopP(0))),
                wrong(
                        "sampling.top_p",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setTopP(1.01f))),
                wrong(
                        "sampling.top_p",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setTopP(Float.NaN))),
                wrong(
                        "sampling.repetition_penalty",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setRepetitionPenalty(0.9f))),
                wrong(
                        "sampling.repetition_penalty",
                        "OUT_OF_RANGE",
                        r -> r.setSampling(sampling().setRepetitionPenalty(Float.POSITIVE_INFINITY))),
                wrongSampling("min_p", s -> s.setMinP(-0.01f)),
                wrongSampling("min_p", s -> s.setMinP(1.01f)),
                wrongSampling("min_p", s -> s.setMinP(Float.NaN)),
                wrongSampling("presence_penalty", s -> s.setPresencePenalty(2.01f)),
                wrongSampling("presence_penalty", s -> s.setPresencePenalty(-2.01f)),
                wrongSampling("presence_penalty", s -> s.setPresencePenalty(Float.NaN)),
                wrongSampling("frequency_penalty", s -> s.setFrequencyPenalty(2.01f)),
                wrongSampling("frequency_penalty", s -> s.setFrequencyPenalty(-2.01f)),
                wrongSampling("frequency_penalty", s -> s.setFrequencyPenalty(Float.NEGATIVE_INFINITY)),
                wrongSampling("logit_bias", s -> s.putLogitBias(5, 100.1f)),
                wrongSampling("logit_bias", s -> s.putLogitBias(5, -100.1f)),
                wrongSampling("logit_bias", s -> s.putLogitBias(5, Float.NaN)),
                wrongSampling("logit_bias", s -> s.putLogitBias(-1, 1)),
                wrongSampling("logit_bias", s -> s.putLogitBias(ByteTokenizer.VOCABULARY, 1)),
                wrongSampling("logit_bias", s -> IntStream.range(0, 301).forEach(id -> s.putLogitBias(id, 0))),
                wrong("samples", "OUT_OF_RANGE", r -> r.setSamples(-1)),
                wrong("samples", "OUT_OF_RANGE", r -> r.setSamples(129)),
                wrongDetails("details.output_log_probs", d -> d.setOutputLogProbs(-1)),
                wrongDetails("details.output_log_probs", d -> d.setOutputLogProbs(21)),
                wrongDetails("details.prompt_log_probs", d -> d.setPromptLogProbs(-1)),
                wrongDetails("details.prompt_log_probs", d -> d.setPromptLogProbs(21)),
                wrong("prompt", "PROMPT_COUNT", r -> r.setPromptTokens(ids(1))),
                wrong("prompt", "PROMPT_COUNT", r -> r.clearPrompt()
                        .setPromptTokens(ids(1))
                        .setGap(gap("a", "b"))),
                wrong("prompt_tokens", "OUT_OF_RANGE", r -> r.clearPrompt().setPromptTokens(ids())),
                wrong("prompt_tokens", "UNKNOWN_TOKEN", r -> r.clearPrompt().setPromptTokens(ids(-1))),
                wrong("prompt_tokens", "UNKNOWN_TOKEN", r -> r.clearPrompt()
                        .setPromptTokens(ids(ByteTokenizer.VOCABULARY))),
                wrong("gap", "PROMPT_EMPTY", r -> r.clearPrompt().setGap(gap("", ""))),
                wrong("gap", "PROMPT_TOO_LARGE", r -> r.clearPrompt()
                        .setGap(gap("x".repeat(32_768), "x".repeat(32_769)))),
                wrong("dialogue.messages", "OUT_OF_RANGE", r -> r.clearPrompt().setDialogue(dialogue())),
                wrong("dialogue.messages", "PROMPT_EMPTY", r -> r.clearPrompt().setDialogue(dialogue("user", ""))),
                wrong("dialogue.messages", "NO_CHAT_TEMPLATE", r -> r.clearPrompt()
                        .setDialogue(dialogue("user", "hi"))),
                wrong("dialogue.messages[0].role", "OUT_OF_RANGE", r -> r.clearPrompt()
                        .setDialogue(dialogue("bot", "hi"))),
                wrong("dialogue.messages[1].role", "SYSTEM_NOT_FIRST", r -> r.clearPrompt()
                        .setDialogue(dialogue("user", "hi", "system", "be kind"))),
                wrong("prompt", "PROMPT_OVER_TABLE_LENGTH", r -> r.setPrompt("x".repeat(8_192))),
                wrong("stop", "OUT_OF_RANGE", r -> r.addStop("")),
                wrong("stop", "OUT_OF_RANGE", r -> r.addStop("x".repeat(65))),
                wrong("stop", "OUT_OF_RANGE", r -> {
                    for (int i = 0; i < 9; i++) {
                        r.addStop("s" + i);
                    }
                }),
                wrong("request_id", "OUT_OF_RANGE", r -> r.setRequestId("not-a-uuid")),
                wrong("lane", "OUT_OF_RANGE", r -> r.setLaneValue(9)));
    }

    private static Arguments wrong(String field, String reason, Consumer<GenerateTextRequest.Builder> change) {
        return Arguments.of(field, reason, change);
    }

    private static Arguments wrongSampling(String field, Consumer<Sampling.Builder> change) {
        Sampling.Builder sampling = sampling();
        change.accept(sampling);
        return wrong("sampling." + field, "OUT_OF_RANGE", request -> request.setSampling(sampling));
    }

    private static Arguments wrongDetails(String field, Consumer<TokenDetails.Builder> change) {
        TokenDetails.Builder details = TokenDetails.newBuilder();
        change.accept(details);
        return wrong(field, "OUT_OF_RANGE", request -> request.setDetails(details));
    }

    private static TokenIds ids(Integer... ids) {
        return TokenIds.newBuilder().addAllIds(List.of(ids)).build();
    }

    private static TextGap gap(String prefix, String suffix) {
        return TextGap.newBuilder().setPrefix(prefix).setSuffix(suffix).build();
    }

    private static Dialogue dialogue(String... rolesAndContents) {
        Dialogue.Builder dialogue = Dialogue.newBuilder();
        for (int i = 0; i < rolesAndContents.length; i += 2) {
            dialogue.addMessages(
                    DialogueMessage.newBuilder().setRole(rolesAndContents[i]).setContent(rolesAndContents[i + 1]));
        }
        return dialogue.build();
    }

    private static Sampling.Builder sampling() {
        return Sampling.newBuilder();
    }

    @ParameterizedTest
    @MethodSource("wrongFields")
    void wrongFieldIsNamed(String field, String reason, Consumer<GenerateTextRequest.Builder> change) {
        GenerateTextRequest.Builder request = Asking.request("models/bad-input", "hello");
        change.accept(request);

        Grpc.Refused refused = Asking.fail(request.build()).refused();

        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.details()).containsEntry("field", field);
    }

    @Test
    void valuesAtTheLimitAreTaken() {
        GenerateTextRequest request = Asking.request("models/bad-input", "x".repeat(2_047))
                .setMaxTokens(4_096)
                .setSampling(sampling()
                        .setTemperature(2)
                        .setTopK(1_000)
                        .setTopP(1)
                        .setRepetitionPenalty(2)
                        .setMinP(1)
                        .setPresencePenalty(-2)
                        .setFrequencyPenalty(2)
                        .putAllLogitBias(IntStream.range(0, 261)
                                .boxed()
                                .collect(Collectors.toMap(id -> id, id -> id % 2 == 0 ? -100f : 100f)))
                        .setSeed(Long.MIN_VALUE))
                .setSamples(1)
                .setDetails(TokenDetails.newBuilder().setOutputLogProbs(20).setPromptLogProbs(0))
                .addStop("x".repeat(64))
                .setRequestId("0d5ffb34-9a4f-4d4e-9d0a-0c2d8a3b9f10")
                .build();

        Asking.Answer answer = Asking.ask(request);

        assertThat(answer.last().getReceipt().getSeed()).isEqualTo(Long.MIN_VALUE);
        assertThat(answer.last().getUsage().getPromptTokenCount()).isEqualTo(2_047);
    }

    @Test
    void unknownModelIsNotFound() {
        Grpc.Refused model =
                Asking.fail(Asking.request("models/nobody", "hello").build()).refused();
        Grpc.Refused version = Asking.fail(
                        Asking.request("models/bad-input/versions/7", "hello").build())
                .refused();

        assertThat(model.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(model.reason()).isEqualTo("NO_SUCH_MODEL");
        assertThat(version.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(version.reason()).isEqualTo("MODEL_NOT_PROMOTED");
    }

    @Test
    void missingWrongAndPoorKeysAreRefused() {
        ListModelsRequest list = ListModelsRequest.getDefaultInstance();
        Grpc.Refused missing = Grpc.refusedBy(
                () -> InferenceServiceGrpc.newBlockingStub(Grpc.anonymous()).listModels(list));
        Grpc.Refused wrong = Grpc.refusedBy(
                () -> InferenceServiceGrpc.newBlockingStub(Grpc.withKey(TestCallers.apiKey("somebody-else")))
                        .listModels(list));
        Grpc.Refused poor = Grpc.refusedBy(() -> Asking.as("nobody").listModels(list));
        Grpc.Refused role = Grpc.refusedBy(() -> Asking.as("reviewer")
                .generateText(Asking.request("models/bad-input", "hello").build())
                .next());

        assertThat(missing.reason()).isEqualTo("KEY_MISSING");
        assertThat(wrong.reason()).isEqualTo("KEY_UNKNOWN");
        assertThat(poor.reason()).isEqualTo("ROLE_MISSING");
        assertThat(role.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void evaluateLaneIsForEvaluators() {
        Grpc.Refused refused = Asking.fail(Asking.request("models/bad-input", "hello")
                        .setLane(Lane.LANE_EVALUATE)
                        .build())
                .refused();

        assertThat(refused.reason()).isEqualTo("ROLE_MISSING");
    }

    @Test
    void pagesAreChecked() {
        Grpc.Refused negative = Grpc.refusedBy(() -> Asking.as("caller")
                .listModels(ListModelsRequest.newBuilder().setPageSize(-1).build()));
        Grpc.Refused token = Grpc.refusedBy(() -> Asking.as("caller")
                .listModels(ListModelsRequest.newBuilder().setPageToken("zzz").build()));

        assertThat(negative.reason()).isEqualTo("NEGATIVE_PAGE_SIZE");
        assertThat(token.reason()).isEqualTo("BAD_PAGE_TOKEN");
    }

    @Test
    void scoreAndCandidateNameTheirFields() {
        Grpc.Refused empty = Grpc.refusedBy(() -> Asking.as("evaluator")
                .scoreText(ScoreTextRequest.newBuilder()
                        .setModel("models/bad-input")
                        .build()));
        Grpc.Refused digest = Grpc.refusedBy(() -> Asking.as("evaluator")
                .loadCandidate(LoadCandidateRequest.newBuilder()
                        .setName("models/c/versions/1")
                        .setDigest("sha256:00")
                        .setPurpose("test")
                        .build()));
        Grpc.Refused purpose = Grpc.refusedBy(() -> Asking.as("evaluator")
                .loadCandidate(LoadCandidateRequest.newBuilder()
                        .setName("models/c/versions/1")
                        .build()));

        assertThat(empty.details()).containsEntry("field", "continuation");
        assertThat(digest.details()).containsEntry("field", "digest");
        assertThat(purpose.details()).containsEntry("field", "purpose");
    }

    @Test
    void invalidUtf8IsRefusedAndTheServiceGoesOn() {
        byte[] prompt = {0x12, 1, (byte) 0xFF}; // field 2, one byte that no UTF-8 text has

        Grpc.Refused refused = Grpc.refusedBy(() -> ClientCalls.blockingServerStreamingCall(
                        Grpc.as("caller"), rawGenerateText(), CallOptions.DEFAULT, prompt)
                .next());

        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(Asking.ask("models/bad-input", "still there?").text()).isEqualTo("ok");
    }

    private static MethodDescriptor<byte[], byte[]> rawGenerateText() {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setFullMethodName(InferenceServiceGrpc.getGenerateTextMethod().getFullMethodName())
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .setRequestMarshaller(new Raw())
                .setResponseMarshaller(new Raw())
                .build();
    }

    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
