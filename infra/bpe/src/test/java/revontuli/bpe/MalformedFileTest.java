package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedFileTest {
    static Stream<Arguments> broken() {
        String vocabulary = "\"vocab\":{\"<|endoftext|>\":0";
        String merges = "\"merges\":[[\"\u00E0\",\"\u00A4\"]";
        return Stream.of(
                Arguments.of("an empty side merges for ever", merges, "\"merges\":[[\"\",\"a\"]", "model.merges[0]"),
                Arguments.of("a side is unknown", merges, "\"merges\":[[\"no such\",\"a\"]", "model.merges[0]"),
                Arguments.of("the whole is unknown", merges, "\"merges\":[[\"\u00E0\",\"\u00E0\"]", "model.merges[0]"),
                Arguments.of("three parts", merges, "\"merges\":[[\"a\",\"b\",\"c\"]", "model.merges[0]"),
                Arguments.of("two spaces", merges, "\"merges\":[\"a b c\"", "model.merges[0]"),
                Arguments.of("a number for a merge", merges, "\"merges\":[7", "model.merges[0]"),
                Arguments.of("an id twice", vocabulary, "\"vocab\":{\"<|endoftext|>\":1", "model.vocab["),
                Arguments.of("an id below 0", vocabulary, "\"vocab\":{\"<|endoftext|>\":-1", "model.vocab["),
                Arguments.of(
                        "an id past the limit", vocabulary, "\"vocab\":{\"<|endoftext|>\":2097153", "model.vocab["),
                Arguments.of(
                        "an id past all numbers",
                        vocabulary,
                        "\"vocab\":{\"<|endoftext|>\":99999999999999999999999",
                        "model.vocab["),
                Arguments.of("an id that is none", vocabulary, "\"vocab\":{\"<|endoftext|>\":1.5", "model.vocab["),
                Arguments.of("a token twice", vocabulary, vocabulary + ",\"<|endoftext|>\":5000", "model.vocab["),
                Arguments.of("half a surrogate pair", vocabulary, vocabulary + ",\"\\ud800\":5000", "model.vocab["),
                Arguments.of(
                        "a token past the limit",
                        vocabulary,
                        vocabulary + ",\"" + "a".repeat(4097) + "\":5000",
                        "model.vocab["),
                Arguments.of(
                        "an added token past the limit",
                        "\"content\":\"<|endoftext|>\"",
                        "\"content\":\"" + "x".repeat(1025) + "\"",
                        "added_tokens[0].content"),
                Arguments.of(
                        "an empty added token",
                        "\"content\":\"<|endoftext|>\"",
                        "\"content\":\"\"",
                        "added_tokens[0].content"),
                Arguments.of(
                        "an added token twice",
                        "\"content\":\"<fim_prefix>\"",
                        "\"content\":\"<|endoftext|>\"",
                        "added_tokens[1]"),
                Arguments.of(
                        "an added id that another token has",
                        "{\"id\":0,\"content\":\"<|endoftext|>\"",
                        "{\"id\":40,\"content\":\"<|endoftext|>\"",
                        "added_tokens[0]"),
                Arguments.of("a flag that is none", "\"special\":true}", "\"special\":3}", "added_tokens[0].special"),
                Arguments.of(
                        "deep nesting",
                        "\"normalizer\":null",
                        "\"normalizer\":" + "[".repeat(5000) + "]".repeat(5000),
                        "tokenizer.json"),
                Arguments.of("two models", "\"normalizer\":null", "\"model\":{}", "model"),
                Arguments.of("an end too early", "\"normalizer\":null", "\"normalizer\":", "tokenizer.json"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void brokenFilesAreRefusedWithTheirPlace(String name, String old, String replacement, String place) {
        byte[] json = Variants.with(old, replacement).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> BpeTokenizer.read(json))
                .isInstanceOfSatisfying(
                        MalformedTokenizer.class, e -> assertThat(e.place()).startsWith(place))
                .hasMessageStartingWith(place);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFKC\"}", "normalizer is NFKC"),
                Arguments.of("\"type\":\"BPE\"", "\"type\":\"Unigram\"", "model.type"),
                Arguments.of("\"dropout\":null", "\"dropout\":0.1", "model.dropout"),
                Arguments.of(
                        "\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"</w>\"", "model.end_of_word_suffix"),
                Arguments.of("{\"type\":\"Digits\",", "{\"type\":\"Metaspace\",", "is Metaspace"),
                Arguments.of(
                        "{\"type\":\"Digits\",\"individual_digits\":true}",
                        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a+)+$\"},\"behavior\":\"Isolated\",\"invert\":false}",
                        "has no scanner"),
                Arguments.of(
                        "\"post_processor\":null",
                        "\"post_processor\":{\"type\":\"BertProcessing\"}",
                        "BertProcessing"),
                Arguments.of(
                        "{\"id\":0,\"content\":\"<|endoftext|>\"",
                        "{\"id\":9000,\"content\":\"new\"",
                        "added_tokens[0]"),
                Arguments.of(
                        "\"decoder\":{\"type\":\"ByteLevel\"", "\"decoder\":{\"type\":\"Fuse\"", "decoder is Fuse"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("others")
    void filesOfOtherFamiliesAreLeftToTheLibraryWithTheReason(String old, String replacement, String reason) {
        byte[] json = Variants.with(old, replacement).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> BpeTokenizer.read(json))
                .isInstanceOf(NotOurs.class)
                .hasMessageContaining(reason);
    }

    @Test
    void anIncompleteAlphabetIsLeftToTheLibrary() {
        String json = Variants.with("\"\u0120\":", "\"no byte\":")
                .replaceFirst("\"merges\":\\[.*\\]\\}\\}", "\"merges\":[]}}");
        assertThatThrownBy(() -> BpeTokenizer.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(NotOurs.class)
                .hasMessageContaining("no token for byte 32");
    }

    @Test
    void sizesHoldAtTheLimitAndNotPastIt() throws NotOurs {
        byte[] json = Variants.shipped().getBytes(StandardCharsets.UTF_8);
        FileLimits exact = new FileLimits(json.length, 2047, 1773, 64, 23, 32);
        assertThat(BpeTokenizer.read(json, exact).size()).isEqualTo(2048);
        assertThatThrownBy(() -> BpeTokenizer.read(json, new FileLimits(json.length - 1, 2047, 1773, 64, 23, 32)))
                .hasMessageContaining("bytes, allowed are");
        assertThatThrownBy(() -> BpeTokenizer.read(json, new FileLimits(json.length, 2046, 1773, 64, 23, 32)))
                .hasMessageContaining("from 0 to 2046");
        assertThatThrownBy(() -> BpeTokenizer.read(json, new FileLimits(json.length, 2047, 1772, 64, 23, 32)))
                .hasMessageContaining("model.merges[1772]");
        assertThatThrownBy(() -> BpeTokenizer.read(json, new FileLimits(json.length, 2047, 1773, 64, 1, 32)))
                .hasMessageContaining("allowed are 1");
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        assertThatThrownBy(() -> BpeTokenizer.read(new byte[] {'{', '"', (byte) 0xC0}))
                .hasMessage("tokenizer.json: is not UTF-8 at byte 2");
        for (String other : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
            assertThatThrownBy(() -> BpeTokenizer.read("{}".getBytes(Charset.forName(other))))
                    .as(other)
                    .isInstanceOf(MalformedTokenizer.class)
                    .hasMessageContaining("is not JSON in UTF-8");
        }
    }
}
