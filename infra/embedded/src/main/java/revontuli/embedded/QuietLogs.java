package revontuli.embedded;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Brokers print their two hundred settings at every start; only what needs a person stays.
public final class QuietLogs {
    /// Held here because `java.util.logging` forgets the level of a logger that nobody holds.
    private static final List<Logger> LOGGERS = List.of(
            Logger.getLogger("kafka"),
            Logger.getLogger("org.apache.kafka"),
            Logger.getLogger("state.change.logger"),
            Logger.getLogger("org.postgresql"));

    private QuietLogs() {}

    public static void apply() {
        LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
    }
}
