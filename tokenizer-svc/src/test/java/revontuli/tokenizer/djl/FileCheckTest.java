package revontuli.tokenizer.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import revontuli.platform.fault.FaultException;

class FileCheckTest {
    private static final String GOOD = """
            {"added_tokens":[{"id":2,"content":"<s>","special":true,"lstrip":false}],
             "normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"}]},
             "model":{"type":"WordPiece","vocab":{"a":0,"b":1}}}""";
    private static final String UNIGRAM = "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",-1.5],[\"b\",-2]]}}";

    private static TokenizerFile parse(String json) {
        return TokenizerFile.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void goodFilesAreRead() {
        assertThat(parse(GOOD).vocabulary().size()).isEqualTo(3);
        assertThat(parse(GOOD).tokens(3)).containsExactly("a", "b", "<s>");
        assertThat(parse(GOOD).describe().steps().normalizer()).isEqualTo("Sequence(NFKC)");
        assertThat(parse(UNIGRAM).tokens(2)).containsExactly("a", "b");
        assertThat(parse(GOOD.replace("\"id\":2", "\"id\":" + FileCheck.ID_MAX))
                        .vocabulary()
                        .size())
                .isEqualTo(FileCheck.ID_MAX + 1);
    }

    static Stream<Arguments> broken() {
        String id = "\"id\":2";
        String vocabulary = "{\"a\":0,\"b\":1}";
        return Stream.of(
                Arguments.of(id, "\"id\":-1", "added_tokens[0].id"),
                Arguments.of(id, "\"id\":2097153", "added_tokens[0].id"),
                Arguments.of(id, "\"id\":1e99999999999", "added_tokens[0].id"),
                Arguments.of(id, "\"id\":\"two\"", "added_tokens[0].id"),
                Arguments.of(id, "\"no\":2", "added_tokens[0].id"),
                Arguments.of("\"<s>\"", "\"\"", "added_tokens[0].content"),
                Arguments.of("\"<s>\"", "\"" + "x".repeat(1025) + "\"", "added_tokens[0].content"),
                Arguments.of("\"<s>\"", "7", "added_tokens[0].content"),
                Arguments.of("\"special\":true", "\"special\":\"yes\"", "added_tokens[0].special"),
                Arguments.of("[{\"id\"", "[7,{\"id\"", "added_tokens[0]"),
                Arguments.of("\"added_tokens\":[", "\"added_tokens\":7,\"x\":[", "added_tokens"),
                Arguments.of(vocabulary, "{\"a\":0,\"b\":0}", "model.vocab[\"b\"]"),
                Arguments.of(vocabulary, "{\"a\":0,\"b\":-5}", "model.vocab[\"b\"]"),
                Arguments.of(vocabulary, "{\"a\":0,\"b\":1.5}", "model.vocab[\"b\"]"),
                Arguments.of(vocabulary, "{\"a\":0,\"" + "b".repeat(4097) + "\":1}", "model.vocab[\"bbb"),
                Arguments.of(vocabulary, "7", "model.vocab"),
                Arguments.of(vocabulary, "[[\"a\",0],[\"b\"]]", "model.vocab[1]"),
                Arguments.of("\"model\":{", "\"model\":7,\"x\":{", "it must be a JSON object"),
                Arguments.of("{\"type\":\"NFKC\"}", "7", "normalizer.normalizers[0]"),
                Arguments.of("\"NFKC\"", "7", "normalizer.normalizers[0].type"),
                Arguments.of("{\"type\":\"NFKC\"}", "[".repeat(100_000), "it is not JSON"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void brokenFilesAreRefusedWithTheirPlace(String old, String replacement, String place) {
        String json = GOOD.replace(old, replacement);
        assertThat(json).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> parse(json).vocabulary()).isInstanceOfSatisfying(FaultException.class, e -> {
            assertThat(e.fault().reason()).isEqualTo("MALFORMED_TOKENIZER");
            assertThat(e.fault().message()).startsWith("tokenizer_json: " + place);
        });
    }
}
