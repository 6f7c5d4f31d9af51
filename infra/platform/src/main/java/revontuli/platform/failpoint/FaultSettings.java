package revontuli.platform.failpoint;

import java.util.Optional;

/// Switches on what the settings ask for, and refuses to start where it must not be.
public final class FaultSettings {
    private FaultSettings() {}

    /// Arms the failpoint and the seeded bug of the settings.
    ///
    /// @param testing whether the profile `test` is active; without it any setting stops the service
    public static void apply(Optional<String> failpoint, Optional<String> bug, boolean testing) {
        if (!testing && (failpoint.isPresent() || bug.isPresent())) {
            throw new IllegalStateException(
                    "revontuli.platform.faults.* makes this service fail on purpose and works in"
                            + " the profile test only: take it out of the settings");
        }
        try {
            failpoint.ifPresent(Failpoint::armFrom);
            bug.ifPresent(SeededBug::switchOnFrom);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("revontuli.platform.faults: " + e.getMessage(), e);
        }
    }
}
