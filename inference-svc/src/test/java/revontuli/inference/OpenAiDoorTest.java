package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.TestCallers;

/// The same callers, moderation and records through the HTTP door, over a real socket.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class OpenAiDoorTest {
    private static final String SAID = "Revontulet palavat yllä, ja 日本語 too 🙂.";

    @Inject
    TestModels models;

    @Inject
    Records records;

    @TestHTTPResource("/v1/")
    @SuppressWarnings("NullAway.Init") // set before each test
    URI base;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void judgeIsGood() {
        FakeSafety.good();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("authorization", "Bearer " + TestCallers.apiKey("caller"));
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(
                to(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonObject choice(JsonObject answer, int index) {
        return answer.getJsonArray("choices").getJsonObject(index);
    }

    @Test
    void completionIsTheReleasedTextAndIsOnRecord() throws Exception {
        models.imported("door", 1, models.scripted(SAID));

        HttpResponse<String> answer = post("completions", """
                {"model":"door","prompt":"Tell me","max_tokens":100,"temperature":0,"seed":7,"stop":null}""");

        JsonObject body = new JsonObject(answer.body());
        JsonObject receipt = choice(body, 0).getJsonObject("revontuli");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(body.getString("object")).isEqualTo("text_completion");
        assertThat(choice(body, 0).getString("text")).isEqualTo(SAID);
        assertThat(choice(body, 0).getString("finish_reason")).isEqualTo("stop");
        assertThat(body.getJsonObject("usage").getInteger("prompt_tokens")).isEqualTo(7);
        assertThat(body.getJsonObject("usage").getInteger("completion_tokens"))
                .isEqualTo(SAID.getBytes(StandardCharsets.UTF_8).length);
        assertThat(receipt.getString("seed")).isEqualTo("7");
        assertThat(records.await("generation.finished", receipt.getString("generation"))
                        .fact("output_commitment"))
                .isEqualTo(receipt.getJsonObject("output").getString("commitment"));
        assertThat(records.actions(receipt.getString("generation")))
                .isEqualTo(List.of("generation.admitted", "generation.finished"));
    }

    @Test
    void streamedPiecesAreTheText() throws Exception {
        models.imported("door-stream", 1, models.chatting(SAID));

        HttpResponse<String> answer = post("chat/completions", """
                {"model":"models/door-stream","messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}],
                 "max_completion_tokens":100,"stream":true,"stream_options":{"include_usage":true}}""");

        List<String> events =
                answer.body().lines().filter(line -> !line.isEmpty()).toList();
        assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(events).allMatch(line -> line.startsWith("data: "));
        assertThat(events.getLast()).isEqualTo("data: [DONE]");
        List<JsonObject> pieces = events.subList(0, events.size() - 1).stream()
                .map(line -> new JsonObject(line.substring(6)))
                .toList();
        StringBuilder text = new StringBuilder();
        pieces.subList(0, pieces.size() - 1)
                .forEach(piece ->
                        text.append(choice(piece, 0).getJsonObject("delta").getString("content", "")));
        assertThat(text).hasToString(SAID);
        assertThat(choice(pieces.get(pieces.size() - 2), 0).getString("finish_reason"))
                .isEqualTo("stop");
        assertThat(pieces.getLast().getJsonArray("choices")).isEmpty();
        assertThat(pieces.getLast().getJsonObject("usage").getInteger("completion_tokens"))
                .isPositive();
    }

    @Test
    void severalChoicesAreGenerationsOfTheirOwn() throws Exception {
        models.imported("door-n", 1, models.scripted("one"));

        JsonObject body =
                new JsonObject(post("completions", "{\"model\":\"door-n\",\"prompt\":\"x\",\"n\":3,\"seed\":5}")
                        .body());

        assertThat(body.getJsonArray("choices")).hasSize(3);
        assertThat(List.of(0, 1, 2)).allSatisfy(i -> assertThat(
                        choice(body, i).getJsonObject("revontuli").getString("seed"))
                .isEqualTo(Integer.toString(5 + i)));
        assertThat(choice(body, 2).getJsonObject("revontuli").getString("generation"))
                .isNotEqualTo(choice(body, 0).getJsonObject("revontuli").getString("generation"));
    }

    @Test
    void refusalIsAContentFilter() throws Exception {
        models.imported("door-refuses", 1, models.scripted("fine"));

        HttpResponse<String> answer =
                post("completions", "{\"model\":\"door-refuses\",\"prompt\":\"a forbidden thing\"}");

        JsonObject choice = choice(new JsonObject(answer.body()), 0);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(choice.getString("text")).isEmpty();
        assertThat(choice.getString("finish_reason")).isEqualTo("content_filter");
        assertThat(choice.getJsonObject("revontuli").getJsonObject("refusal").getString("direction"))
                .isEqualTo("prompt");
    }

    @Test
    void withoutAVerdictNothingIsSaid() throws Exception {
        models.imported("door-unjudged", 1, models.scripted("fine"));
        FakeSafety.in(FakeSafety.Mood.FAILING);

        HttpResponse<String> answer = post("completions", "{\"model\":\"door-unjudged\",\"prompt\":\"x\"}");

        JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(error.getString("code")).isEqualTo("SAFETY_UNAVAILABLE");
        assertThat(error.getString("type")).isEqualTo("server_error");
        assertThat(answer.headers().firstValue("retry-after")).contains("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "completions      | {                                                       | 400 | MALFORMED_JSON  | body",
                "completions      | {\"prompt\":\"x\"}                                      | 400 | MALFORMED_FIELD | model",
                "completions      | {\"model\":\"m\"}                                       | 400 | PROMPT_COUNT    | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":[]}                         | 400 | PROMPT_COUNT    | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":\"\"}                       | 400 | PROMPT_EMPTY    | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":{}}                         | 400 | MALFORMED_FIELD | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":[1,\"a\"]}                  | 400 | MALFORMED_FIELD | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":[1,2.5]}                    | 400 | MALFORMED_FIELD | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":[1,99999999999]}            | 400 | MALFORMED_FIELD | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":[[1],\"a\",true]}           | 400 | MALFORMED_FIELD | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":[1],\"suffix\":\"x\"}       | 400 | NOT_SUPPORTED   | suffix",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"suffix\":1}         | 400 | MALFORMED_FIELD | suffix",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"suffix\":\"y\",\"echo\":true} | 400 | NOT_SUPPORTED | echo",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"best_of\":2}        | 400 | NOT_SUPPORTED   | best_of",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"echo\":1}           | 400 | MALFORMED_FIELD | echo",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logprobs\":21}      | 400 | OUT_OF_RANGE    | logprobs",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logprobs\":-1}      | 400 | OUT_OF_RANGE    | logprobs",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logprobs\":true}    | 400 | MALFORMED_FIELD | logprobs",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"min_p\":1.01}       | 400 | OUT_OF_RANGE    | min_p",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"min_p\":-0.1}       | 400 | OUT_OF_RANGE    | min_p",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"top_k\":1001}       | 400 | OUT_OF_RANGE    | top_k",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"top_p\":0}          | 400 | OUT_OF_RANGE    | top_p",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"top_p\":1e999}      | 400 | OUT_OF_RANGE    | top_p",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"repetition_penalty\":2.1} | 400 | OUT_OF_RANGE | repetition_penalty",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"presence_penalty\":2.1}   | 400 | OUT_OF_RANGE | presence_penalty",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"frequency_penalty\":-2.1} | 400 | OUT_OF_RANGE | frequency_penalty",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"frequency_penalty\":\"1\"} | 400 | MALFORMED_FIELD | frequency_penalty",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logit_bias\":{\"5\":101}}     | 400 | OUT_OF_RANGE    | logit_bias",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logit_bias\":{\"5\":1e999}}   | 400 | OUT_OF_RANGE    | logit_bias",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logit_bias\":{\"a\":1}}       | 400 | MALFORMED_FIELD | logit_bias",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logit_bias\":{\"-5\":1}}      | 400 | MALFORMED_FIELD | logit_bias",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logit_bias\":[1]}             | 400 | MALFORMED_FIELD | logit_bias",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":0}     | 400 | OUT_OF_RANGE    | max_tokens",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":4097}  | 400 | OUT_OF_RANGE    | max_tokens",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"top_logprobs\":1}   | 400 | UNKNOWN_FIELD   | top_logprobs",
                "completions      | {\"model\":\"m\",\"prompt\":[\"x\",\"y\"],\"n\":65}     | 400 | OUT_OF_RANGE    | n",
                "chat/completions | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"top_logprobs\":1} | 400 | NOT_SUPPORTED | top_logprobs",
                "chat/completions | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"logprobs\":true,\"top_logprobs\":21} | 400 | OUT_OF_RANGE | top_logprobs",
                "chat/completions | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"logprobs\":1} | 400 | MALFORMED_FIELD | logprobs",
                "chat/completions | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"echo\":true}  | 400 | UNKNOWN_FIELD | echo",
                "chat/completions | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}]} | 400 | PROMPT_EMPTY | messages",
                "chat/completions | {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"system\",\"content\":\"y\"}]} | 400 | SYSTEM_NOT_FIRST | messages[1].role",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"colour\":1}         | 400 | UNKNOWN_FIELD   | colour",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"temperature\":2.1}  | 400 | OUT_OF_RANGE    | temperature",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":-1}    | 400 | OUT_OF_RANGE    | max_tokens",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"n\":129}            | 400 | OUT_OF_RANGE    | n",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"seed\":1.5}         | 400 | OUT_OF_RANGE    | seed",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"stream\":\"yes\"}   | 400 | MALFORMED_FIELD | stream",
                "completions      | {\"model\":\"nobody\",\"prompt\":\"x\"}                 | 404 | NO_SUCH_MODEL   | ",
                "chat/completions | {\"model\":\"m\",\"messages\":[]}                       | 400 | MALFORMED_FIELD | messages",
                "chat/completions | {\"model\":\"m\",\"messages\":[{\"role\":\"bot\"}]}     | 400 | MALFORMED_FIELD | messages[0]",
                "chat/completions | {\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}    | 400 | MALFORMED_FIELD | messages[0].content"
            })
    void badRequestNamesTheField(String path, String body, int status, String code, String field) throws Exception {
        HttpResponse<String> answer = post(path, body);

        JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("param")).isEqualTo(field);
        assertThat(error.getString("type")).isEqualTo("invalid_request_error");
    }

    @Test
    void echoScoresThePromptWithoutDrawingAToken() throws Exception {
        models.imported("door-score", 1, models.scripted("never"));

        JsonObject body = new JsonObject(post("completions", """
                {"model":"door-score","prompt":[[121,123],[98,99,100]],"max_tokens":0,"logprobs":1,"echo":true}""").body());

        JsonObject second = choice(body, 1);
        JsonObject logprobs = second.getJsonObject("logprobs");
        assertThat(second.getString("text")).isEqualTo("abc");
        assertThat(second.getString("finish_reason")).isEqualTo("length");
        assertThat(logprobs.getJsonArray("tokens")).isEqualTo(JsonArray.of("a", "b", "c"));
        assertThat(logprobs.getJsonArray("text_offset")).isEqualTo(JsonArray.of(0, 1, 2));
        assertThat(logprobs.getJsonArray("token_logprobs").getValue(0)).isNull();
        assertThat(logprobs.getJsonArray("token_logprobs").getDouble(2)).isNegative();
        assertThat(logprobs.getJsonArray("top_logprobs").getJsonObject(2).fieldNames())
                .isEqualTo(Set.of("~", "c"));
        assertThat(choice(body, 0).getString("text")).isEqualTo("xz");
        assertThat(body.getJsonObject("usage").getInteger("completion_tokens")).isZero();
        assertThat(body.getJsonObject("usage").getInteger("prompt_tokens")).isEqualTo(5);
    }

    @Test
    void withheldWordsAreNumbersOnly() throws Exception {
        models.imported("door-unsaid", 1, models.scripted("never"));
        FakeSafety.in(FakeSafety.Mood.REFUSES_WORDS);

        JsonObject body = new JsonObject(post("completions", """
                {"model":"door-unsaid","prompt":"abc","max_tokens":1,"logprobs":1,"echo":true}""").body());

        assertThat(choice(body, 0)
                        .getJsonObject("logprobs")
                        .getJsonArray("top_logprobs")
                        .getJsonObject(2)
                        .fieldNames())
                .isEqualTo(Set.of("", "c"));
    }

    @Test
    void completionTellsTokensInItsForm() throws Exception {
        models.imported("door-tokens", 1, models.scripted("aä"));

        JsonObject body = new JsonObject(post("completions", """
                {"model":"door-tokens","prompt":"xy","logprobs":1,"echo":true,"return_token_ids":true}""").body());

        JsonObject logprobs = choice(body, 0).getJsonObject("logprobs");
        assertThat(choice(body, 0).getString("text")).isEqualTo("xyaä");
        assertThat(logprobs.getJsonArray("tokens"))
                .isEqualTo(JsonArray.of("x", "y", "a", "bytes:\\xc3", "bytes:\\xa4", "<|endoftext|>"));
        assertThat(logprobs.getJsonArray("text_offset")).isEqualTo(JsonArray.of(0, 1, 2, 3, 4, 4));
        assertThat(choice(body, 0).getJsonArray("token_ids")).isEqualTo(JsonArray.of(98, 0xC3 + 1, 0xA4 + 1, 0));
        assertThat(choice(body, 0).getJsonArray("prompt_token_ids")).isEqualTo(JsonArray.of(121, 122));
    }

    @Test
    void chatTellsTokensInItsFormAlsoInAStream() throws Exception {
        models.imported("door-chat-tokens", 1, models.chatting("aä"));
        String request = """
                {"model":"door-chat-tokens","messages":[{"role":"user","content":"x"}],"logprobs":true,"top_logprobs":2%s}""";

        JsonArray whole = choice(
                        new JsonObject(
                                post("chat/completions", request.formatted("")).body()),
                        0)
                .getJsonObject("logprobs")
                .getJsonArray("content");
        JsonArray streamed = new JsonArray();
        post("chat/completions", request.formatted(",\"stream\":true"))
                .body()
                .lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> choice(new JsonObject(line.substring(6)), 0).getJsonObject("logprobs"))
                .filter(logprobs -> logprobs != null)
                .forEach(logprobs -> streamed.addAll(logprobs.getJsonArray("content")));

        assertThat(whole).hasSize(4);
        assertThat(whole.getJsonObject(0).getString("token")).isEqualTo("a");
        assertThat(whole.getJsonObject(1).getJsonArray("bytes")).isEqualTo(JsonArray.of(0xC3));
        assertThat(whole.getJsonObject(0).getJsonArray("top_logprobs")).hasSize(2);
        assertThat(streamed).isEqualTo(whole);
    }

    @Test
    void suffixFillsAGapAndAModelWithoutATemplateTakesNoDialogue() throws Exception {
        models.imported("door-gap", 1, models.scripted("middle"));

        JsonObject gap = choice(new JsonObject(post("completions", """
                        {"model":"door-gap","prompt":"a","suffix":"b","return_token_ids":true}""").body()), 0);
        HttpResponse<String> chat = post("chat/completions", """
                {"model":"door-gap","messages":[{"role":"user","content":"x"}]}""");

        assertThat(gap.getString("text")).isEqualTo("middle");
        assertThat(gap.getJsonArray("prompt_token_ids"))
                .isEqualTo(JsonArray.of(
                        ByteTokenizer.FIM_PREFIX, 98, ByteTokenizer.FIM_SUFFIX, 99, ByteTokenizer.FIM_MIDDLE));
        assertThat(chat.statusCode()).isEqualTo(400);
        JsonObject error = new JsonObject(chat.body()).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("NO_CHAT_TEMPLATE");
        assertThat(error.getString("param")).isEqualTo("messages");
    }

    @Test
    void bodyOverTheLimitIsRefused() throws Exception {
        HttpResponse<String> answer = post("completions", "x".repeat((1 << 19) + 1));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("code"))
                .isEqualTo("BODY_TOO_LARGE");
    }

    @Test
    void withoutAKeyNobodyIsLetIn() throws Exception {
        for (String path : List.of("models", "completions")) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(base.resolve(path))
                            .method(path.equals("models") ? "GET" : "POST", HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("type"))
                    .isEqualTo("authentication_error");
        }
    }

    @Test
    void modelsAreListedByNameAndVersion() throws Exception {
        models.imported("door-listed", 1, models.scripted("x"));

        HttpResponse<String> answer = client.send(to("models").GET().build(), HttpResponse.BodyHandlers.ofString());

        List<String> ids = new JsonObject(answer.body())
                .getJsonArray("data").stream()
                        .map(model -> ((JsonObject) model).getString("id"))
                        .toList();
        assertThat(ids).contains("models/door-listed", "models/door-listed/versions/1");
    }

    /// Where `REVONTULI_OPENAI_PYTHON` names a Python with the package `openai`.
    @Test
    @EnabledIfEnvironmentVariable(named = "REVONTULI_OPENAI_PYTHON", matches = ".+")
    void pythonClientWorksUnchanged() throws Exception {
        models.imported("door-python", 1, models.chatting(SAID));

        assertThat(python("REVONTULI_OPENAI_PYTHON", "openai_client.py", "models/door-python"))
                .contains("openai client: ok");
    }

    /// Where `REVONTULI_LM_EVAL_PYTHON` names a Python with the package `lm_eval`.
    @Test
    @EnabledIfEnvironmentVariable(named = "REVONTULI_LM_EVAL_PYTHON", matches = ".+")
    void evaluationHarnessWorksUnchanged(@TempDir Path folder) throws Exception {
        models.imported("door-harness", 1, models.chatting("Helsinki"));
        Files.write(folder.resolve("tokenizer.json"), ByteTokenizer.json());

        assertThat(python(
                        "REVONTULI_LM_EVAL_PYTHON",
                        "lm_eval_peer.py",
                        "models/door-harness",
                        folder.toString(),
                        "--chat",
                        "models/door-harness"))
                .contains("lm-eval: ok");
    }

    /// What a script of the bench says of this door.
    private String python(String variable, String script, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(System.getenv(variable), "../infra/bench/" + script, base.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("OPENAI_API_KEY", TestCallers.apiKey("caller"));
        return new String(process.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void clientThatGoesAwayEndsItsGeneration() throws Exception {
        models.imported("door-endless", 1, models.scripted("and so on ", true, 5_000_000));
        HttpRequest request = to("completions")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"door-endless\",\"prompt\":\"x\",\"max_tokens\":1500,\"stream\":true}"))
                .build();

        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("data: ");
        }

        Records.Seen cancelled = Eventually.get("the cancelled generation", () -> records.all().stream()
                .filter(seen -> seen.action().equals("generation.cancelled"))
                .filter(seen -> seen.fact("model").equals("models/door-endless/versions/1"))
                .findFirst());
        assertThat(records.actions(cancelled.subject()))
                .isEqualTo(List.of("generation.admitted", "generation.cancelled"));
    }
}
