package revontuli.transparency.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    private static final long SEED = 20261125;

    @Test
    void whatIsEncodedIsReadBackWhole() {
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            Json value = randomValue(random, 0);

            byte[] bytes = CanonicalJson.encode(value);

            assertThat(CanonicalJson.parse(bytes))
                    .as("seed %d, value %d", SEED, i)
                    .isEqualTo(value);
            assertThat(CanonicalJson.encode(CanonicalJson.parse(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void aChangedByteIsAnotherValueOrMalformed() {
        Random random = new Random(SEED);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = CanonicalJson.encode(randomValue(random, 0));
            byte[] changed = bytes.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));

            try {
                assertThat(CanonicalJson.encode(CanonicalJson.parse(changed))).isEqualTo(changed);
            } catch (MalformedException malformed) {
                assertThat(malformed).hasMessageContaining("JSON");
            }
        }
    }

    @Test
    void keysAreSortedByUtf16CodeUnits() {
        String unsorted = "{\"\u20ac\":\"a\",\"\\r\":\"b\",\"\ufb33\":\"c\",\"1\":\"d\",\"\ud83d\ude00\":\"e\","
                + "\"\u0080\":\"f\",\"\u00f6\":\"g\"}";

        byte[] canonical = CanonicalJson.encode(CanonicalJson.parseAnyForm(unsorted.getBytes(UTF_8)));

        assertThat(new String(canonical, UTF_8))
                .isEqualTo("{\"\\r\":\"b\",\"1\":\"d\",\"\u0080\":\"f\",\"\u00f6\":\"g\",\"\u20ac\":\"a\","
                        + "\"\ud83d\ude00\":\"e\",\"\ufb33\":\"c\"}");
    }

    @Test
    void onlyWhatMustBeEscapedIsEscaped() {
        String text = "\u0000\u0001\b\t\n\u000b\f\r\u000f\u001f \"\\/\u007f\u0080\u2028\u00e9e\u0301\ud83c\udf0c";

        String encoded = CanonicalJson.text(Json.text(text));

        assertThat(encoded)
                .isEqualTo(
                        "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u000f\\u001f \\\"\\\\/\u007f\u0080\u2028\u00e9e\u0301"
                                + "\ud83c\udf0c\"");
    }

    @Test
    void anyFormIsReadButOnlyTheCanonicalIsStrict() {
        byte[] free = " { \"b\" : [ true , false ] , \"a\" : \"\\u00E9\\/\" } \n".getBytes(UTF_8);

        Json value = CanonicalJson.parseAnyForm(free);

        assertThat(CanonicalJson.text(value)).isEqualTo("{\"a\":\"\u00e9/\",\"b\":[true,false]}");
        assertThatThrownBy(() -> CanonicalJson.parse(free)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "-0",
                "{\"a\":1}",
                "[1.5]",
                "[1e400]",
                "null",
                "[null]",
                "NaN",
                "{\"a\":\"1\",\"a\":\"1\"}",
                "{\"a\":\"1\",\"\\u0061\":\"2\"}",
                "{\"a\"}",
                "{\"a\":}",
                "{a:\"1\"}",
                "{\"a\":\"1\",}",
                "[\"a\",]",
                "[,]",
                "[",
                "[]]",
                "{}{}",
                "\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u\uff11\uff11\uff11\uff11\"",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\udc00\\ud800\"",
                "\"\\ud800x\"",
                "\"\t\"",
                "'a'",
                "tru",
                "True",
                "\ufeff{}",
                "{}//",
                "\u00a0[]"
            })
    void whatIsNotRestrictedJsonIsMalformedInAnyForm(String text) {
        assertThatThrownBy(() -> CanonicalJson.parseAnyForm(text.getBytes(UTF_8)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("JSON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{} ",
                " {}",
                "{\"b\":\"\",\"a\":\"\"}",
                "[true, false]",
                "\"\\/\"",
                "\"\\u0061\"",
                "\"\\u000A\"",
                "\"\\u001F\"",
                "\"\\u00e9\"",
                "\"\\ud83d\\ude00\""
            })
    void anotherSpellingIsMalformedWhereCanonicalIsAskedFor(String text) {
        assertThat(CanonicalJson.parseAnyForm(text.getBytes(UTF_8))).isNotNull();

        assertThatThrownBy(() -> CanonicalJson.parse(text.getBytes(UTF_8)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("canonical");
    }

    @Test
    void bytesThatAreNotUtf8AreMalformed() {
        for (byte[] bytes : List.of(
                new byte[] {'"', (byte) 0xff, '"'},
                new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'},
                new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
                new byte[] {'"', (byte) 0xe2, (byte) 0x82})) {
            assertThatThrownBy(() -> CanonicalJson.parseAnyForm(bytes))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("UTF-8");
        }
    }

    @Test
    void halfOfASurrogatePairIsNeverEncoded() {
        for (String half : List.of("\ud800", "a\udc00", "\ud800\ud800\udc00", "\udc00\ud800")) {
            assertThatThrownBy(() -> CanonicalJson.encode(Json.text(half))).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> CanonicalJson.encode(Json.fields().with(half, "x")))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void depthIsAllowedUpToTheLimit() {
        byte[] atLimit = ("[".repeat(16) + "]".repeat(16)).getBytes(UTF_8);
        byte[] tooDeep = ("[".repeat(17) + "]".repeat(17)).getBytes(UTF_8);
        byte[] hostile = "[{\"a\":".repeat(10_000).getBytes(UTF_8);

        Json value = CanonicalJson.parse(atLimit);

        assertThat(CanonicalJson.encode(value)).isEqualTo(atLimit);
        assertThatThrownBy(() -> CanonicalJson.parse(tooDeep)).hasMessageContaining("16");
        assertThatThrownBy(() -> CanonicalJson.encode(new Json.Items(List.of(value))))
                .hasMessageContaining("16");
        assertThatThrownBy(() -> CanonicalJson.parse(hostile)).hasMessageContaining("16");
    }

    @Test
    void sizeIsAllowedUpToTheLimit() {
        Json atLimit = Json.text("x".repeat(CanonicalJson.BYTES_MAX - 2));
        Json tooLong = Json.text("x".repeat(CanonicalJson.BYTES_MAX - 1));

        byte[] bytes = CanonicalJson.encode(atLimit);

        assertThat(CanonicalJson.parse(bytes)).isEqualTo(atLimit);
        assertThatThrownBy(() -> CanonicalJson.encode(tooLong)).hasMessageContaining("65536");
        assertThatThrownBy(() -> CanonicalJson.parse(new byte[CanonicalJson.BYTES_MAX + 1]))
                .hasMessageContaining("65536");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+1", "01", "-0", "1.0", " 1", "9223372036854775808", "\u0661"})
    void aNumberHasOneSpelling(String text) {
        assertThatThrownBy(() -> Json.parseNumber("count", text)).hasMessageContaining("'count'");
    }

    @Test
    void numbersComeBack() {
        for (long value : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 9007199254740993L}) {
            assertThat(Json.parseNumber("count", Json.number(value).value())).isEqualTo(value);
        }
    }

    private static Json randomValue(Random random, int depth) {
        return switch (random.nextInt(depth < 5 ? 5 : 2)) {
            case 0 -> Json.text(randomText(random));
            case 1 -> new Json.Flag(random.nextBoolean());
            case 2 -> {
                List<Json> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(randomValue(random, depth + 1));
                }
                yield new Json.Items(values);
            }
            default -> {
                TreeMap<String, Json> members = new TreeMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    members.put(randomText(random), randomValue(random, depth + 1));
                }
                yield new Json.Fields(members);
            }
        };
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            int bound = random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1;
            int codePoint = random.nextInt(bound);
            boolean surrogate = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            text.appendCodePoint(surrogate ? 'x' : codePoint);
        }
        return text.toString();
    }
}
