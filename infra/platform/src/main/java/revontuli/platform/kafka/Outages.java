package revontuli.platform.kafka;

import java.sql.SQLException;
import org.apache.kafka.common.KafkaException;

/// Tells an outage of what we stand on from a record that is itself the trouble.
final class Outages {
    private static final int DEPTH_MAX = 20;

    private Outages() {}

    /// True when the failure comes from a database that is away, an application that is closing, or the broker.
    static boolean isOne(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEPTH_MAX; depth++) {
            if ((cause instanceof SQLException sql && isOutage(sql))
                    || cause instanceof KafkaException
                    || isClosing(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /// Classes of SQLSTATE: 08 connection, 53 resources, 57 operator intervention, 58 system, 40 rolled back; none at
    /// all when the pool gave none.
    private static boolean isOutage(SQLException failure) {
        String state = failure.getSQLState();
        return state == null
                || state.startsWith("08")
                || state.startsWith("40")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.startsWith("58");
    }

    private static boolean isClosing(Throwable cause) {
        String message = cause.getMessage();
        return cause instanceof IllegalStateException && message != null && message.contains("closed");
    }
}
