package revontuli.cli.bench.engine;

import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import revontuli.api.inference.v1.FinishReason;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.Sampling;
import revontuli.api.inference.v1.TokenIds;
import revontuli.causallm.LanguageModel;
import revontuli.causallm.Sampler;
import revontuli.cli.CliException;

/// The same work at the engine and at the door: so many streams, each a prompt of ids and its tokens.
final class DoorLoad {
    private static final int PROMPT = 32;
    private static final int TOKENS = 192;
    private static final long CALL_SECONDS_MAX = 300;

    /// Of the generated weights; it must not be drawn, or a stream would end before its time.
    private static final int END_OF_TEXT = 0;

    private static final float NEVER = -100;

    private final int streams;
    private final boolean sampled;

    /// @param sampled temperature 0.8 and top-p 0.95 instead of the likeliest token
    DoorLoad(int streams, boolean sampled) {
        this.streams = streams;
        this.sampled = sampled;
    }

    /// Tokens, and tokens a second by the clock.
    ///
    /// @param firstText milliseconds from the call to the first text, the median of the streams; 0 at the engine
    /// @param refusals why streams were ended before their time
    record Rate(int tokens, double tokensPerSecond, double firstText, List<String> refusals) {}

    Rate atTheEngine(LanguageModel model, int turn) {
        long begin = System.nanoTime();
        int[] slots = IntStream.range(0, streams).toArray();
        Sampler[] samplers = new Sampler[streams];
        int[] last = new int[streams];
        for (int slot : slots) {
            samplers[slot] = new Sampler(sampling(turn, slot), model.config().vocabularySize());
            last[slot] = samplers[slot].next(model.prefill(slot, OurEngine.prompt(PROMPT, stream(turn, slot)), 0));
        }
        for (int token = 1; token < TOKENS; token++) {
            float[][] logits = model.decode(slots, last);
            for (int slot : slots) {
                last[slot] = samplers[slot].next(logits[slot]);
            }
        }
        return new Rate(streams * TOKENS, streams * TOKENS / seconds(begin), 0, List.of());
    }

    Rate atTheDoor(Channel channel, String model, int turn) {
        long begin = System.nanoTime();
        List<CompletableFuture<Ended>> calls = new ArrayList<>();
        for (int slot = 0; slot < streams; slot++) {
            int number = slot;
            calls.add(CompletableFuture.supplyAsync(() -> call(channel, model, turn, number), task -> Thread.ofVirtual()
                    .start(task)));
        }
        List<Ended> ended = calls.stream().map(CompletableFuture::join).toList();
        double time = seconds(begin);
        int tokens = ended.stream().mapToInt(Ended::tokens).sum();
        double[] first = ended.stream().mapToDouble(Ended::firstText).toArray();
        List<String> refusals =
                ended.stream().map(Ended::refusal).filter(why -> !why.isEmpty()).toList();
        return new Rate(tokens, tokens / time, EngineBench.median(first), refusals);
    }

    private record Ended(int tokens, double firstText, String refusal) {}

    private Ended call(Channel channel, String model, int turn, int slot) {
        long begin = System.nanoTime();
        Iterator<GenerateTextResponse> answers = InferenceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                .generateText(request(model, turn, slot));
        double firstText = 0;
        while (answers.hasNext()) {
            GenerateTextResponse answer = answers.next();
            if (firstText == 0 && !answer.getText().isEmpty()) {
                firstText = (System.nanoTime() - begin)
                        / (double) Duration.ofMillis(1).toNanos();
            }
            if (answer.hasUsage()) {
                boolean refused = answer.getFinishReason() == FinishReason.FINISH_REASON_REFUSED;
                int tokens = answer.getUsage().getOutputTokenCount();
                if (!refused && tokens != TOKENS) {
                    throw CliException.refused("a stream ended after " + tokens + " of " + TOKENS + " tokens, "
                            + answer.getFinishReason());
                }
                return new Ended(
                        tokens,
                        firstText,
                        refused ? answer.getRefusal().toString().strip() : "");
            }
        }
        throw CliException.refused("a stream ended without a last message");
    }

    private GenerateTextRequest request(String model, int turn, int slot) {
        TokenIds.Builder prompt = TokenIds.newBuilder();
        for (int id : OurEngine.prompt(PROMPT, stream(turn, slot))) {
            prompt.addIds(id);
        }
        Sampling.Builder settings = Sampling.newBuilder().setSeed(stream(turn, slot));
        if (sampled) {
            settings.setTemperature(0.8f).setTopP(0.95f).putLogitBias(END_OF_TEXT, NEVER);
        }
        return GenerateTextRequest.newBuilder()
                .setModel(model)
                .setPromptTokens(prompt)
                .setMaxTokens(TOKENS)
                .setSampling(settings)
                .build();
    }

    private revontuli.causallm.Sampling sampling(int turn, int slot) {
        return sampled
                ? new revontuli.causallm.Sampling(
                        0.8f,
                        new revontuli.causallm.Sampling.Cut(0, 0.95f, 0),
                        revontuli.causallm.Sampling.Penalties.NONE,
                        Map.of(END_OF_TEXT, NEVER),
                        stream(turn, slot))
                : revontuli.causallm.Sampling.GREEDY;
    }

    /// No prompt comes twice, so none is reused.
    private static int stream(int turn, int slot) {
        return turn * 64 + slot;
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
