package revontuli.tokenizer.djl;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks the parts of a `tokenizer.json` that are read here: kinds, ids and sizes. What is wrong is a fault with its
/// place; the library judges everything else.
final class FileCheck {
    static final int ID_MAX = 1 << 21;
    private static final int ADDED_MAX = 1 << 16;
    private static final int ADDED_CHARS_MAX = 1024;
    private static final int TOKEN_CHARS_MAX = 4096;
    private static final int SHOWN_CHARS = 60;
    private static final int DEPTH_MAX = 32;

    private FileCheck() {}

    static void check(JsonObject root) {
        JsonElement model = root.get("model");
        if (model == null || !model.isJsonObject()) {
            throw TokenizerFile.malformed("it must be a JSON object with a 'model'");
        }
        vocabulary(model.getAsJsonObject().get("vocab"));
        added(root.get("added_tokens"));
        for (String step : List.of("normalizer", "pre_tokenizer", "decoder")) {
            step(step, root.get(step), 0);
        }
    }

    private static void vocabulary(JsonElement vocabulary) {
        if (vocabulary == null || !(vocabulary.isJsonObject() || vocabulary.isJsonArray())) {
            throw TokenizerFile.malformed("model.vocab: must be a map of tokens to ids, or a list of them");
        }
        if (vocabulary.isJsonArray()) { // Unigram: [text, score]
            JsonArray items = vocabulary.getAsJsonArray();
            if (items.size() > ID_MAX) {
                throw TokenizerFile.malformed("model.vocab: has more than " + ID_MAX + " tokens");
            }
            for (int id = 0; id < items.size(); id++) {
                JsonElement item = items.get(id);
                boolean pair = item.isJsonArray()
                        && item.getAsJsonArray().size() == 2
                        && isText(item.getAsJsonArray().get(0));
                if (!pair) {
                    throw TokenizerFile.malformed("model.vocab[" + id + "]: must be a text and its score");
                }
                token("model.vocab[" + id + "]", item.getAsJsonArray().get(0).getAsString());
            }
            return;
        }
        Set<Integer> ids = new HashSet<>();
        for (Map.Entry<String, JsonElement> entry : vocabulary.getAsJsonObject().entrySet()) {
            String place = "model.vocab[" + shown(entry.getKey()) + "]";
            token(place, entry.getKey());
            if (!ids.add(id(place, entry.getValue()))) {
                throw TokenizerFile.malformed(place + ": its id is another token's too");
            }
        }
    }

    private static void added(JsonElement added) {
        if (added == null || added.isJsonNull()) {
            return;
        }
        if (!added.isJsonArray() || added.getAsJsonArray().size() > ADDED_MAX) {
            throw TokenizerFile.malformed("added_tokens: must be a list of at most " + ADDED_MAX);
        }
        int number = 0;
        for (JsonElement item : added.getAsJsonArray()) {
            String place = "added_tokens[" + number++ + "]";
            if (!item.isJsonObject()) {
                throw TokenizerFile.malformed(place + ": must be an object");
            }
            JsonObject token = item.getAsJsonObject();
            id(place + ".id", token.get("id"));
            JsonElement content = token.get("content");
            if (!isText(content)
                    || content.getAsString().isEmpty()
                    || content.getAsString().length() > ADDED_CHARS_MAX) {
                throw TokenizerFile.malformed(place + ".content: must have 1 to " + ADDED_CHARS_MAX + " characters");
            }
            for (String flag : List.of("special", "single_word", "lstrip", "rstrip", "normalized")) {
                JsonElement value = token.get(flag);
                if (value != null && !(value instanceof JsonPrimitive set && set.isBoolean())) {
                    throw TokenizerFile.malformed(place + "." + flag + ": must be true or false");
                }
            }
        }
    }

    private static void step(String place, JsonElement step, int depth) {
        if (step == null || step.isJsonNull()) {
            return;
        }
        if (!step.isJsonObject() || depth > DEPTH_MAX) {
            throw TokenizerFile.malformed(place + ": must be an object, in at most " + DEPTH_MAX + " others");
        }
        JsonElement type = step.getAsJsonObject().get("type");
        if (type != null && !isText(type)) {
            throw TokenizerFile.malformed(place + ".type: must be a text");
        }
        for (String list : TokenizerFile.STEP_LISTS) {
            JsonElement parts = step.getAsJsonObject().get(list);
            if (parts != null && parts.isJsonArray()) {
                int number = 0;
                for (JsonElement part : parts.getAsJsonArray()) {
                    step(place + "." + list + "[" + number++ + "]", part, depth + 1);
                }
            }
        }
    }

    private static void token(String place, String text) {
        if (text.length() > TOKEN_CHARS_MAX) {
            throw TokenizerFile.malformed(place + ": is longer than " + TOKEN_CHARS_MAX + " characters");
        }
    }

    private static int id(String place, JsonElement value) {
        if (value instanceof JsonPrimitive number
                && number.isNumber()
                && number.getAsString().matches("\\d{1,9}")) {
            int id = Integer.parseInt(number.getAsString());
            if (id <= ID_MAX) {
                return id;
            }
        }
        throw TokenizerFile.malformed(place + ": must be a whole number from 0 to " + ID_MAX);
    }

    private static boolean isText(JsonElement value) {
        return value instanceof JsonPrimitive text && text.isString();
    }

    private static String shown(String text) {
        String part = text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + "..." : text;
        return '"' + part.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
