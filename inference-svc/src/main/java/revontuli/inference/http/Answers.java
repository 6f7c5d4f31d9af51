package revontuli.inference.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.FinishReason;
import revontuli.inference.generate.Opening;
import revontuli.inference.generate.Usage;
import revontuli.inference.generate.Verdict;
import revontuli.inference.model.ServedIdentity;

/// The answers to one question in the form of OpenAI's interface. What that form has no place for, the receipt and the
/// ground of a refusal, stands under `revontuli`.
final class Answers {
    private final Question question;
    private final String id;
    private final long created = Instant.now().getEpochSecond();

    Answers(Question question, String id) {
        this.question = question;
        this.id = (question.chat() ? "chatcmpl-" : "cmpl-") + id;
    }

    /// Everything at once.
    JsonObject whole(JsonArray choices, JsonObject usage) {
        return head(question.chat() ? "chat.completion" : "text_completion")
                .put("choices", choices)
                .put("usage", usage);
    }

    JsonObject choice(int index, String text, Ending ending) {
        JsonObject choice = new JsonObject().put("index", index);
        if (question.chat()) {
            choice.put("message", new JsonObject().put("role", "assistant").put("content", text));
        } else {
            choice.put("text", text);
        }
        return choice.putNull("logprobs")
                .put("finish_reason", reason(ending.reason()))
                .put("revontuli", receipt(ending));
    }

    /// A piece of a stream; the last one of a choice has an ending.
    JsonObject piece(int index, String text, @Nullable Ending ending) {
        JsonObject choice = new JsonObject().put("index", index);
        if (question.chat()) {
            JsonObject delta = new JsonObject().put("role", "assistant");
            choice.put("delta", text.isEmpty() ? delta : delta.put("content", text));
        } else {
            choice.put("text", text);
        }
        choice.putNull("logprobs").put("finish_reason", ending == null ? null : reason(ending.reason()));
        if (ending != null) {
            choice.put("revontuli", receipt(ending));
        }
        return head(question.chat() ? "chat.completion.chunk" : "text_completion")
                .put("choices", new JsonArray().add(choice));
    }

    /// The piece behind the last one, for clients that ask for it.
    JsonObject used(JsonObject usage) {
        return head(question.chat() ? "chat.completion.chunk" : "text_completion")
                .put("choices", new JsonArray())
                .put("usage", usage);
    }

    private JsonObject head(String object) {
        return new JsonObject()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", question.model());
    }

    private static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case REFUSED -> "content_filter";
        };
    }

    /// Tokens of all choices together; the prompt counts once.
    static JsonObject usage(Iterable<Usage> all) {
        int prompt = 0;
        int output = 0;
        for (Usage usage : all) {
            prompt = Math.max(prompt, usage.promptTokens());
            output += usage.outputTokens();
        }
        return new JsonObject()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", output)
                .put("total_tokens", prompt + output);
    }

    private static JsonObject receipt(Ending ending) {
        ServedIdentity identity = ending.generation().model().identity();
        JsonObject receipt = new JsonObject()
                .put("generation", ending.generation().name())
                .put("model", identity.name().toString())
                .put("model_digest", identity.digest("model").toString())
                .put("tokenizer_digest", identity.digest("tokenizer").toString())
                .put("policy_digest", ending.verdict().policyDigest().toString())
                .put("seed", Long.toString(ending.generation().sampling().seed()))
                .put("engine", ending.generation().model().facts().label());
        ending.prompt().ifPresent(opening -> receipt.put("prompt", opening(opening)));
        ending.output().ifPresent(opening -> receipt.put("output", opening(opening)));
        ending.refusal().ifPresent(refusal -> {
            Verdict verdict = refusal.verdict();
            receipt.put(
                    "refusal",
                    new JsonObject()
                            .put("category", verdict.category())
                            .put("rule", verdict.rule())
                            .put("policy", verdict.policy())
                            .put("direction", refusal.direction()));
        });
        return receipt;
    }

    private static JsonObject opening(Opening opening) {
        return new JsonObject()
                .put("commitment", opening.commitment().toString())
                .put("salt", Base64.getEncoder().encodeToString(opening.salt()));
    }
}
