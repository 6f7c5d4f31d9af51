package revontuli.tokenizer.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import revontuli.platform.fault.FaultException;

class Utf8FilterTest {
    private static final String TEXT = "aä好👩‍🚀\u0000é\uFFFD\uD7FF\uE000\uDBFF\uDFFF!";
    /// Bad bytes, how many replacements the WHATWG standard has for them, and where the first one is.
    private static final Map<String, List<Integer>> BAD = Map.ofEntries(
            Map.entry("41ff42", List.of(1, 1)),
            Map.entry("c3", List.of(1, 0)),
            Map.entry("c328", List.of(1, 0)),
            Map.entry("e282", List.of(1, 0)),
            Map.entry("e28241", List.of(1, 0)),
            Map.entry("f09f98", List.of(1, 0)),
            Map.entry("f09f9841", List.of(1, 0)),
            Map.entry("c0af", List.of(2, 0)),
            Map.entry("e080af", List.of(3, 0)),
            Map.entry("eda080", List.of(3, 0)),
            Map.entry("f4908080", List.of(4, 0)),
            Map.entry("f5808080", List.of(4, 0)),
            Map.entry("8080", List.of(2, 0)),
            Map.entry("e5a5bde5a5e5a5bd", List.of(1, 3)),
            Map.entry("f09f98f09f9880", List.of(1, 0)));

    private static byte[] filtered(Utf8Filter filter, byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            filter.add(piece, (bytes, from, to) -> {
                out.write(bytes, from, to - from);
                requireWhole(Arrays.copyOfRange(bytes, from, to));
            });
        }
        filter.finish((bytes, from, to) -> out.write(bytes, from, to - from));
        return out.toByteArray();
    }

    private static void requireWhole(byte[] bytes) {
        assertThat(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                .isEqualTo(bytes);
    }

    @Test
    void goodTextPassesHoweverItIsSplit() {
        byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);
        for (int a = 0; a <= text.length; a++) {
            for (int b = a; b <= text.length; b++) {
                Utf8Filter filter = new Utf8Filter("piece", InvalidUtf8.REFUSE);
                assertThat(filtered(
                                filter,
                                Arrays.copyOfRange(text, 0, a),
                                Arrays.copyOfRange(text, a, b),
                                Arrays.copyOfRange(text, b, text.length)))
                        .isEqualTo(text);
                assertThat(filter.taken()).isEqualTo(text.length);
            }
        }
    }

    @Test
    void badBytesAreReplacedAsTheStandardHasItHoweverTheyAreSplit() {
        BAD.forEach((hex, expected) -> {
            byte[] bytes = HexFormat.of().parseHex(hex);
            for (int a = 0; a <= bytes.length; a++) {
                Utf8Filter filter = new Utf8Filter("piece", InvalidUtf8.REPLACE);
                byte[] mended =
                        filtered(filter, Arrays.copyOfRange(bytes, 0, a), Arrays.copyOfRange(bytes, a, bytes.length));
                requireWhole(mended);
                assertThat(new String(mended, StandardCharsets.UTF_8)
                                .chars()
                                .filter(c -> c == 0xFFFD)
                                .count())
                        .as(hex)
                        .isEqualTo(expected.getFirst().longValue())
                        .isEqualTo(filter.replaced());
            }
        });
    }

    @Test
    void badBytesAreRefusedWithTheirPositionHoweverTheyAreSplit() {
        byte[] good = TEXT.getBytes(StandardCharsets.UTF_8);
        BAD.forEach((hex, expected) -> {
            byte[] bad = HexFormat.of().parseHex(hex);
            byte[] bytes = Arrays.copyOf(good, good.length + bad.length);
            System.arraycopy(bad, 0, bytes, good.length, bad.length);
            for (int a = 0; a <= bytes.length; a++) {
                byte[] left = Arrays.copyOfRange(bytes, 0, a);
                byte[] right = Arrays.copyOfRange(bytes, a, bytes.length);
                assertThatThrownBy(() -> filtered(new Utf8Filter("piece", InvalidUtf8.REFUSE), left, right))
                        .as(hex)
                        .isInstanceOfSatisfying(FaultException.class, refused -> assertThat(
                                        refused.fault().details())
                                .containsEntry("at", Integer.toString(good.length + expected.getLast())));
            }
        });
    }

    @Test
    void halfASurrogatePairIsRefusedWithItsPlace() {
        for (String text : List.of("ab\uD83D", "ab\uDE00", "ab\uD83Dx", "ab\uDE00\uD83D")) {
            assertThatThrownBy(() -> Text.of("text", text)).isInstanceOfSatisfying(FaultException.class, refused -> {
                assertThat(refused.fault().reason()).isEqualTo("LONE_SURROGATE");
                assertThat(refused.fault().details()).containsEntry("at", "2");
            });
        }
        assertThat(Text.of("text", TEXT).bytes()).isEqualTo(TEXT.getBytes(StandardCharsets.UTF_8).length);
    }
}
