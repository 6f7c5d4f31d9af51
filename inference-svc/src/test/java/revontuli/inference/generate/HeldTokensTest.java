package revontuli.inference.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeldTokensTest {
    private final HeldTokens held = new HeldTokens();

    private void add(int id) {
        held.add(new HeldTokens.Drawn(id, Optional.empty()));
    }

    private List<Integer> upTo(long released) {
        return held.upTo(released).stream().map(HeldTokens.Drawn::id).toList();
    }

    @Test
    void tokenWaitsUntilAllItsCharactersAreReleased() {
        add(1);
        held.settle(3);
        add(2); // begins a character
        add(3); // ends it
        held.settle(4);

        assertThat(upTo(2)).isEmpty();
        assertThat(upTo(3)).isEqualTo(List.of(1));
        assertThat(upTo(3)).isEmpty();
        assertThat(upTo(4)).isEqualTo(List.of(2, 3));
    }

    @Test
    void partOfACharacterNeverGoesOut() {
        add(1);

        assertThat(upTo(1_000)).isEmpty();
    }

    @Test
    void nothingGoesOutBehindARedaction() {
        add(1);
        held.settle(1);
        held.withhold();
        add(2);
        held.settle(2);

        assertThat(upTo(2)).isEmpty();
    }
}
