package revontuli.safety.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.VerifyingKey;

class SourceKeysTest {
    @TempDir
    Path folder;

    @Test
    void aListedKeyIsTrustedForItsServiceOnly() throws IOException {
        VerifyingKey old = SigningKey.generate().verifyingKey();
        VerifyingKey now = SigningKey.generate().verifyingKey();
        VerifyingKey other = SigningKey.generate().verifyingKey();

        SourceKeys keys = SourceKeys.read(file("{ \"trainer-svc\": [\"%s\", \"%s\"], \"safety-svc\": [\"%s\"] }\n"
                .formatted(old.base64(), now.base64(), other.base64())));

        assertThat(keys.trusts("trainer-svc", old)).isTrue();
        assertThat(keys.trusts("trainer-svc", now)).isTrue();
        assertThat(keys.trusts("safety-svc", other)).isTrue();
        assertThat(keys.trusts("safety-svc", now)).isFalse();
        assertThat(keys.trusts("trainer-svc", other)).isFalse();
        assertThat(keys.trusts("tokenizer-svc", now)).isFalse();
        assertThat(keys.trusts("trainer-svc", SigningKey.generate().verifyingKey()))
                .isFalse();
    }

    @Test
    void aListWithoutServicesSaysWhatToWrite() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SourceKeys.read(
                        file("[\"" + SigningKey.generate().verifyingKey().base64() + "\"]")))
                .withMessageContaining("without their services")
                .withMessageContaining("{\"trainer-svc\": [\"<base64>\"], ...}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "\"x\"",
                "{\"trainer-svc\": []}",
                "{\"trainer-svc\": \"AAAA\"}",
                "{\"trainer-svc\": [{}]}",
                "{\"trainer-svc\": [\"AAAA\"]}",
                "{\"Trainer\": [\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\"]}",
                "{\"trainer-svc\": [\"x\"",
                "{\"trainer-svc\": [\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]}"
            })
    void anUnusableListStopsTheServiceAndNamesTheSetting(String list) {
        assertThatIllegalStateException()
                .isThrownBy(() -> SourceKeys.read(file(list)))
                .withMessageContaining("revontuli.safety.ledger.source-keys-file");
    }

    @Test
    void aMissingListStopsTheService() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SourceKeys.read(folder.resolve("none")))
                .withMessageContaining("source-keys-file");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("keys.json"), text);
    }
}
