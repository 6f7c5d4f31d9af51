package revontuli.cli.bench;

import io.grpc.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.ScoreTextRequest;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.tokenizer.v1.EncodeTextRequest;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.api.trainer.v1.GetModelVersionRequest;
import revontuli.api.trainer.v1.ModelServiceGrpc;
import revontuli.cli.Service;
import revontuli.cli.client.ShippedModel;

/// What is called of one service, and as whom.
///
/// @param peers services that must run beside it
/// @param call makes call number n, returns what of the answer must be the same in every mode
/// @param checks further calls, made once, whose answers must be the same
record Workload(
        Service service,
        String description,
        String credential,
        int inFlight,
        Set<Service> peers,
        Call call,
        List<Check> checks) {
    /// Texts that are called in turn.
    static final int TEXTS = 60;

    static final int CHARACTERS = 512;
    private static final int PROMPT_CHARACTERS = 64;
    private static final int SCORED = 12;
    private static final int TOKENS = 8;
    private static final int IN_FLIGHT = 8;
    private static final long CALL_SECONDS_MAX = Duration.ofMinutes(1).toSeconds();

    /// Makes call number n; answers what must be the same in every mode.
    interface Call {
        String make(Channel channel, int n);
    }

    /// A call that is made once, under a credential of its own.
    record Check(String credential, Call call, int count) {}

    static Workload of(Service service, Path root) {
        return switch (service) {
            case TOKENIZER -> tokenizer(Texts.read(root, TEXTS, CHARACTERS));
            case SAFETY -> safety(Texts.read(root, TEXTS, CHARACTERS));
            case INFERENCE -> inference(Texts.read(root, TEXTS, PROMPT_CHARACTERS));
            case TRAINER -> trainer();
        };
    }

    private static Workload tokenizer(List<String> texts) {
        return new Workload(
                Service.TOKENIZER,
                "EncodeText, %d characters, five languages and code by turns".formatted(CHARACTERS),
                "caller",
                IN_FLIGHT,
                Set.of(),
                (channel, n) -> TokenizerServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                        .encodeText(EncodeTextRequest.newBuilder()
                                .setTokenizer(ShippedModel.TOKENIZER)
                                .setText(texts.get(n % texts.size()))
                                .build())
                        .toString(),
                List.of());
    }

    private static Workload safety(List<String> texts) {
        return new Workload(
                Service.SAFETY,
                "ModerateText (direction output), %d characters, five languages and code by turns; each leaves its record"
                        .formatted(CHARACTERS),
                "caller",
                IN_FLIGHT,
                Set.of(),
                (channel, n) -> ModerationServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                        .moderateText(ModerateTextRequest.newBuilder()
                                .setText(texts.get(n % texts.size()))
                                .setDirection(Direction.DIRECTION_OUTPUT)
                                .build())
                        .toString(),
                List.of());
    }

    private static Workload inference(List<String> prompts) {
        Check score = new Check(
                "evaluator",
                (channel, n) -> Double.toString(InferenceServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                        .scoreText(ScoreTextRequest.newBuilder()
                                .setModel(ShippedModel.MODEL)
                                .setContext(prompts.get(n % prompts.size()))
                                .setContinuation(prompts.get((n + 1) % prompts.size()))
                                .build())
                        .getLogLikelihood()),
                SCORED);
        return new Workload(
                Service.INFERENCE,
                "GenerateText, prompts of %d characters, %d greedy tokens of the shipped model, moderated by safety-svc"
                        .formatted(PROMPT_CHARACTERS, TOKENS),
                "caller",
                IN_FLIGHT,
                Set.of(Service.SAFETY),
                (channel, n) -> generated(channel, prompts.get(n % prompts.size())),
                List.of(score));
    }

    private static String generated(Channel channel, String prompt) {
        Iterator<GenerateTextResponse> answers = InferenceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                .generateText(GenerateTextRequest.newBuilder()
                        .setModel(ShippedModel.MODEL)
                        .setPrompt(prompt)
                        .setMaxTokens(TOKENS)
                        .build());
        List<String> parts = new ArrayList<>();
        while (answers.hasNext()) {
            GenerateTextResponse answer = answers.next();
            parts.add(answer.getText());
            if (answer.hasUsage()) {
                parts.add(" %s %d+%d"
                        .formatted(
                                answer.getFinishReason(),
                                answer.getUsage().getPromptTokenCount(),
                                answer.getUsage().getOutputTokenCount()));
            }
        }
        return String.join("", parts);
    }

    private static Workload trainer() {
        return new Workload(
                Service.TRAINER,
                "GetModelVersion of the shipped model",
                "operator",
                IN_FLIGHT,
                Set.of(),
                (channel, _) -> ModelServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                        .getModelVersion(GetModelVersionRequest.newBuilder()
                                .setName(ShippedModel.VERSION)
                                .build())
                        .toString(),
                List.of());
    }
}
