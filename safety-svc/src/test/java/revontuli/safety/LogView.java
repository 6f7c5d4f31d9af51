package revontuli.safety;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import revontuli.testkit.Eventually;

/// Looks at the log's table behind the service's back.
@ApplicationScoped
public class LogView {
    private final DataSource database;

    LogView(DataSource database) {
        this.database = database;
    }

    long count(String condition, Object... values) {
        return number("select count(*) from audit_record where " + condition, values);
    }

    /// Waits until so many records match.
    void awaitCount(long count, String condition, Object... values) {
        Eventually.holds(count + " records where " + condition, () -> count(condition, values) >= count);
    }

    void awaitEntered(TestSource source) {
        awaitCount(source.number(), "source = ?", source.name());
    }

    long number(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new AssertionError("the database does not answer", e);
        }
    }

    /// Exact bytes of the first leaves, as they lie in the table.
    List<byte[]> leaves(long size) {
        return leaves("index < ?", size);
    }

    /// Exact bytes of the leaves from an index on.
    List<byte[]> leavesFrom(long index) {
        return leaves("index >= ?", index);
    }

    void execute(String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError("the database does not do " + sql, e);
        }
    }

    private List<byte[]> leaves(String condition, long value) {
        String sql = "select leaf from audit_record where " + condition + " order by index";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, value);
            List<byte[]> leaves = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    leaves.add(row.getBytes(1));
                }
            }
            return leaves;
        } catch (SQLException e) {
            throw new AssertionError("the database does not answer", e);
        }
    }
}
