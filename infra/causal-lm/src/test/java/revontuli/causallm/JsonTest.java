package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static Map<String, Object> parse(String json) throws Json.Malformed {
        return Json.object(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everyKindOfValueIsRead() throws Json.Malformed {
        Map<String, Object> object =
                parse(" {\"a\": [1, -2.5e-3, true, false, null, {}, []], \"ä\\u00e4\\n\\/\": \"\\ud83d\\ude00\"} ");

        assertThat(object)
                .containsEntry(
                        "a",
                        List.of(BigDecimal.ONE, new BigDecimal("-2.5e-3"), true, false, Json.NULL, Map.of(), List.of()))
                .containsEntry("ää\n/", "\uD83D\uDE00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "[]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1}x",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":00}",
                "{\"a\":0x1}",
                "{\"a\":Infinity}",
                "{\"a\":nul}",
                "{\"a\":1e999999999}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"",
                "{\"a\":1,\"a\":null}",
                "{\"a\":null,\"a\":1}"
            })
    void anythingElseIsRefused(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(Json.Malformed.class);
    }

    @Test
    void depthIsBounded() throws Json.Malformed {
        assertThat(parse("{\"a\":" + "[".repeat(15) + "]".repeat(15) + "}")).hasSize(1);
        assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(16) + "]".repeat(16) + "}"))
                .isInstanceOf(Json.Malformed.class);
        assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(1_000_000))).isInstanceOf(Json.Malformed.class);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] bytes = {'{', '"', (byte) 0xc3, '"', ':', '1', '}'};

        assertThatThrownBy(() -> Json.object(bytes)).isInstanceOf(Json.Malformed.class);
    }

    @Test
    void quotedTextIsReadBack() throws Json.Malformed {
        String text = "\"\\\u0000\n\u007f\u2028ä\uD83D\uDE00\uD800";

        assertThat(parse("{\"a\":" + Json.quote(text) + "}")).containsEntry("a", text);
    }
}
