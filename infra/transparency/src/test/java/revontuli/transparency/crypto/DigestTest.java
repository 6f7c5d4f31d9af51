package revontuli.transparency.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.json.MalformedException;

class DigestTest {
    private static final String ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void aDigestPrintsAndComesBack() {
        Digest digest = Digest.of("abc".getBytes(UTF_8));

        assertThat(digest.toString()).isEqualTo(ABC);
        assertThat(Digest.parse(ABC)).isEqualTo(digest).hasSameHashCodeAs(digest);
        assertThat(Digest.ofValue(digest.value())).isEqualTo(digest);
        assertThat(Digest.of("a".getBytes(UTF_8), "bc".getBytes(UTF_8))).isEqualTo(digest);
        assertThat(Digest.of("abd".getBytes(UTF_8))).isNotEqualTo(digest);
    }

    @Test
    void aStreamIsCopiedAndDigestedWhole() throws IOException {
        byte[] bytes = new byte[300_001];
        new Random(1).nextBytes(bytes);
        ByteArrayOutputStream copy = new ByteArrayOutputStream();

        Digest digest = Digest.copy(new ByteArrayInputStream(bytes), copy);

        assertThat(copy.toByteArray()).isEqualTo(bytes);
        assertThat(digest).isEqualTo(Digest.of(bytes)).isEqualTo(Digest.of(new ByteArrayInputStream(bytes)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
                "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            })
    void whatIsNoDigestIsMalformed(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(MalformedException.class);
    }
}
