package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void warmsUpThenFollowsHalfACosineThenStaysAtTheFloor() {
        Schedule schedule = new Schedule(1, 0.1, 10, 110);

        assertThat(schedule.at(0)).isEqualTo(0.1);
        assertThat(schedule.at(9)).isEqualTo(1);
        assertThat(schedule.at(10)).isEqualTo(1);
        assertThat(schedule.at(60)).isCloseTo(0.55, within(1e-12));
        assertThat(schedule.at(109)).isCloseTo(0.1, within(1e-3));
        assertThat(schedule.at(110)).isEqualTo(0.1);
        assertThat(schedule.at(Long.MAX_VALUE)).isEqualTo(0.1);
    }

    @Test
    void warmUpMayBeAbsentOrAll() {
        assertThat(new Schedule(1, 0, 0, 5).at(0)).isEqualTo(1);
        assertThat(new Schedule(1, 0, 5, 5).at(4)).isEqualTo(1);
        assertThat(new Schedule(1, 0, 5, 5).at(5)).isZero();
    }

    @Test
    void nonsenseIsRefused() {
        refused(() -> new Schedule(0, 0, 1, 2));
        refused(() -> new Schedule(1, 2, 1, 2));
        refused(() -> new Schedule(1, 0, 3, 2));
        refused(() -> new Schedule(1, 0, -1, 2));
        refused(() -> new Schedule(1, 0, 0, 0));
        refused(() -> new Schedule(1, 0, 1, 2).at(-1));
    }

    private static void refused(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }
}
