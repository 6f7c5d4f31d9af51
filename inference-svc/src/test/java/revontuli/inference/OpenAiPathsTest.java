package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;

/// What the OpenAI-compatible door does not serve is refused in its form and on record.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
class OpenAiPathsTest {
    @Inject
    Records records;

    @TestHTTPResource("/v1/")
    @SuppressWarnings("NullAway.Init") // set before each test
    URI base;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | embeddings         | POST /v1/*",
                "GET    | models/aurora-mini | GET /v1/*",
                "DELETE | completions        | DELETE /v1/completions",
                "BREW   | chat/completions   | * /v1/chat/completions",
            })
    void whatIsNotServedIsRefusedAndOnRecord(String method, String path, String name) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(base.resolve(path))
                                .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(404);
        JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
        assertThat(error.getString("code")).isEqualTo("UNKNOWN_PATH");
        assertThat(error.getString("message")).startsWith(name).contains("POST /v1/completions");
        Eventually.holds("the record of " + name, () -> records.all().stream()
                .anyMatch(seen -> seen.action().equals("call.refused")
                        && seen.all().contains("\"" + name + "\"")
                        && seen.fact("reason").equals("UNKNOWN_PATH")));
    }
}
