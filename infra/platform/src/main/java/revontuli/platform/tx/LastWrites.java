package revontuli.platform.tx;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/// Rows that a unit of work leaves for its end, where they go to the database together, right before the commit: an
/// event, a record and what belongs to them (a generation, a commitment) in one round trip instead of one each, many of
/// a kind as one batch.
///
/// If the unit rolls back, nothing of them was ever written. Rows of one statement keep their order; statements of
/// different texts must not depend on each other.
@ApplicationScoped
public class LastWrites {
    /// More rows than these are not held in memory: they are written at once.
    private static final int ROWS_MAX = 512;
    private static final Object KEY = LastWrites.class;

    private final DataSource database;
    private final TransactionSynchronizationRegistry transactions;

    LastWrites(DataSource database, TransactionSynchronizationRegistry transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    /// Leaves a row in the current transaction.
    ///
    /// @param sql one statement, without a semicolon
    /// @param values its parameters, in order; none is null, and nobody writes into their bytes
    public void add(String sql, Object... values) {
        Rows rows = (Rows) transactions.getResource(KEY);
        if (rows == null) {
            rows = new Rows();
            transactions.putResource(KEY, rows);
            transactions.registerInterposedSynchronization(new BeforeCommit());
        }
        rows.add(sql, values);
        if (rows.count >= ROWS_MAX) {
            write();
        }
    }

    /// Writes what the current transaction has left so far; for who reads it in the same unit. Answers whether it had
    /// left anything.
    public boolean write() {
        Rows rows = (Rows) transactions.getResource(KEY);
        if (rows == null || rows.count == 0) {
            return false;
        }
        try (Connection connection = database.getConnection()) {
            rows.writeTo(connection);
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "cannot write what the unit leaves for its end: events, audit records and their rows", e);
        }
    }

    /// The unit writes before it commits; this is for transactions that no unit began.
    private final class BeforeCommit implements Synchronization {
        @Override
        public void beforeCompletion() {
            write();
        }

        @Override
        public void afterCompletion(int status) {}
    }

    private static final class Rows {
        private final Map<String, List<Object[]>> byStatement = new LinkedHashMap<>();
        private int count;

        void add(String sql, Object... values) {
            byStatement.computeIfAbsent(sql, _ -> new ArrayList<>()).add(values);
            count++;
        }

        /// Taken before they are written: what fails fails the unit, and is not tried again.
        void writeTo(Connection connection) throws SQLException {
            Map<String, List<Object[]>> taken = new LinkedHashMap<>(byStatement);
            byStatement.clear();
            boolean oneEach = taken.size() == count;
            count = 0;
            if (oneEach) {
                together(connection, taken);
                return;
            }
            for (Map.Entry<String, List<Object[]>> each : taken.entrySet()) {
                batch(connection, each.getKey(), each.getValue());
            }
        }

        private static void together(Connection connection, Map<String, List<Object[]>> rows) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(String.join(";", rows.keySet()))) {
                int parameter = 0;
                for (List<Object[]> one : rows.values()) {
                    parameter = bind(statement, parameter, one.getFirst());
                }
                statement.execute();
            }
        }

        private static void batch(Connection connection, String sql, List<Object[]> rows) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (Object[] row : rows) {
                    bind(statement, 0, row);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }

        private static int bind(PreparedStatement statement, int before, Object... values) throws SQLException {
            int parameter = before;
            for (Object value : values) {
                statement.setObject(++parameter, value);
            }
            return parameter;
        }
    }
}
