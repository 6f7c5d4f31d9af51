package revontuli.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    @Test
    void objectIsReadWhole() throws Exception {
        assertThat(read("{\"a\":[1,2.50],\"b\":{\"c\":\"\\u00e4\\ud83d\\ude00\"},\"d\":false}"))
                .isEqualTo(Map.of(
                        "a", List.of(BigDecimal.ONE, new BigDecimal("2.50")), "b", Map.of("c", "ä😀"), "d", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{",
                "{\"a\":1}x",
                "{\"a\":1,\"a\":2}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
                "{\"a\":null}",
                "{\"a\":\"\\ud800\"}",
                "{\"a\":\"\\udc00x\"}",
                "{/**/\"a\":1}",
                "{\"a\":\"tab\there\"}",
            })
    void everythingElseIsMalformed(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(StrictJson.Malformed.class);
    }

    @Test
    void depthIsBounded() {
        String deep = "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000);

        assertThatThrownBy(() -> read(deep)).isInstanceOf(StrictJson.Malformed.class);
    }

    private static Map<String, Object> read(String text) throws StrictJson.Malformed {
        return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
    }
}
