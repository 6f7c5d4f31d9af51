package revontuli.transparency.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.json.MalformedException;

class CommitmentTest {
    private static final byte[] VALUE = "Revontulet n\u00e4kyv\u00e4t".getBytes(UTF_8);

    @Test
    void aCommitmentIsTheHmacOfTheValueUnderTheSalt() {
        byte[] salt = new byte[32];
        for (int i = 0; i < salt.length; i++) {
            salt[i] = (byte) i;
        }

        Commitment commitment = Commitment.to(salt, VALUE);

        // computed with another implementation (Python's hmac)
        assertThat(commitment.toString())
                .isEqualTo("hmac-sha256:58b4ee2458c858cdf15bcfdad7ce82c10ebe30a183d533b446a658ebe64ebba7");
        assertThat(Commitment.parse(commitment.toString())).isEqualTo(commitment);
    }

    @Test
    void onlyTheSameSaltAndValueOpenIt() {
        byte[] salt = Commitment.newSalt();
        Commitment commitment = Commitment.to(salt, VALUE);

        assertThat(commitment.opensWith(salt, VALUE)).isTrue();
        assertThat(commitment.opensWith(Commitment.newSalt(), VALUE)).isFalse();
        assertThat(commitment.opensWith(salt, Arrays.copyOf(VALUE, VALUE.length - 1)))
                .isFalse();
    }

    @Test
    void aShortSaltIsRefused() {
        assertThatThrownBy(() -> Commitment.to(new byte[31], VALUE)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hmac-sha256:", "hmac-sha256:00", "sha256:00", "hmac-sha256:G"})
    void whatIsNoCommitmentIsMalformed(String text) {
        assertThatThrownBy(() -> Commitment.parse(text)).isInstanceOf(MalformedException.class);
    }
}
