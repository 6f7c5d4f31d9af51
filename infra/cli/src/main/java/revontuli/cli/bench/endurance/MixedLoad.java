package revontuli.cli.bench.endurance;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import revontuli.api.inference.v1.FinishReason;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import revontuli.api.inference.v1.Sampling;
import revontuli.api.inference.v1.ScoreTextRequest;
import revontuli.api.inference.v1.TokenDetails;
import revontuli.cli.Channels;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.cli.StackFile;
import revontuli.cli.bench.Texts;
import revontuli.cli.client.ShippedModel;
import revontuli.cli.demo.DemoFiles;

/// Makes calls of every kind and holds each answer against what it must be.
final class MixedLoad implements AutoCloseable {
    private static final int TEXTS = 60;
    private static final int CHARACTERS = 64;
    private static final int SHARED_CHARACTERS = 240;
    private static final int WORDS_TOO_MANY = 2000;
    private static final long CALL_SECONDS_MAX = 60;
    private static final long SHORT_DEADLINE_MILLIS = 20;
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private final Channels caller;
    private final Channels evaluator;
    private final HttpCalls http;
    private final List<String> prompts;
    private final String shared;
    private final List<DemoFiles.Forbidden> forbidden = DemoFiles.find().forbidden();

    MixedLoad(Home home, Path root) {
        ClientCredential credential = ClientCredential.load(home, "caller");
        caller = Channels.open(home, credential);
        evaluator = Channels.open(home, ClientCredential.load(home, "evaluator"));
        http = new HttpCalls(StackFile.get(home).httpAddress(Service.INFERENCE), credential.apiKey());
        prompts = Texts.read(root, TEXTS, CHARACTERS);
        shared = Texts.read(root, 1, SHARED_CHARACTERS).getFirst();
    }

    /// Makes one call; anything but the expected answer is an exception. A lack of room passes through as the status
    /// RESOURCE_EXHAUSTED.
    void make(Kind kind, int n) {
        String prompt = prompts.get(n % prompts.size());
        switch (kind) {
            case STREAM -> read(request(prompt, 32, n), 1, 0);
            case SHARED_PROMPT -> read(request(shared + ' ' + n + ' ' + prompt.substring(0, 8), 8, n), 1, 0);
            case CANCELLED -> cancel(request(prompt, 64, n));
            case SLOW_READER -> read(request(prompt, 48, n), 1, PAUSE_NANOS);
            case SAMPLES -> read(request(prompt, 8, n).setSamples(8), 8, 0);
            case DETAILS -> read(details(request(prompt, 24, n)), 1, 0);
            case SCORE -> score(prompt, prompts.get((n + 1) % prompts.size()));
            case REFUSED -> refused(forbidden.get(n % forbidden.size()).prompt());
            case BAD_REQUEST -> bad(prompt, n);
            case DEADLINE -> late(request(prompt, 64, n));
            case HTTP -> http.whole(prompt, n);
            case HTTP_STREAM -> http.stream(prompt, n);
            case HTTP_GONE -> http.gone(prompt, n);
        }
    }

    private static GenerateTextRequest.Builder request(String prompt, int tokens, int seed) {
        return GenerateTextRequest.newBuilder()
                .setModel(ShippedModel.MODEL)
                .setPrompt(prompt)
                .setMaxTokens(tokens)
                .setSampling(Sampling.newBuilder()
                        .setTemperature(0.8f)
                        .setTopP(0.95f)
                        .setSeed(seed));
    }

    private static GenerateTextRequest.Builder details(GenerateTextRequest.Builder request) {
        return request.setSampling(request.getSampling().toBuilder()
                        .setMinP(0.05f)
                        .setRepetitionPenalty(1.1f)
                        .setPresencePenalty(0.3f)
                        .setFrequencyPenalty(0.2f)
                        .putLogitBias(7, -5))
                .setDetails(TokenDetails.newBuilder()
                        .setOutputTokens(true)
                        .setOutputLogProbs(5)
                        .setPromptTokens(true)
                        .setPromptLogProbs(2));
    }

    private void read(GenerateTextRequest.Builder request, int ends, long pause) {
        Iterator<GenerateTextResponse> answers = stub().generateText(request.build());
        int seen = 0;
        while (answers.hasNext()) {
            if (answers.next().getFinishReason() != FinishReason.FINISH_REASON_UNSPECIFIED) {
                seen++;
            }
            if (pause > 0) {
                LockSupport.parkNanos(pause);
            }
        }
        require(seen == ends, seen + " of " + ends + " samples ended");
    }

    private void cancel(GenerateTextRequest.Builder request) {
        Context.CancellableContext context = Context.current().withCancellation();
        try {
            context.run(() -> stub().generateText(request.build()).next());
        } finally {
            context.cancel(null);
        }
    }

    private void score(String text, String continuation) {
        double likelihood = InferenceServiceGrpc.newBlockingStub(evaluator.to(Service.INFERENCE))
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                .scoreText(ScoreTextRequest.newBuilder()
                        .setModel(ShippedModel.MODEL)
                        .setContext(text)
                        .setContinuation(continuation)
                        .build())
                .getLogLikelihood();
        require(likelihood < 0, "a log-likelihood of " + likelihood);
    }

    private void refused(String prompt) {
        FinishReason reason = FinishReason.FINISH_REASON_UNSPECIFIED;
        Iterator<GenerateTextResponse> answers =
                stub().generateText(request(prompt, 8, 1).build());
        while (answers.hasNext()) {
            GenerateTextResponse answer = answers.next();
            require(answer.getText().isEmpty(), "text came of a refused prompt");
            reason = answer.getFinishReason();
        }
        require(reason == FinishReason.FINISH_REASON_REFUSED, "a forbidden prompt ended " + reason);
    }

    private void bad(String prompt, int n) {
        GenerateTextRequest.Builder request = request(prompt, 8, n);
        Status.Code expected = Status.Code.INVALID_ARGUMENT;
        switch (n % 4) {
            case 0 -> request.getSamplingBuilder().setTemperature(3);
            case 1 -> request.setPrompt("word ".repeat(WORDS_TOO_MANY));
            case 2 -> request.setMaxTokens(-1);
            default -> {
                request.setModel("models/no-such-model");
                expected = Status.Code.NOT_FOUND;
            }
        }
        Status.Code code = ended(stub(), request);
        require(code == expected, "a bad request ended " + code + " and not " + expected);
    }

    private void late(GenerateTextRequest.Builder request) {
        Status.Code code = ended(
                InferenceServiceGrpc.newBlockingStub(caller.to(Service.INFERENCE))
                        .withDeadlineAfter(SHORT_DEADLINE_MILLIS, TimeUnit.MILLISECONDS),
                request);
        require(
                code == Status.Code.DEADLINE_EXCEEDED || code == Status.Code.CANCELLED || code == Status.Code.OK,
                "a short deadline ended " + code);
    }

    private static Status.Code ended(InferenceServiceBlockingStub stub, GenerateTextRequest.Builder request) {
        try {
            stub.generateText(request.build()).forEachRemaining(answer -> {});
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                throw e;
            }
            return e.getStatus().getCode();
        }
    }

    private InferenceServiceBlockingStub stub() {
        return InferenceServiceGrpc.newBlockingStub(caller.to(Service.INFERENCE))
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
    }

    static void require(boolean so, String otherwise) {
        if (!so) {
            throw new IllegalStateException(otherwise);
        }
    }

    @Override
    public void close() {
        caller.close();
        evaluator.close();
        http.close();
    }
}
