package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The same ids, offsets and texts as the reference library, for texts of all Unicode planes.
class ReferenceTest {
    private static final int TEXTS = Integer.getInteger("revontuli.bpe.texts", 6_700);

    static Stream<Arguments> tokenizers() {
        return Variants.all().entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenizers")
    void idsAndOffsetsAreThoseOfTheReference(String name, byte[] json) throws IOException, NotOurs {
        BpeTokenizer ours = BpeTokenizer.read(json);
        Texts texts = new Texts(name.hashCode());
        try (Reference reference = new Reference(json)) {
            for (int i = 0; i < TEXTS; i++) {
                String text = texts.next(12);
                BpeTokenizer.Encoded expected = reference.encode(text);
                BpeTokenizer.Encoded found = ours.encodeWithOffsets(text, Specials.AS_TOKENS);
                assertThat(found.ids()).as(shown(name, text)).isEqualTo(expected.ids());
                if (!name.equals("a byte without a token")) { // there the reference loses count
                    assertThat(found.offsets()).as(shown(name, text)).isEqualTo(expected.offsets());
                }
                if (i % 8 == 0) {
                    assertThat(ours.encode(text, Specials.AS_TOKENS)).isEqualTo(found.ids());
                    assertThat(ours.decode(found.ids(), false)).isEqualTo(reference.decode(found.ids(), false));
                    assertThat(ours.decode(found.ids(), true)).isEqualTo(reference.decode(found.ids(), true));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokenizers")
    void anyIdsDecodeAsByTheReference(String name, byte[] json) throws IOException, NotOurs {
        BpeTokenizer ours = BpeTokenizer.read(json);
        Random random = new Random(name.hashCode());
        try (Reference reference = new Reference(json)) {
            for (int i = 0; i < 2_000; i++) {
                int bound = i % 4 == 0 ? ours.size() : 300; // bytes come first: few of them are a character
                int[] ids = random.ints(random.nextInt(12), 0, bound).toArray();
                assertThat(ours.decode(ids, false))
                        .as(() -> name + " " + Arrays.toString(ids))
                        .isEqualTo(reference.decode(ids, false));
            }
        }
    }

    private static String shown(String name, String text) {
        return name + " ["
                + Arrays.toString(
                        text.codePoints().mapToObj(Integer::toHexString).toArray()) + "] "
                + new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
