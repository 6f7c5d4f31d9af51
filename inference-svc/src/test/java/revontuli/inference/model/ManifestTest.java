package revontuli.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

class ManifestTest {
    private static final String SHA = "a".repeat(64);

    private static String file(String path) {
        return "{\"bytes\":\"12\",\"path\":\"" + path + "\",\"sha256\":\"" + SHA + "\"}";
    }

    private static byte[] manifest(String... files) {
        return ("{\"files\":[" + String.join(",", files) + "]}").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void filesAndDigestsComeOut() {
        byte[] bytes = manifest(file("config.json"), file("tokenizer.json"));

        Manifest manifest = Manifest.parse(bytes);

        assertThat(manifest.digest()).isEqualTo(Digest.of(bytes));
        assertThat(manifest.files()).hasSize(2);
        assertThat(manifest.bytes()).isEqualTo(24);
        assertThat(manifest.tokenizer()).contains(Digest.parse("sha256:" + SHA));
    }

    @Test
    void unsortedOrDoubleFilesAreMalformed() {
        assertThatThrownBy(() -> Manifest.parse(manifest(file("b"), file("a")))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Manifest.parse(manifest(file("a"), file("a")))).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".hidden", "../up", "/root", "a/b", "a b", "ä"})
    void pathThatIsNoPlainNameIsMalformed(String path) {
        assertThatThrownBy(() -> Manifest.parse(manifest(file(path)))).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"files\":[]}",
                "{\"files\":{}}",
                "{\"files\":[\"x\"]}",
                "{\"files\":[{\"bytes\":\"1\",\"path\":\"a\"}]}",
                "{\"files\":[{\"bytes\":\"-\",\"path\":\"a\",\"sha256\":\"00\"}]}",
                "{ \"files\":[]}",
                "not json"
            })
    void otherFormsAreMalformed(String json) {
        assertThatThrownBy(() -> Manifest.parse(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedException.class);
    }
}
