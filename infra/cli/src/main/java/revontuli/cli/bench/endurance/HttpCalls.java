package revontuli.cli.bench.endurance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import revontuli.cli.client.ShippedModel;

/// Calls through the door that speaks OpenAI's interface, and the service's metrics.
final class HttpCalls implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DATA = "data: ";
    private static final int TOO_MANY = 429;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final String address;
    private final String apiKey;

    HttpCalls(String address, String apiKey) {
        this.address = address;
        this.apiKey = apiKey;
    }

    void whole(String prompt, int seed) {
        try (InputStream answer = post(body(prompt, seed).put("n", 2))) {
            int choices = JSON.readTree(answer).path("choices").size();
            MixedLoad.require(choices == 2, choices + " of 2 choices came over HTTP");
        } catch (IOException e) {
            throw new IllegalStateException("the HTTP door: " + e.getMessage(), e);
        }
    }

    void stream(String prompt, int seed) {
        try (BufferedReader lines = lines(post(body(prompt, seed).put("stream", true)))) {
            String last = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line.startsWith(DATA) ? line : last;
            }
            MixedLoad.require(last.equals(DATA + "[DONE]"), "a stream over HTTP ended with: " + last);
        } catch (IOException e) {
            throw new IllegalStateException("the HTTP door: " + e.getMessage(), e);
        }
    }

    void gone(String prompt, int seed) {
        try (BufferedReader lines =
                lines(post(body(prompt, seed).put("stream", true).put("max_tokens", 128)))) {
            String line = lines.readLine();
            MixedLoad.require(line != null, "no event came over HTTP");
        } catch (IOException e) {
            throw new IllegalStateException("the HTTP door: " + e.getMessage(), e);
        }
    }

    private static ObjectNode body(String prompt, int seed) {
        return JSON.createObjectNode()
                .put("model", ShippedModel.MODEL)
                .put("prompt", prompt)
                .put("max_tokens", 16)
                .put("temperature", 0.8)
                .put("seed", seed);
    }

    private InputStream post(ObjectNode body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/v1/completions"))
                .timeout(LIMIT)
                .header("authorization", "Bearer " + apiKey)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        HttpResponse<InputStream> answer = send(request);
        if (answer.statusCode() != 200) {
            try (InputStream said = answer.body()) {
                String text = new String(said.readAllBytes(), StandardCharsets.UTF_8);
                if (answer.statusCode() == TOO_MANY) {
                    throw Status.RESOURCE_EXHAUSTED.withDescription(text).asRuntimeException();
                }
                throw new IllegalStateException("the HTTP door answered " + answer.statusCode() + ": " + text);
            }
        }
        return answer.body();
    }

    /// The sum of a metric of the service over all its labels; 0 where it has none.
    double metric(String name) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/q/metrics"))
                .timeout(LIMIT)
                .build();
        try (BufferedReader lines = lines(send(request).body())) {
            return lines.lines()
                    .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new IllegalStateException("the metrics: " + e.getMessage(), e);
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static BufferedReader lines(InputStream body) {
        return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
