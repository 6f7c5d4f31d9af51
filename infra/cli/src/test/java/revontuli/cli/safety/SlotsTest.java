package revontuli.cli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private final Slots slots = new Slots();

    SlotsTest() {
        for (String value : new String[] {"bread", "soup", "tea", "rice", "cake"}) {
            slots.add("food", value);
        }
        slots.add("place", "Turku");
    }

    @Test
    void aLineIsFilledWithEveryValueInTurnAndTheSameOnesEachTime() {
        Set<String> seen = new HashSet<>();
        for (int time = 0; time < 5; time++) {
            String filled = slots.fill("I like {food} in {place}", 3, time);
            assertThat(filled)
                    .isEqualTo(slots.fill("I like {food} in {place}", 3, time))
                    .endsWith("in Turku");
            seen.add(filled);
        }

        assertThat(seen).hasSize(5);
    }

    @Test
    void aLineWithoutNamesStaysAsItIs() {
        assertThat(slots.in("plain {} line")).isFalse();
        assertThat(slots.fill("plain {} line", 1, 1)).isEqualTo("plain {} line");
        assertThat(slots.in("my {food}")).isTrue();
    }
}
