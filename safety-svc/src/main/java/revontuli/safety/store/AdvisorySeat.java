package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import revontuli.safety.ledger.Sequencer;

/// The sequencer's seat as an advisory lock of one database session. The session's end frees it, however it ends;
/// that the former holder may not know so at once is what terms are for.
@ApplicationScoped
class AdvisorySeat implements Sequencer.Seat {
    /// Any number, the same in every instance: "sequence" in ASCII.
    private static final long LOCK = 0x73657175656e6365L;

    private final DataSource source;
    private @Nullable Connection session;

    AdvisorySeat(DataSource source) {
        this.source = source;
    }

    @Override
    public synchronized boolean take() {
        if (session != null) {
            return true;
        }
        try {
            Connection open = source.getConnection();
            if (run(open, "select pg_try_advisory_lock(?)")) {
                session = open;
                return true;
            }
            open.close();
            return false;
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not answer who is the sequencer", e);
        }
    }

    @Override
    public synchronized void leave() {
        Connection held = session;
        session = null;
        if (held == null) {
            return;
        }
        try (held) {
            run(held, "select pg_advisory_unlock(?)"); // the session goes back to the pool and lives on
        } catch (SQLException e) {
            // it is gone, and the lock with it
        }
    }

    private static boolean run(Connection session, String sql) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            statement.setLong(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
