package revontuli.platform.failpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Faults on purpose: in the profile `test` only, and only at points that exist.
class FaultSettingsTest {
    private static final Optional<String> NOTHING = Optional.empty();

    @AfterEach
    void disarm() {
        Failpoint.disarm();
        SeededBug.switchOff();
    }

    @Test
    void outsideOfTestsAnyFaultStopsTheStart() {
        assertThatIllegalStateException()
                .isThrownBy(() -> FaultSettings.apply(Optional.of("relay.acked=halt@3"), NOTHING, false))
                .withMessageContaining("profile test only");
        assertThatIllegalStateException()
                .isThrownBy(() -> FaultSettings.apply(NOTHING, Optional.of("relay-marks-unsent"), false));
        FaultSettings.apply(NOTHING, NOTHING, false);
    }

    @Test
    void aPointOrBugThatDoesNotExistStopsTheStart() {
        for (String wrong : new String[] {"relay.acked", "relay.acked=halt@0", "relay.nowhere=halt@1", "x"}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> FaultSettings.apply(Optional.of(wrong), NOTHING, true))
                    .withMessageContaining("revontuli.platform.faults");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> FaultSettings.apply(NOTHING, Optional.of("relay-marks"), true))
                .withMessageContaining("relay-marks-unsent");
    }

    @Test
    void anArmedPointThrowsSoOftenAndNoOtherDoes() {
        Failpoint.armToThrow(Failpoint.RELAY_ACKED, 2);

        Failpoint.RELAY_READ.reach();
        assertThatThrownBy(Failpoint.RELAY_ACKED::reach).isInstanceOf(Failpoint.Reached.class);
        assertThatThrownBy(Failpoint.RELAY_ACKED::reach).isInstanceOf(Failpoint.Reached.class);
        Failpoint.RELAY_ACKED.reach();
        assertThat(Failpoint.passed()).isEqualTo(3);
    }

    @Test
    void oneBugIsOnAtATime() {
        FaultSettings.apply(NOTHING, Optional.of("ledger-takes-gaps"), true);

        assertThat(SeededBug.LEDGER_TAKES_GAPS.isOn()).isTrue();
        assertThat(SeededBug.RELAY_MARKS_UNSENT.isOn()).isFalse();
        SeededBug.switchOff();
        assertThat(SeededBug.LEDGER_TAKES_GAPS.isOn()).isFalse();
    }
}
