package revontuli.inference.djl;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import revontuli.inference.model.LoadRejected;
import revontuli.inference.model.TextCodec;

/// What this service needs to know of a `tokenizer.json`: its special tokens, and where its ids end.
///
/// The library recognises special tokens inside any text and has no switch against it here. So they are taken out of
/// the file before it is loaded: `<|endoftext|>` in a prompt is then eleven characters, not the end of a text.
record TokenizerFile(JsonObject root, Map<String, TextCodec.AddedToken> added, int vocabularyUsed) {
    private static final String ADDED = "added_tokens";

    static TokenizerFile parse(byte[] bytes) throws LoadRejected {
        try {
            JsonObject root = JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            Map<String, TextCodec.AddedToken> tokens = new HashMap<>();
            int last = lastOfVocabulary(root.getAsJsonObject("model").get("vocab"));
            for (JsonElement token : added(root)) {
                int id = token.getAsJsonObject().get("id").getAsInt();
                last = Math.max(last, id);
                String spelling = token.getAsJsonObject().get("content").getAsString();
                tokens.put(spelling, new TextCodec.AddedToken(id, isSpecial(token)));
            }
            return new TokenizerFile(root, Map.copyOf(tokens), last + 1);
        } catch (JsonParseException | IllegalStateException | ClassCastException | NullPointerException malformed) {
            throw new LoadRejected(
                    "TOKENIZER_UNREADABLE", "tokenizer.json is not of the form that tokenizers write", Map.of());
        }
    }

    byte[] withoutSpecialTokens() {
        JsonObject changed = root.deepCopy();
        JsonArray plain = new JsonArray();
        added(root).forEach(token -> {
            if (!isSpecial(token)) {
                plain.add(token);
            }
        });
        changed.add(ADDED, plain);
        changed.remove("post_processor"); // it may only add special tokens, which is never wanted here
        return changed.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static int lastOfVocabulary(JsonElement vocabulary) {
        if (vocabulary.isJsonArray()) {
            return vocabulary.getAsJsonArray().size() - 1;
        }
        return vocabulary.getAsJsonObject().entrySet().stream()
                .mapToInt(entry -> entry.getValue().getAsInt())
                .max()
                .orElse(-1);
    }

    private static JsonArray added(JsonObject root) {
        JsonElement added = root.get(ADDED);
        return added == null || added.isJsonNull() ? new JsonArray() : added.getAsJsonArray();
    }

    private static boolean isSpecial(JsonElement token) {
        JsonElement special = token.getAsJsonObject().get("special");
        return special != null && special.getAsBoolean();
    }
}
