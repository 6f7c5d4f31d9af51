package revontuli.inference.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.GenerationRequest;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.platform.fault.Fault;

/// What a client asks for: one text, continued once or several times, whole or in pieces.
///
/// @param chat whether it came as a dialogue
/// @param model as the client named it
/// @param usage whether a stream ends with what was used
record Question(boolean chat, String model, GenerationRequest request, int choices, boolean stream, boolean usage) {
    private static final int CHOICES_MAX = 16;
    private static final int MESSAGES_MAX = 256;
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant");
    private static final Set<String> KNOWN = Set.of(
            "model",
            "prompt",
            "messages",
            "max_tokens",
            "max_completion_tokens",
            "temperature",
            "top_p",
            "stop",
            "seed",
            "n",
            "stream",
            "stream_options",
            "user",
            "best_of",
            "echo",
            "logprobs",
            "top_logprobs",
            "suffix",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias");

    static Question completion(Body body) {
        List<String> prompts = body.texts("prompt");
        if (prompts.size() != 1) {
            throw Fault.invalid("PROMPT_COUNT", "prompt", "must be one text; ask once for each");
        }
        return parse(body, false, prompts.getFirst(), List.of());
    }

    static Question chat(Body body) {
        return parse(body, true, dialogue(body), List.of("\nuser:"));
    }

    private static Question parse(Body body, boolean chat, String prompt, List<String> stopsToo) {
        body.requireKnown(KNOWN);
        body.requireNeutral("best_of", 1);
        body.requireNeutral("echo", false);
        body.requireNeutral("logprobs", false);
        body.requireNeutral("top_logprobs");
        body.requireNeutral("suffix", "");
        body.requireNeutral("presence_penalty", 0);
        body.requireNeutral("frequency_penalty", 0);
        body.requireNeutral("logit_bias");
        String model = body.text("model");
        List<String> stops = new ArrayList<>(body.texts("stop"));
        stops.addAll(stopsToo);
        int most = body.whole("max_completion_tokens", body.whole("max_tokens", 0, 0, 4_096), 0, 4_096);
        GenerationRequest.Draw draw =
                new GenerationRequest.Draw(body.number("temperature", 1), 0, body.number("top_p", 1), 1, body.seed());
        return new Question(
                chat,
                model,
                new GenerationRequest(target(model), prompt, most, draw, stops, "", Lane.SERVE),
                body.whole("n", 1, 1, CHOICES_MAX),
                body.flag("stream"),
                body.fields().getValue("stream_options") instanceof JsonObject options
                        && Boolean.TRUE.equals(options.getValue("include_usage")));
    }

    private static ModelTarget target(String model) {
        return ModelTarget.parse("model", model.startsWith("models/") ? model : "models/" + model);
    }

    /// `role: text` a line and `assistant:` at the end. Models have no template of their own here.
    private static String dialogue(Body body) {
        if (!(body.fields().getValue("messages") instanceof JsonArray messages)
                || messages.isEmpty()
                || messages.size() > MESSAGES_MAX) {
            throw Fault.invalid("MALFORMED_FIELD", "messages", "must be a list of 1 to " + MESSAGES_MAX + " messages");
        }
        StringBuilder prompt = new StringBuilder();
        for (int i = 0; i < messages.size(); i++) {
            String place = "messages[" + i + "]";
            if (!(messages.getValue(i) instanceof JsonObject message)
                    || !(message.getValue("role") instanceof String role)
                    || !ROLES.contains(role)) {
                throw Fault.invalid("MALFORMED_FIELD", place, "must have a role of system, developer, user, assistant");
            }
            prompt.append(role.toLowerCase(Locale.ROOT))
                    .append(": ")
                    .append(content(message.getValue("content"), place + ".content"))
                    .append('\n');
        }
        return prompt.append("assistant:").toString();
    }

    private static String content(@Nullable Object content, String place) {
        if (content instanceof String text) {
            return text;
        }
        StringBuilder text = new StringBuilder();
        if (content instanceof JsonArray parts) {
            for (Object part : parts) {
                if (!(part instanceof JsonObject object) || !(object.getValue("text") instanceof String piece)) {
                    throw Fault.invalid("MALFORMED_FIELD", place, "may have parts of type text only");
                }
                text.append(piece);
            }
            return text.toString();
        }
        throw Fault.invalid("MALFORMED_FIELD", place, "must be a text or a list of texts");
    }

    /// The request of one of the choices: each has a seed of its own, counted from the one that was asked for.
    GenerationRequest choice(int index) {
        GenerationRequest.Draw draw = request.draw();
        if (index == 0 || draw.seed().isEmpty()) {
            return request;
        }
        GenerationRequest.Draw own = new GenerationRequest.Draw(
                draw.temperature(),
                draw.topK(),
                draw.topP(),
                draw.repetitionPenalty(),
                OptionalLong.of(draw.seed().getAsLong() + index));
        return new GenerationRequest(
                request.target(),
                request.prompt(),
                request.tokensMax(),
                own,
                request.stops(),
                request.requestId(),
                request.lane());
    }
}
