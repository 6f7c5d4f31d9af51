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
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.testkit.Backbone;
import revontuli.testkit.CallCoverage;
import revontuli.testkit.Eventually;
import revontuli.testkit.TestCallers;

/// No call of this service is silent: found by the descriptors, so that a method that is added is walked too.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class CallCoverageTest {
    @Inject
    DataSource database;

    @Inject
    Records records;

    @TestHTTPResource("/v1/")
    @SuppressWarnings("NullAway.Init") // set before each test
    URI base;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void everyCallIsOnRecordRefusedOrAnswered() {
        CallCoverage.everyCallIsOnRecord(database, InferenceServiceGrpc.getServiceDescriptor());
    }

    /// The same through the HTTP door: without a key, with one that nobody has, with a body that is none or is too
    /// long, and answered.
    @Test
    void everyCallThroughTheHttpDoorIsOnRecord() throws Exception {
        String tooLong = "x".repeat((1 << 19) + 1);
        for (String path : List.of("completions", "chat/completions")) {
            String name = "POST /v1/" + path;
            expect(401, "anonymous", name, post(path, "{}"));
            expect(401, "anonymous", name, post(path, "{}").header("authorization", "Bearer rvk_" + "B".repeat(43)));
            expect(400, "users/caller", name, as("caller", post(path, "[]")));
            expect(400, "users/caller", name, as("caller", post(path, tooLong)));
        }
        expect(400, "anonymous", "POST /v1/*", post("no/such/place", tooLong));
        expect(401, "anonymous", "GET /v1/models", HttpRequest.newBuilder(base.resolve("models")));
        expect(200, "users/caller", "GET /v1/models", as("caller", HttpRequest.newBuilder(base.resolve("models"))));
    }

    /// A refusal is on record with the reason that the caller was told.
    private void expect(int status, String who, String name, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        boolean answered = status == 200;
        String reason = answered
                ? ""
                : new JsonObject(answer.body()).getJsonObject("error").getString("code");
        assertThat(reason.isEmpty()).isEqualTo(answered);
        Eventually.holds(who + " " + name + " " + reason, () -> records.about("calls/inference-svc").stream()
                .anyMatch(seen -> seen.action().equals(answered ? "call.answered" : "call.refused")
                        && seen.all().contains("\"actor\":\"" + who + "\"")
                        && seen.fact("method").equals(name)
                        && seen.fact("reason").equals(reason)));
    }

    private HttpRequest.Builder post(String path, String body) {
        return HttpRequest.newBuilder(base.resolve(path)).POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpRequest.Builder as(String person, HttpRequest.Builder request) {
        return request.header("authorization", "Bearer " + TestCallers.apiKey(person));
    }
}
