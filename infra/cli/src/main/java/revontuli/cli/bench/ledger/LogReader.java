package revontuli.cli.bench.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import revontuli.embedded.postgres.EmbeddedPostgres;
import revontuli.transparency.history.ActHistory;
import revontuli.transparency.history.HistoryCheck;
import revontuli.transparency.record.SealedRecord;

/// Reads the log's table behind the service's back, from index to index, into a [HistoryCheck].
final class LogReader implements AutoCloseable {
    private static final int ROWS = 2_000;
    private static final Duration POLL = Duration.ofMillis(100);

    private final EmbeddedPostgres postgres;
    private final HistoryCheck check;
    private @Nullable Connection connection;
    private long next;

    LogReader(EmbeddedPostgres postgres, HistoryCheck check) {
        this.postgres = postgres;
        this.check = check;
    }

    /// Waits until every act that was acknowledged before the call is in the log; false if the time is over first.
    ///
    /// @param meanwhile done again and again
    boolean awaitAll(ActHistory history, Duration limit, Runnable meanwhile) throws InterruptedException {
        long goal = history.acknowledged();
        long end = System.nanoTime() + limit.toNanos();
        long lost = Long.MAX_VALUE;
        while (System.nanoTime() - end < 0) {
            read();
            if (check.marked() >= goal) {
                HistoryCheck.Result result = check.against(history);
                lost = result.lost() - (history.acknowledged() - goal);
            }
            if (lost <= 0) {
                return true;
            }
            meanwhile.run();
            Thread.sleep(POLL);
        }
        return false;
    }

    /// Takes what has entered since; nothing while the database is away.
    void read() {
        try {
            while (readSome() == ROWS) {
                // more waits
            }
        } catch (SQLException _) {
            close();
        }
    }

    /// Leaves read so far.
    long size() {
        return next;
    }

    private int readSome() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = postgres.superuser("safety");
            connection = open;
        }
        try (PreparedStatement statement = open.prepareStatement(
                "select index, leaf from audit_record where index >= ? order by index limit " + ROWS)) {
            statement.setLong(1, next);
            int rows = 0;
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (row.getLong(1) != next) {
                        throw new IllegalStateException("the log has index " + row.getLong(1) + " where " + next
                                + " must be: its indexes are not dense");
                    }
                    check.follow(SealedRecord.parse(row.getBytes(2)));
                    next++;
                    rows++;
                }
            }
            return rows;
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException _) {
                // it was broken, which is why it is closed
            }
        }
    }
}
