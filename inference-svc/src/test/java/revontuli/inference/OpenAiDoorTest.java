package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
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
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
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
        models.imported("door-stream", 1, models.scripted(SAID));

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
                "completions      | {\"model\":\"m\",\"prompt\":[\"a\",\"b\"]}              | 400 | PROMPT_COUNT    | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":[1,2]}                      | 400 | MALFORMED_FIELD | prompt",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"colour\":1}         | 400 | UNKNOWN_FIELD   | colour",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"logprobs\":3}       | 400 | NOT_SUPPORTED   | logprobs",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"temperature\":2.1}  | 400 | OUT_OF_RANGE    | temperature",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":-1}    | 400 | OUT_OF_RANGE    | max_tokens",
                "completions      | {\"model\":\"m\",\"prompt\":\"x\",\"n\":17}             | 400 | OUT_OF_RANGE    | n",
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
        models.imported("door-python", 1, models.scripted(SAID));
        ProcessBuilder script = new ProcessBuilder(
                        System.getenv("REVONTULI_OPENAI_PYTHON"),
                        "../infra/bench/openai_client.py",
                        base.toString(),
                        "models/door-python")
                .redirectErrorStream(true);
        script.environment().put("OPENAI_API_KEY", TestCallers.apiKey("caller"));
        Process process = script.start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).contains("openai client: ok");
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
