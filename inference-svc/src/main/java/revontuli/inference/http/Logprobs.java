package revontuli.inference.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import revontuli.inference.generate.ToldToken;

/// Tokens in the two forms that OpenAI's interface has for them. A likely token that is withheld has an empty text.
final class Logprobs {
    private Logprobs() {}

    /// The form of completions: lists side by side.
    ///
    /// @param offset characters of text before the first token
    static JsonObject lists(List<ToldToken> tokens, int offset) {
        JsonArray texts = new JsonArray();
        JsonArray own = new JsonArray();
        JsonArray likeliest = new JsonArray();
        JsonArray offsets = new JsonArray();
        int at = offset;
        for (ToldToken token : tokens) {
            texts.add(text(token.text()));
            offsets.add(at);
            at += characters(token.text());
            if (token.logProbability().isPresent()) {
                own.add(token.logProbability().getAsDouble());
                likeliest.add(byText(token));
            } else {
                own.addNull();
                likeliest.addNull();
            }
        }
        return new JsonObject()
                .put("tokens", texts)
                .put("token_logprobs", own)
                .put("top_logprobs", likeliest)
                .put("text_offset", offsets);
    }

    private static JsonObject byText(ToldToken token) {
        JsonObject byText = new JsonObject();
        for (ToldToken.Likely likely : token.likeliest()) {
            String text = likely.withheld() ? "" : text(likely.text());
            if (!byText.containsKey(text)) {
                byText.put(text, likely.logProbability());
            }
        }
        if (!byText.containsKey(text(token.text()))) { // of the token that stands there it is always told
            byText.put(text(token.text()), token.logProbability().orElseThrow());
        }
        return byText;
    }

    /// Characters that begin in these bytes.
    static int characters(byte[] utf8) {
        int count = 0;
        for (byte b : utf8) {
            count += (b & 0xC0) == 0x80 ? 0 : 1;
        }
        return count;
    }

    /// The form of chats: an object for each token.
    static JsonObject content(List<ToldToken> tokens) {
        JsonArray content = new JsonArray();
        for (ToldToken token : tokens) {
            JsonArray likeliest = new JsonArray();
            for (ToldToken.Likely likely : token.likeliest()) {
                likeliest.add(
                        likely.withheld()
                                ? one("", likely.logProbability()).putNull("bytes")
                                : one(likely.text(), likely.logProbability()));
            }
            content.add(one(token.text(), token.logProbability().orElse(0)).put("top_logprobs", likeliest));
        }
        return new JsonObject().put("content", content).putNull("refusal");
    }

    private static JsonObject one(byte[] text, double logProbability) {
        JsonArray bytes = new JsonArray();
        for (byte b : text) {
            bytes.add(b & 0xff);
        }
        return one(text(text), logProbability).put("bytes", bytes);
    }

    private static JsonObject one(String text, double logProbability) {
        return new JsonObject().put("token", text).put("logprob", logProbability);
    }

    /// The bytes as text; where they are none, as `bytes:` and an escape for each.
    private static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException _) {
            StringBuilder escaped = new StringBuilder("bytes:");
            for (byte b : utf8) {
                escaped.append("\\x%02x".formatted(b & 0xff));
            }
            return escaped.toString();
        }
    }
}
