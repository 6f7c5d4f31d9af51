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
    void onlyListedKeysAreTrusted() throws IOException {
        VerifyingKey listed = SigningKey.generate().verifyingKey();

        SourceKeys keys = SourceKeys.read(file("[ \"" + listed.base64() + "\" ]\n"));

        assertThat(keys.trusts(listed)).isTrue();
        assertThat(keys.trusts(SigningKey.generate().verifyingKey())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "[{}]",
                "[\"AAAA\"]",
                "[\"x\"",
                "[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]"
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
