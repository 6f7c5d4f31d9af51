package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import revontuli.testkit.Backbone;
import revontuli.tokenizer.bpe.BpeCodec;
import revontuli.tokenizer.djl.DjlCodec;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.PieceEncoder;
import revontuli.tokenizer.encode.ServingPath;

/// Our own path against the library's. In the class loader of the other tests, because a JVM takes a native library
// once.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "tokenizer"))
class BpeCodecTest {
    private static final String TEXT = "hello world<|endoftext|> \u65E5\u672C 123";

    @Test
    void ownPathGivesWhatTheLibraryGives() {
        Codec own = BpeCodec.open(TinyTokenizer.json(), 1024).orElseThrow();
        assertThat(own.path()).isEqualTo(ServingPath.OWN_BPE);
        try (DjlCodec library = DjlCodec.open(TinyTokenizer.json())) {
            for (boolean specials : new boolean[] {true, false}) {
                Codec.Encoded expected = library.encode(TEXT, specials, true);
                Codec.Encoded found = own.encode(TEXT, specials, true);
                assertThat(found.ids()).isEqualTo(expected.ids());
                assertThat(found.offsets()).isEqualTo(expected.offsets());
                assertThat(own.encode(TEXT.getBytes(StandardCharsets.UTF_8), specials))
                        .isEqualTo(expected.ids());
                assertThat(own.decode(found.ids(), true)).isEqualTo(library.decode(found.ids(), true));
                for (int id : found.ids()) {
                    assertThat(own.token(id)).isEqualTo(library.token(id));
                }
            }
        }
        assertThat(BpeCodec.read(TinyTokenizer.json())).contains(DjlCodec.read(TinyTokenizer.json()));
    }

    @Test
    void otherFamiliesAreLeftToTheLibraryAndBrokenFilesRefused() {
        String json = new String(TinyTokenizer.json(), StandardCharsets.UTF_8);
        byte[] other = json.replace("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFKC\"}")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(BpeCodec.open(other, 1024)).isEmpty();
        byte[] broken = json.replace("\"h e\"", "\"h q z\"").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> BpeCodec.read(broken)).hasMessageContaining("model.merges[0]");
    }

    @Test
    void aRunWithoutAPlaceToCutIsTakenAtTheLimitAndRefusedPastIt() {
        byte[] run = "h".repeat(100).getBytes(StandardCharsets.UTF_8);
        List<Integer> ids = new ArrayList<>();
        PieceEncoder atLimit = pieces(100);
        atLimit.add(run, 0, 100, ids::add);
        atLimit.finish(ids::add);
        assertThat(ids).hasSize(100);
        PieceEncoder past = pieces(99);
        assertThatThrownBy(() -> past.add(run, 0, 100, ids::add))
                .hasMessageContaining("no place to cut within 99 bytes");
    }

    private static PieceEncoder pieces(int uncutBytesMax) {
        return BpeCodec.open(TinyTokenizer.json(), uncutBytesMax)
                .orElseThrow()
                .pieceEncoder(false)
                .orElseThrow();
    }
}
