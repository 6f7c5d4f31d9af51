package revontuli.inference.generate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Digest;

class RulesHeardTest {
    private static final Digest ONE = Digest.of(new byte[] {1});
    private static final Digest TWO = Digest.of(new byte[] {2});

    private final RulesHeard rules = new RulesHeard();

    private void heard(int version, Digest digest) {
        rules.asked().require("policies/default/versions/" + version, digest);
    }

    @Test
    void olderVersionOtherBytesAndOtherPolicyAreRefused() {
        heard(3, ONE);

        assertThatThrownBy(() -> heard(2, ONE)).isInstanceOf(NoVerdict.class).hasMessageContaining("stale");
        assertThatThrownBy(() -> heard(3, TWO)).isInstanceOf(NoVerdict.class);
        assertThatThrownBy(() -> rules.asked().require("policies/mild/versions/9", TWO))
                .isInstanceOf(NoVerdict.class);
        assertThatThrownBy(() -> rules.asked().require("the policy", ONE)).isInstanceOf(NoVerdict.class);
        assertThatCode(() -> heard(4, TWO)).doesNotThrowAnyException();
    }

    @Test
    void questionAskedBeforeAChangeMayBeAnsweredByTheRulesBeforeIt() {
        heard(1, ONE);
        RulesHeard.Asked before = rules.asked();
        heard(2, TWO);

        assertThatCode(() -> before.require("policies/default/versions/1", ONE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> heard(1, ONE)).isInstanceOf(NoVerdict.class);
    }
}
