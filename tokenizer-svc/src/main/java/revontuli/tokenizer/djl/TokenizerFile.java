package revontuli.tokenizer.djl;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import revontuli.platform.fault.Fault;
import revontuli.tokenizer.vocabulary.Description;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer.SpecialToken;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer.Vocabulary;

/// What we read out of a `tokenizer.json` ourselves: how many ids there are, and which tokens are special. The flags
/// are read, never assumed.
final class TokenizerFile {
    /// Members that hold the parts of a step.
    static final List<String> STEP_LISTS = List.of("normalizers", "pretokenizers", "decoders");

    private final JsonObject root;

    private TokenizerFile(JsonObject root) {
        this.root = root;
    }

    static TokenizerFile parse(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            JsonElement root = JsonParser.parseString(text);
            if (!root.isJsonObject()) {
                throw malformed("it must be a JSON object with a 'model'");
            }
            FileCheck.check(root.getAsJsonObject());
            return new TokenizerFile(root.getAsJsonObject());
        } catch (CharacterCodingException e) {
            throw malformed("it is not UTF-8");
        } catch (JsonParseException | StackOverflowError e) {
            throw malformed("it is not JSON");
        }
    }

    Vocabulary vocabulary() {
        int last = lastModelId();
        List<SpecialToken> specials = new ArrayList<>();
        for (JsonElement item : addedTokens()) {
            JsonObject token = item.getAsJsonObject();
            int id = token.get("id").getAsInt();
            last = Math.max(last, id);
            if (isSpecial(token)) {
                specials.add(new SpecialToken(token.get("content").getAsString(), id));
            }
        }
        if (last < 0) {
            throw malformed("model.vocab: has no tokens");
        }
        specials.sort(Comparator.comparingInt(SpecialToken::id));
        return new Vocabulary(last + 1, specials);
    }

    Description describe() {
        List<Description.AddedToken> added = new ArrayList<>();
        for (JsonElement item : addedTokens()) {
            JsonObject token = item.getAsJsonObject();
            added.add(new Description.AddedToken(
                    token.get("content").getAsString(),
                    token.get("id").getAsInt(),
                    new Description.Flags(
                            isSpecial(token),
                            flag(token, "single_word"),
                            flag(token, "lstrip"),
                            flag(token, "rstrip"),
                            flag(token, "normalized"))));
        }
        added.sort(Comparator.comparingInt(Description.AddedToken::id));
        return new Description(
                modelKind(),
                added,
                new Description.Steps(step("normalizer"), step("pre_tokenizer"), step("decoder")),
                Description.Fim.among(added));
    }

    /// Tokens by id, as the file spells them; an id without one has an empty text.
    String[] tokens(int size) {
        String[] tokens = new String[size];
        Arrays.fill(tokens, "");
        JsonElement vocabulary = root.getAsJsonObject("model").get("vocab");
        if (vocabulary.isJsonArray()) {
            for (int id = 0; id < vocabulary.getAsJsonArray().size(); id++) {
                tokens[id] = vocabulary
                        .getAsJsonArray()
                        .get(id)
                        .getAsJsonArray()
                        .get(0)
                        .getAsString();
            }
        } else {
            vocabulary.getAsJsonObject().asMap().forEach((token, id) -> tokens[id.getAsInt()] = token);
        }
        for (JsonElement item : addedTokens()) {
            JsonObject token = item.getAsJsonObject();
            tokens[token.get("id").getAsInt()] = token.get("content").getAsString();
        }
        return tokens;
    }

    private String modelKind() {
        JsonElement type = root.getAsJsonObject("model").get("type");
        if (type != null && type.isJsonPrimitive()) {
            return type.getAsString();
        }
        return root.getAsJsonObject("model").has("merges") ? "BPE" : ""; // older files leave the kind out
    }

    private String step(String name) {
        JsonElement step = root.get(name);
        return step == null || !step.isJsonObject() ? "" : shortForm(step.getAsJsonObject());
    }

    private static String shortForm(JsonObject step) {
        String type = step.has("type") ? step.get("type").getAsString() : "";
        for (String list : STEP_LISTS) {
            if (step.has(list) && step.get(list).isJsonArray()) {
                List<String> parts = new ArrayList<>();
                step.getAsJsonArray(list).forEach(part -> parts.add(shortForm(part.getAsJsonObject())));
                return type + "(" + String.join(", ", parts) + ")";
            }
        }
        return type;
    }

    /// The same tokenizer for which special tokens are text like any other.
    String withoutSpecialTokens() {
        JsonObject copy = root.deepCopy();
        JsonArray kept = new JsonArray();
        for (JsonElement item : addedTokens()) {
            if (!isSpecial(item.getAsJsonObject())) {
                kept.add(item);
            }
        }
        copy.add("added_tokens", kept);
        copy.remove("post_processor"); // templates name special tokens; no template is applied here
        return copy.toString();
    }

    String text() {
        return root.toString();
    }

    private int lastModelId() {
        JsonElement vocabulary = root.getAsJsonObject("model").get("vocab");
        if (vocabulary.isJsonArray()) { // Unigram: a list of [text, score]
            return vocabulary.getAsJsonArray().size() - 1;
        }
        int last = -1;
        for (JsonElement id : vocabulary.getAsJsonObject().asMap().values()) {
            last = Math.max(last, id.getAsInt());
        }
        return last;
    }

    private JsonArray addedTokens() {
        JsonElement added = root.get("added_tokens");
        return added != null && added.isJsonArray() ? added.getAsJsonArray() : new JsonArray();
    }

    private static boolean isSpecial(JsonObject token) {
        return flag(token, "special");
    }

    private static boolean flag(JsonObject token, String name) {
        return token.has(name) && token.get(name).getAsBoolean();
    }

    static RuntimeException malformed(String why) {
        return Fault.invalid("MALFORMED_TOKENIZER", "tokenizer_json", why);
    }
}
