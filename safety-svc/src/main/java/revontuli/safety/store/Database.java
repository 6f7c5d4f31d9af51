package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/// SQL on the connection of the current unit of work, or on one of its own where there is none.
@ApplicationScoped
class Database {
    private final DataSource source;

    Database(DataSource source) {
        this.source = source;
    }

    /// Reads one row.
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// A value that is a whole column.
    @SuppressWarnings("ArrayRecordComponent")
    record ArrayOf(String type, Object[] values) {}

    <T> List<T> query(String sql, RowReader<T> reader, List<?> values) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            List<T> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(reader.read(row));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not answer a query", e);
        }
    }

    <T> Optional<T> find(String sql, RowReader<T> reader, Object... values) {
        return query(sql, reader, List.of(values)).stream().findFirst();
    }

    int update(String sql, Object... values) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, List.of(values));
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("the database does not take a change", e);
        }
    }

    static OffsetDateTime time(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Optional<Instant> instantIfAny(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static void bind(PreparedStatement statement, List<?> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof ArrayOf(var type, var column)) {
                statement.setArray(i + 1, statement.getConnection().createArrayOf(type, column));
            } else {
                statement.setObject(i + 1, values.get(i));
            }
        }
    }
}
