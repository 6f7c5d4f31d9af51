package revontuli.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import revontuli.cli.Service;

/// What was measured of one process from its start to its end.
///
/// @param answers digest over the answers that must be the same in every mode; empty where none was asked for
/// @param values figures by name, in the order of [Figure]; a name may be missing where it was not measured
record RunFigures(
        Service service, Mode mode, int round, boolean withModel, String answers, Map<Figure, Double> values) {
    /// The figures with their units.
    enum Figure {
        READY("ready after", "s", 2),
        CPU_TO_READY("CPU until ready", "s", 2),
        RESIDENT("resident at ready", "MiB", 1),
        PROPORTIONAL("of it by share (PSS)", "MiB", 1),
        SERVES_MODEL("serves the model after", "s", 2),
        RESIDENT_WITH_MODEL("resident with the model", "MiB", 1),
        FIRST_CALL("first call", "ms", 1),
        COLD_RATE("first calls", "/s", 0),
        RESIDENT_AFTER("resident after them", "MiB", 1),
        RATE("calls, warmed up", "/s", 0),
        MEDIAN("median latency", "ms", 2),
        P99("p99 latency", "ms", 2),
        CPU_PER_CALL("CPU a call", "ms", 3),
        REFUSED("refused, too busy", "calls", 0),
        STOP("stop", "s", 1);

        private final String label;
        private final String unit;
        private final int digits;

        Figure(String label, String unit, int digits) {
            this.label = label;
            this.unit = unit;
            this.digits = digits;
        }

        String label() {
            return label + ", " + unit;
        }

        String format(double value) {
            return String.format(Locale.ROOT, "%." + digits + "f", value);
        }
    }

    RunFigures {
        values = Map.copyOf(values);
    }

    ObjectNode json() {
        ObjectNode node = new ObjectMapper()
                .createObjectNode()
                .put("service", service.fullName())
                .put("mode", mode.label())
                .put("round", round)
                .put("with_model", withModel)
                .put("answers", answers);
        for (Figure figure : Figure.values()) {
            Double value = values.get(figure);
            if (value != null) {
                node.put(figure.name().toLowerCase(Locale.ROOT), value);
            }
        }
        return node;
    }
}
