package revontuli.inference.http;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import revontuli.inference.engine.Sampling;
import revontuli.inference.generate.Details;
import revontuli.inference.generate.Draw;
import revontuli.inference.generate.GenerationRequest;
import revontuli.inference.generate.PromptSource;
import revontuli.inference.generate.Samples;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.platform.fault.Fault;

/// What a client asks for: one text or several, each continued once or several times, whole or in pieces.
///
/// @param chat whether it came as a dialogue
/// @param model as the client named it
/// @param samples choices of each prompt
/// @param told what stands in a choice beside its text
/// @param usage whether a stream ends with what was used
record Question(
        boolean chat,
        String model,
        List<GenerationRequest> prompts,
        int samples,
        Told told,
        boolean stream,
        boolean usage) {
    private static final Set<String> BOTH = Set.of(
            "model",
            "max_tokens",
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "repetition_penalty",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "stop",
            "seed",
            "n",
            "stream",
            "stream_options",
            "return_token_ids",
            "user");
    private static final Set<String> COMPLETION = with("prompt", "suffix", "echo", "best_of");
    private static final Set<String> CHAT = with("messages", "max_completion_tokens", "top_logprobs");

    /// What stands in a choice beside the text that follows the prompt.
    record Told(boolean echo, boolean logprobs, boolean ids) {}

    private static Set<String> with(String... more) {
        Set<String> fields = new TreeSet<>(BOTH);
        fields.addAll(List.of(more));
        return fields;
    }

    static Question completion(Body body) {
        body.requireKnown(COMPLETION);
        body.requireNeutral("best_of", 1);
        OptionalInt logprobs = Boolean.FALSE.equals(body.fields().getValue("logprobs"))
                ? OptionalInt.empty()
                : body.wholeIfThere("logprobs", 0, Details.LIKELIEST_MAX);
        boolean echo = body.flag("echo");
        if (echo && body.fields().getValue("suffix") != null) {
            throw Fault.invalid("NOT_SUPPORTED", "echo", "does not go with a suffix: leave one of both out");
        }
        boolean ids = body.flag("return_token_ids");
        Details details = new Details(ids, logprobs, ids || echo, echo ? logprobs : OptionalInt.empty());
        int least = echo && logprobs.isPresent() ? 0 : 1;
        int most = body.whole("max_tokens", GenerationRequest.TOKENS_DEFAULT, least, GenerationRequest.TOKENS_MAX);
        return parse(body, false, Prompts.completion(body), details, most, new Told(echo, logprobs.isPresent(), ids));
    }

    static Question chat(Body body) {
        body.requireKnown(CHAT);
        boolean logprobs = body.flag("logprobs");
        OptionalInt likeliest = body.wholeIfThere("top_logprobs", 0, Details.LIKELIEST_MAX);
        if (likeliest.isPresent() && !logprobs) {
            throw Fault.invalid("NOT_SUPPORTED", "top_logprobs", "needs logprobs to be true");
        }
        boolean ids = body.flag("return_token_ids");
        OptionalInt odds = logprobs ? OptionalInt.of(likeliest.orElse(0)) : OptionalInt.empty();
        Details details = new Details(ids, odds, ids, OptionalInt.empty());
        int most = body.whole("max_tokens", GenerationRequest.TOKENS_DEFAULT, 1, GenerationRequest.TOKENS_MAX);
        most = body.whole("max_completion_tokens", most, 1, GenerationRequest.TOKENS_MAX);
        return parse(body, true, List.of(Prompts.chat(body)), details, most, new Told(false, logprobs, ids));
    }

    private static Question parse(
            Body body, boolean chat, List<PromptSource> prompts, Details details, int most, Told told) {
        String model = body.text("model");
        ModelTarget target = ModelTarget.parse("model", model.startsWith("models/") ? model : "models/" + model);
        Draw draw = draw(body);
        List<String> stops = body.texts("stop");
        int samples = body.whole("n", 1, 1, Samples.MAX);
        if (prompts.size() * samples > Samples.MAX) {
            throw Fault.invalid("OUT_OF_RANGE", "n", "must be at most " + Samples.MAX + " for all prompts together");
        }
        List<GenerationRequest> requests = prompts.stream()
                .map(prompt -> new GenerationRequest(target, prompt, most, draw, stops, details, "", Lane.SERVE))
                .toList();
        return new Question(
                chat,
                model,
                requests,
                samples,
                told,
                body.flag("stream"),
                body.fields().getValue("stream_options") instanceof JsonObject options
                        && Boolean.TRUE.equals(options.getValue("include_usage")));
    }

    private static Draw draw(Body body) {
        return new Draw(
                body.number("temperature", 1),
                new Sampling.Cut(body.whole("top_k", 0, 0, 1_000), body.number("top_p", 1), body.number("min_p", 0)),
                new Sampling.Penalties(
                        body.number("repetition_penalty", 1),
                        body.number("presence_penalty", 0),
                        body.number("frequency_penalty", 0)),
                body.numbersById("logit_bias"),
                body.seed());
    }

    int choices() {
        return prompts.size() * samples;
    }
}
