package revontuli.inference.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.FinishReason;
import revontuli.inference.generate.Opening;
import revontuli.inference.generate.ToldPrompt;
import revontuli.inference.generate.ToldToken;
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

    JsonObject choice(int index, WholeReader reader, Ending ending) {
        JsonObject choice = new JsonObject().put("index", index);
        ToldPrompt prompt = reader.prompt();
        Piece output = prompt == null || !echoes() ? reader.output() : behind(prompt, reader.output());
        if (question.chat()) {
            choice.put("message", new JsonObject().put("role", "assistant").put("content", output.text()));
        } else {
            choice.put("text", output.text());
        }
        tokens(choice, output);
        if (question.told().ids()) {
            choice.put("token_ids", ids(reader.output().ids()));
            choice.put("prompt_token_ids", prompt == null ? null : ids(ids(prompt)));
        }
        return choice.put("finish_reason", reason(ending.reason())).put("revontuli", receipt(ending, prompt));
    }

    /// What came out behind the prompt, as one text.
    private static Piece behind(ToldPrompt prompt, Piece output) {
        List<ToldToken> tokens = new ArrayList<>(prompt.tokens());
        tokens.addAll(output.tokens());
        return new Piece(prompt.text() + output.text(), tokens, 0);
    }

    boolean echoes() {
        return question.told().echo();
    }

    /// What is told of the prompt in a stream, before any text.
    JsonObject prompt(int index, ToldPrompt prompt) {
        JsonObject event = piece(index, echoes() ? new Piece(prompt.text(), prompt.tokens(), 0) : Piece.NONE, null);
        if (question.told().ids()) {
            JsonObject choice = event.getJsonArray("choices").getJsonObject(0);
            choice.put("token_ids", new JsonArray()).put("prompt_token_ids", ids(ids(prompt)));
        }
        return event;
    }

    /// A piece of a stream; the last one of a choice has an ending.
    JsonObject piece(int index, Piece piece, @Nullable Ending ending) {
        JsonObject choice = new JsonObject().put("index", index);
        if (question.chat()) {
            JsonObject delta = new JsonObject().put("role", "assistant");
            choice.put("delta", piece.text().isEmpty() ? delta : delta.put("content", piece.text()));
        } else {
            choice.put("text", piece.text());
        }
        tokens(choice, piece);
        if (question.told().ids()) {
            choice.put("token_ids", ids(piece.ids()));
        }
        choice.put("finish_reason", ending == null ? null : reason(ending.reason()));
        if (ending != null) {
            choice.put("revontuli", receipt(ending, null));
        }
        return head(question.chat() ? "chat.completion.chunk" : "text_completion")
                .put("choices", new JsonArray().add(choice));
    }

    private void tokens(JsonObject choice, Piece piece) {
        if (!question.told().logprobs() || piece.tokens().isEmpty()) {
            choice.putNull("logprobs");
        } else {
            choice.put(
                    "logprobs",
                    question.chat()
                            ? Logprobs.content(piece.tokens())
                            : Logprobs.lists(piece.tokens(), piece.offset()));
        }
    }

    private static int[] ids(ToldPrompt prompt) {
        return prompt.tokens().stream().mapToInt(ToldToken::id).toArray();
    }

    private static JsonArray ids(int[] ids) {
        JsonArray array = new JsonArray();
        for (int id : ids) {
            array.add(id);
        }
        return array;
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

    /// Tokens of all choices together; each prompt counts once.
    ///
    /// @param all the samples of the first prompt, then those of the next
    JsonObject usage(List<Usage> all) {
        int prompt = 0;
        int output = 0;
        for (int first = 0; first < all.size(); first += question.samples()) {
            List<Usage> own = all.subList(first, first + question.samples());
            prompt += own.stream().mapToInt(Usage::promptTokens).max().orElse(0);
            output += own.stream().mapToInt(Usage::outputTokens).sum();
        }
        return new JsonObject()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", output)
                .put("total_tokens", prompt + output);
    }

    private JsonObject receipt(Ending ending, @Nullable ToldPrompt prompt) {
        ServedIdentity identity = ending.generation().model().identity();
        JsonObject receipt = new JsonObject()
                .put("generation", ending.generation().name())
                .put("model", identity.name().toString())
                .put("model_digest", identity.digest("model").toString())
                .put("tokenizer_digest", identity.digest("tokenizer").toString())
                .put("policy_digest", ending.verdict().policyDigest().toString())
                .put("seed", Long.toString(ending.generation().sampling().seed()))
                .put("engine", ending.generation().model().facts().label());
        if (prompt != null && question.told().ids()) {
            receipt.put("prompt_text", prompt.text());
        }
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
