package revontuli.cli.bench;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import revontuli.cli.CliException;
import revontuli.cli.Service;

/// How much is measured.
///
/// @param rounds starts of each service in each mode
/// @param calls calls after the first one, before memory is read again
/// @param warmUp time under load before the rate is measured
/// @param measure time under load in which it is
record ServicesPlan(
        List<Service> services, List<Mode> modes, int rounds, int calls, Duration warmUp, Duration measure) {
    static final int ROUNDS_MAX = 20;
    static final int CALLS_MAX = 100_000;
    static final int SECONDS_MAX = 600;

    ServicesPlan {
        services = distinct("--services", services);
        modes = distinct("--modes", modes);
        check("--rounds", rounds, ROUNDS_MAX);
        check("--calls", calls, CALLS_MAX);
        check("--warm-up", warmUp.toSeconds(), SECONDS_MAX);
        check("--measure", measure.toSeconds(), SECONDS_MAX);
    }

    private static <T> List<T> distinct(String option, List<T> values) {
        if (values.isEmpty()) {
            throw CliException.usage(option + " names nothing");
        }
        if (Set.copyOf(values).size() != values.size()) {
            throw CliException.usage(option + " names something twice");
        }
        return List.copyOf(values);
    }

    private static void check(String option, long value, int max) {
        if (value < 1 || value > max) {
            throw CliException.usage(option + " must lie between 1 and " + max + ": " + value);
        }
    }
}
