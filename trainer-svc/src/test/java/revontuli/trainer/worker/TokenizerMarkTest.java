package revontuli.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.Digest;

class TokenizerMarkTest {
    private final TokenizerMark mark = new TokenizerMark(Digest.of(new byte[] {1}));
    private final Place place = new Place(3, 0, 3, 12, List.of(1L), List.of());

    @Test
    void aCheckpointOfTheSameTokenizerIsResumed() {
        Map<String, String> state = mark.on(place.state());
        mark.require(state);
        assertThat(state)
                .containsAllEntriesOf(place.state())
                .hasSize(place.state().size() + 1);
    }

    @Test
    void aCheckpointOfAnotherTokenizerOrOfNoneIsRefused() {
        Map<String, String> other = new TokenizerMark(Digest.of(new byte[] {2})).on(place.state());
        for (Map<String, String> state : List.of(other, place.state())) {
            assertThatThrownBy(() -> mark.require(state)).isInstanceOfSatisfying(FaultException.class, e -> assertThat(
                            e.fault().reason())
                    .isEqualTo("TOKENIZER_DIGEST_MISMATCH"));
        }
    }
}
