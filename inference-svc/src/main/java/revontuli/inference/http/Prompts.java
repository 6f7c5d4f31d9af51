package revontuli.inference.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.PromptSource;
import revontuli.inference.generate.Samples;
import revontuli.platform.fault.Fault;
import revontuli.platform.prompt.Message;
import revontuli.platform.prompt.Role;

/// The prompts of a request: texts or ids, texts with a gap, dialogues.
final class Prompts {
    private static final int MESSAGES_MAX = 256;
    private static final Map<String, Role> ROLES = Map.of(
            "system", Role.SYSTEM,
            "developer", Role.SYSTEM,
            "user", Role.USER,
            "assistant", Role.ASSISTANT,
            "tool", Role.TOOL);

    private Prompts() {}

    /// A text, a list of ids, or a list of one of both.
    static List<PromptSource> completion(Body body) {
        Object value = body.fields().getValue("prompt");
        Object suffix = body.fields().getValue("suffix");
        List<PromptSource> prompts = new ArrayList<>();
        if (value instanceof JsonArray items && !items.isEmpty() && !(items.getValue(0) instanceof Number)) {
            if (items.size() > Samples.MAX) {
                throw Fault.invalid("PROMPT_COUNT", "prompt", "may be at most " + Samples.MAX + " prompts");
            }
            for (Object item : items) {
                prompts.add(one(item, suffix));
            }
        } else if (value == null || (value instanceof JsonArray none && none.isEmpty())) {
            throw Fault.invalid("PROMPT_COUNT", "prompt", "must be there: a text, a list of ids, or a list of these");
        } else {
            prompts.add(one(value, suffix));
        }
        return prompts;
    }

    private static PromptSource one(Object prompt, @Nullable Object suffix) {
        boolean gap = suffix != null && !suffix.equals("");
        if (prompt instanceof String text) {
            if (!gap) {
                return new PromptSource.Text(text);
            }
            if (suffix instanceof String behind) {
                return new PromptSource.Gap(text, behind);
            }
            throw Fault.invalid("MALFORMED_FIELD", "suffix", "must be a text");
        }
        if (!(prompt instanceof JsonArray ids)) {
            throw Fault.invalid("MALFORMED_FIELD", "prompt", "must be a text, a list of ids, or a list of these");
        }
        if (gap) {
            throw Fault.invalid("NOT_SUPPORTED", "suffix", "goes with a prompt that is a text only");
        }
        return new PromptSource.Tokens(ids.stream().mapToInt(Prompts::id).toArray());
    }

    private static int id(Object value) {
        if (value instanceof Integer id) {
            return id;
        }
        throw Fault.invalid("MALFORMED_FIELD", "prompt", "must hold ids of tokens as whole numbers");
    }

    static PromptSource chat(Body body) {
        if (!(body.fields().getValue("messages") instanceof JsonArray messages)
                || messages.isEmpty()
                || messages.size() > MESSAGES_MAX) {
            throw Fault.invalid("MALFORMED_FIELD", "messages", "must be a list of 1 to " + MESSAGES_MAX + " messages");
        }
        List<Message> dialogue = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            String place = "messages[" + i + "]";
            JsonObject message = messages.getValue(i) instanceof JsonObject object ? object : new JsonObject();
            Role role = message.getValue("role") instanceof String word ? ROLES.get(word) : null;
            if (role == null) {
                throw Fault.invalid(
                        "MALFORMED_FIELD", place, "must have a role of system, developer, user, assistant, tool");
            }
            dialogue.add(new Message(role, content(message.getValue("content"), place + ".content")));
        }
        return new PromptSource.Dialogue(dialogue);
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
}
