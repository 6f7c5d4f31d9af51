package revontuli.cli.client;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.inference.v1.FinishReason;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.Lane;
import revontuli.api.inference.v1.Receipt;
import revontuli.api.inference.v1.Refusal;
import revontuli.api.inference.v1.Sampling;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Out;
import revontuli.cli.Service;

/// `revontuli generate`: streams what the model says, and the receipt at the end.
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = {
            "Let a promoted model go on with a prompt. Text is shown as it is released.",
            "Exit code 0 for an answer, 1 for a refusal by the policy."
        })
public final class GenerateCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "PROMPT", description = "What the model goes on with.")
    private String prompt = "";

    @Option(
            names = "--model",
            defaultValue = "models/aurora-mini",
            paramLabel = "NAME",
            description = "models/{id}, or models/{id}/versions/{n} (default: ${DEFAULT-VALUE}).")
    private String model = "";

    @Option(names = "--max-tokens", paramLabel = "N", description = "At most N tokens (default 64).")
    private @Nullable Integer maxTokens;

    @Option(names = "--temperature", paramLabel = "T", description = "0 = greedy (default), up to 2.")
    private @Nullable Float temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Keep the K likeliest tokens; 0 = all (default).")
    private @Nullable Integer topK;

    @Option(names = "--top-p", paramLabel = "P", description = "Keep the likeliest tokens up to this mass (default 1).")
    private @Nullable Float topP;

    @Option(names = "--repetition-penalty", paramLabel = "R", description = "1 = off (default), up to 2.")
    private @Nullable Float repetitionPenalty;

    @Option(
            names = "--min-p",
            paramLabel = "M",
            description = "Keep tokens of this share of the likeliest (default 0).")
    private @Nullable Float minP;

    @Option(names = "--presence-penalty", paramLabel = "P", description = "0 = off (default), -2 to 2.")
    private @Nullable Float presencePenalty;

    @Option(names = "--frequency-penalty", paramLabel = "F", description = "0 = off (default), -2 to 2.")
    private @Nullable Float frequencyPenalty;

    @Option(
            names = "--logit-bias",
            paramLabel = "ID=BIAS",
            split = ",",
            description = "Make the token with this id likelier or less likely, by -100 to 100.")
    private Map<Integer, Float> logitBias = Map.of();

    @Option(names = "--seed", paramLabel = "S", description = "The same seed gives the same tokens.")
    private @Nullable Long seed;

    @Option(names = "--stop", paramLabel = "TEXT", description = "End before this text; may be given up to 8 times.")
    private List<String> stop = List.of();

    @Option(
            names = "--evaluate",
            description = "Use the evaluate lane (role evaluator): candidates, judged, not withheld.")
    private boolean evaluate;

    @Option(
            names = "--receipt",
            paramLabel = "FILE",
            description = "Keep all evidence of it, prompt and output included, in a file for `audit verify-receipt`.")
    private @Nullable Path receipt;

    @Override
    public Integer call() {
        if (receipt != null) {
            ReceiptFiles.requireNew(receipt);
        }
        if (maxTokens != null && maxTokens < 1) {
            throw CliException.usage("--max-tokens: must be 1 or more");
        }
        try (Channels channels = options.channels(evaluate ? "evaluator" : "caller")) {
            return run(channels, request(), options.out());
        }
    }

    private GenerateTextRequest request() {
        Sampling.Builder sampling = Sampling.newBuilder();
        if (temperature != null) {
            sampling.setTemperature(temperature);
        }
        if (topK != null) {
            sampling.setTopK(topK);
        }
        if (topP != null) {
            sampling.setTopP(topP);
        }
        if (repetitionPenalty != null) {
            sampling.setRepetitionPenalty(repetitionPenalty);
        }
        if (minP != null) {
            sampling.setMinP(minP);
        }
        if (presencePenalty != null) {
            sampling.setPresencePenalty(presencePenalty);
        }
        if (frequencyPenalty != null) {
            sampling.setFrequencyPenalty(frequencyPenalty);
        }
        sampling.putAllLogitBias(logitBias);
        if (seed != null) {
            sampling.setSeed(seed);
        }
        return GenerateTextRequest.newBuilder()
                .setModel(model)
                .setPrompt(prompt)
                .setMaxTokens(maxTokens == null ? 0 : maxTokens) // 0: the default
                .setSampling(sampling)
                .addAllStop(stop)
                .setLane(evaluate ? Lane.LANE_EVALUATE : Lane.LANE_SERVE)
                .build();
    }

    private int run(Channels channels, GenerateTextRequest request, Out out) {
        var answers = InferenceServiceGrpc.newBlockingStub(channels.to(Service.INFERENCE))
                .generateText(request);
        GenerateTextResponse last = GenerateTextResponse.getDefaultInstance();
        StringBuilder text = new StringBuilder();
        while (answers.hasNext()) {
            last = answers.next();
            text.append(last.getText());
            out.piece(last.getText());
            out.jsonText(Wire.json(last));
        }
        out.line("");
        show(out, last);
        keepReceipt(channels, last.getReceipt(), text.toString(), out);
        return last.getFinishReason() == FinishReason.FINISH_REASON_REFUSED ? ExitCode.REFUSED : ExitCode.OK;
    }

    private void keepReceipt(Channels channels, Receipt of, String output, Out out) {
        Path file = receipt;
        if (file == null) {
            return;
        }
        List<String> texts = output.isEmpty() || !of.hasOutput() ? List.of(prompt) : List.of(prompt, output);
        ReceiptFiles.write(ReceiptFiles.fetch(channels, of.getGeneration(), out).with(texts), file);
        out.note(out.dim("its receipt is in " + file));
    }

    private static void show(Out out, GenerateTextResponse last) {
        if (last.hasRefusal()) {
            Refusal refusal = last.getRefusal();
            out.line(out.yellow("refused") + ": " + refusal.getCategory() + ", rule " + refusal.getRule() + ", "
                    + refusal.getPolicy() + " (" + refusal.getDirection() + ")");
        }
        out.line(out.dim(
                last.getReceipt().getGeneration() + ", " + last.getReceipt().getModel() + ", "
                        + last.getUsage().getPromptTokenCount() + " + "
                        + last.getUsage().getOutputTokenCount()
                        + " tokens in " + last.getUsage().getTotalMs() + " ms, seed "
                        + last.getReceipt().getSeed()));
    }
}
