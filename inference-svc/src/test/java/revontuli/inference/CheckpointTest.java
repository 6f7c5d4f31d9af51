package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.api.inference.v1.FinishReason;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.ListModelsRequest;
import revontuli.api.inference.v1.LoadedModel;
import revontuli.api.inference.v1.Replay;
import revontuli.api.inference.v1.ReplayGenerationRequest;
import revontuli.api.inference.v1.Sampling;
import revontuli.api.inference.v1.ScoreTextRequest;
import revontuli.api.inference.v1.ScoreTextResponse;
import revontuli.api.inference.v1.Token;
import revontuli.api.inference.v1.TokenDetails;
import revontuli.causallm.AdamW;
import revontuli.causallm.ModelConfig;
import revontuli.causallm.Precision;
import revontuli.causallm.TrainingSession;
import revontuli.inference.TestModels.Stored;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.testkit.Backbone;

/// The real engine: a checkpoint of random weights, made here, from the store to the released text.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class CheckpointTest {
    private static final ModelConfig CONFIG =
            new ModelConfig(264, 128, 2, 2, 32, 64, ModelConfig.Activation.GELU_TANH, 1e-5);

    @Inject
    TestModels models;

    @Inject
    Records records;

    @Inject
    ArtifactStore artifacts;

    @TempDir
    Path folder;

    @BeforeEach
    void judgeIsGood() {
        FakeSafety.good();
    }

    private Map<String, byte[]> checkpoint() throws IOException {
        try (TrainingSession session = TrainingSession.random(CONFIG, 7, AdamW.DEFAULT, 1)) {
            session.export(folder, Precision.F32, OptionalInt.of(0));
        }
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.toList()) {
                files.put(String.valueOf(path.getFileName()), Files.readAllBytes(path));
            }
        }
        files.put("tokenizer.json", ByteTokenizer.json());
        return files;
    }

    @Test
    void importedCheckpointGeneratesTheSameTextForTheSameSeed() throws IOException {
        models.imported("real", 1, models.store(checkpoint()));
        GenerateTextRequest request = Asking.request("models/real", "Hyvää iltaa")
                .setMaxTokens(24)
                .setSampling(Sampling.newBuilder().setTemperature(1).setTopK(50).setSeed(11))
                .build();

        Asking.Answer first = Asking.ask(request);
        Asking.Answer second = Asking.ask(request);

        assertThat(first.text()).isNotEmpty().isEqualTo(second.text());
        assertThat(first.last().getFinishReason())
                .isIn(FinishReason.FINISH_REASON_LENGTH, FinishReason.FINISH_REASON_STOP);
        assertThat(first.last().getReceipt().getEngine()).contains("pytorch");
        LoadedModel listed = Asking.as("caller")
                .listModels(ListModelsRequest.newBuilder().setPageSize(1_000).build())
                .getModelsList()
                .stream()
                .filter(model -> model.getName().equals("models/real/versions/1"))
                .findFirst()
                .orElseThrow();
        assertThat(listed.getPositionCount()).isEqualTo(128);
        assertThat(listed.getParameterCount()).isEqualTo(CONFIG.parameters());
        assertThat(listed.getCurrent()).isTrue();
        assertThat(listed.getAdmission()).isEqualTo("import");
        assertThat(Asking.as("evaluator")
                        .scoreText(ScoreTextRequest.newBuilder()
                                .setModel("models/real")
                                .setContext("Hyvää")
                                .setContinuation(" iltaa")
                                .build())
                        .getLogLikelihood())
                .isNegative();
    }

    /// Every setting at once, alone and among others, and again by a replay: the same tokens and the same odds.
    @Test
    void everySettingGivesTheSameTokensAloneAmongOthersAndAgain() throws Exception {
        models.imported("settings", 1, models.store(checkpoint()));
        GenerateTextRequest request = Asking.request("models/settings", "abcabcabc abcabc")
                .setMaxTokens(40)
                .setSampling(Sampling.newBuilder()
                        .setTemperature(0.9f)
                        .setTopK(90)
                        .setTopP(0.97f)
                        .setMinP(0.05f)
                        .setRepetitionPenalty(1.1f)
                        .setPresencePenalty(0.4f)
                        .setFrequencyPenalty(0.3f)
                        .putLogitBias('a' + 1, 2.5f)
                        .putLogitBias('b' + 1, -100)
                        .setSeed(5))
                .setDetails(TokenDetails.newBuilder().setOutputLogProbs(3).setPromptLogProbs(1))
                .build();

        Asking.Answer alone = Asking.ask(request);
        List<CompletableFuture<Asking.Answer>> among = IntStream.range(0, 6)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> Asking.ask(i == 3 ? request : other(request, i)),
                        Executors.newVirtualThreadPerTaskExecutor()))
                .toList();
        Asking.Answer crowded = among.get(3).get(60, TimeUnit.SECONDS);
        records.awaitCount(alone.last().getReceipt().getGeneration(), 2);
        List<byte[]> leaves = records.leaves(alone.last().getReceipt().getGeneration());
        FakeLog.holds(_ -> leaves);
        Replay replay = Asking.as("caller")
                .replayGeneration(ReplayGenerationRequest.newBuilder()
                        .setGeneration(alone.last().getReceipt().getGeneration())
                        .setPrompt(request.getPrompt())
                        .setSalt(alone.last().getReceipt().getPrompt().getSalt())
                        .putAllLogitBias(request.getSampling().getLogitBiasMap())
                        .build());

        assertThat(alone.ids()).isNotEmpty().doesNotContain('b' + 1);
        assertThat(crowded.tokens()).isEqualTo(alone.tokens());
        assertThat(crowded.prompt()).isEqualTo(alone.prompt());
        assertThat(alone.tokens())
                .allSatisfy(token -> assertThat(token.getAlternativesCount()).isEqualTo(3));
        assertThat(replay.getOutcome()).as(replay.getMessage()).isEqualTo(Replay.Outcome.OUTCOME_BIT_EQUAL);
    }

    @Test
    void aScoreTellsEachTokenAlsoOfALongContinuation() throws IOException {
        models.imported("scores", 1, models.store(checkpoint()));
        String continuation = "bcd efg hij klm nop qrs tuv wxy zab cde fgh ijk lmn opq rst uvw xyz abc";

        ScoreTextResponse whole = score("models/scores", "a", continuation);
        ScoreTextResponse begin = score("models/scores", "a", continuation.substring(0, 12));
        ScoreTextResponse end = score("models/scores", "a" + continuation.substring(0, 60), continuation.substring(60));
        ScoreTextResponse bare = score("models/scores", "", continuation);

        assertThat(whole.getTokenCount()).isEqualTo(continuation.length());
        assertThat(whole.getTokensList().stream().map(token -> token.getText().toStringUtf8()))
                .containsExactly(continuation.split(""));
        assertThat(begin.getTokensList()).isEqualTo(whole.getTokensList().subList(0, 12));
        for (int i = 60; i < continuation.length(); i++) { // computed one by one, or as part of a prompt
            assertThat(end.getTokens(i - 60).getLogProbability())
                    .isCloseTo(whole.getTokens(i).getLogProbability(), within(1e-6));
        }
        assertThat(whole.getTokensList().stream()
                        .mapToDouble(Token::getLogProbability)
                        .sum())
                .isCloseTo(whole.getLogLikelihood(), within(1e-9));
        assertThat(bare.getTokenCount()).isEqualTo(continuation.length());
        assertThat(bare.getTokens(0).getLogProbability())
                .isNotEqualTo(whole.getTokens(0).getLogProbability());
    }

    private static ScoreTextResponse score(String model, String context, String continuation) {
        return Asking.as("evaluator")
                .scoreText(ScoreTextRequest.newBuilder()
                        .setModel(model)
                        .setContext(context)
                        .setContinuation(continuation)
                        .build());
    }

    private static GenerateTextRequest other(GenerateTextRequest request, int i) {
        return request.toBuilder()
                .setPrompt("another prompt, number " + i)
                .clearDetails()
                .clearSampling()
                .build();
    }

    @Test
    void textOverTheTrainedLengthIsToldApart() throws IOException {
        Map<String, byte[]> files = checkpoint();
        String config = new String(file(files, "config.json"), StandardCharsets.UTF_8);
        files.put(
                "config.json",
                config.replace("\"n_positions\": 128", "\"n_positions\": 128,\n  \"n_positions_trained\": 96")
                        .getBytes(StandardCharsets.UTF_8));
        models.imported("lengths", 1, models.store(files));

        Map<Integer, String> reasons = new TreeMap<>();
        for (int length : new int[] {96, 127, 128}) {
            reasons.put(
                    length,
                    Asking.fail(Asking.request("models/lengths", "x".repeat(length))
                                    .build())
                            .refused()
                            .reason());
        }
        LoadedModel listed = Asking.as("caller")
                .listModels(ListModelsRequest.newBuilder().setPageSize(1_000).build())
                .getModelsList()
                .stream()
                .filter(model -> model.getName().equals("models/lengths/versions/1"))
                .findFirst()
                .orElseThrow();

        assertThat(Asking.ask(Asking.request("models/lengths", "x".repeat(95)).build())
                        .last()
                        .getUsage()
                        .getOutputTokenCount())
                .isEqualTo(1);
        assertThat(reasons)
                .isEqualTo(Map.of(
                        96, "PROMPT_OVER_TRAINED_LENGTH",
                        127, "PROMPT_OVER_TRAINED_LENGTH",
                        128, "PROMPT_OVER_TABLE_LENGTH"));
        assertThat(listed.getPositionCount()).isEqualTo(96);
        assertThat(listed.getTrainedPositionCount()).isEqualTo(96);
        assertThat(listed.getTablePositionCount()).isEqualTo(128);
    }

    @Test
    void missingTensorIsTold() throws IOException {
        Map<String, byte[]> files = checkpoint();
        files.put(
                "model.safetensors", replaced(files, "\"transformer.h.1.ln_1.bias\"", "\"transformer.h.9.ln_1.bias\""));

        notLoaded("missing-tensor", files, "TENSOR_MISSING", "transformer.h.1.ln_1.bias");
    }

    @Test
    void wrongShapeIsTold() throws IOException {
        Map<String, byte[]> files = checkpoint();
        String config = new String(file(files, "config.json"), StandardCharsets.UTF_8);
        files.put(
                "config.json",
                config.replace("\"n_inner\": 64", "\"n_inner\": 96").getBytes(StandardCharsets.UTF_8));

        notLoaded("wrong-shape", files, "TENSOR_SHAPE_MISMATCH", "mlp.c_fc");
    }

    @Test
    void fileChangedInTheStoreIsTold() throws IOException {
        Map<String, byte[]> files = checkpoint();
        byte[] weights = file(files, "model.safetensors").clone();
        weights[weights.length - 1] ^= 1; // other weights than those of the test above
        files.put("model.safetensors", weights);
        Stored stored = models.store(files);
        Path inStore = artifacts.path(models.put(weights));
        weights[weights.length - 2] ^= 1;
        Files.write(inStore, weights);

        notLoaded("wrong-digest", stored, "FILE_DIGEST_MISMATCH", "model.safetensors");
    }

    private static byte[] file(Map<String, byte[]> files, String name) {
        return files.getOrDefault(name, new byte[0]);
    }

    private static byte[] replaced(Map<String, byte[]> files, String what, String with) {
        String text = new String(file(files, "model.safetensors"), StandardCharsets.ISO_8859_1);
        assertThat(text).contains(what);
        return text.replace(what, with).getBytes(StandardCharsets.ISO_8859_1);
    }

    private void notLoaded(String model, Map<String, byte[]> files, String reason, String where) {
        notLoaded(model, models.store(files), reason, where);
    }

    private void notLoaded(String model, Stored stored, String reason, String where) {
        String name = "models/" + model + "/versions/1";

        models.announce(TestModels.IMPORTED, name, stored.model(), models.bundle(models.importOf(name, stored)));

        Records.Seen failed = records.await("model.load-failed", name);
        assertThat(failed.fact("reason")).isEqualTo(reason);
        assertThat(failed.fact("message")).contains(where);
        assertThat(Asking.fail(Asking.request(name, "hello").build()).refused().reason())
                .isEqualTo("MODEL_NOT_LOADED");
    }
}
