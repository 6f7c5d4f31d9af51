package revontuli.safety;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import revontuli.testkit.Eventually;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.MerkleTree;

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

    /// As above, as a statement that reads for a tenant sees it.
    long numberFor(String tenant, String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                statement.execute("set local revontuli.tenant = '" + tenant + "'");
                try (ResultSet row = statement.executeQuery(sql)) {
                    row.next();
                    return row.getLong(1);
                }
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new AssertionError("the database does not answer", e);
        }
    }

    /// The root over the first leaves, from the leaves themselves and what is left of pruned ones.
    Digest root(long size) {
        MerkleTree tree = new MerkleTree();
        String sql = """
                select leaf, null, index from audit_record where index < %1$d
                union all select null, leaf_hash, index from audit_pruned where index < %1$d order by 3""".formatted(size);
        rows(sql, row -> {
                    byte[] leaf = row.getBytes(1);
                    return leaf == null ? Digest.ofValue(row.getBytes(2)) : MerkleTree.leafHash(leaf);
                })
                .forEach(tree::append);
        return tree.root();
    }

    /// Exact bytes of the leaves from an index on, by their index.
    SortedMap<Long, byte[]> leavesFrom(long index) {
        SortedMap<Long, byte[]> leaves = new TreeMap<>();
        rows("select index, leaf from audit_record where index >= " + index, row -> {
            leaves.put(row.getLong(1), row.getBytes(2));
            return index;
        });
        return leaves;
    }

    /// Places of the log where neither a record is nor what is left of one.
    long missing() {
        return number("""
                select size - (select count(*) from audit_record) - (select count(*) from audit_pruned) from audit_head""");
    }

    void execute(String sql) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError("the database does not do " + sql, e);
        }
    }

    private interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> rows(String sql, Reader<T> reader) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<T> rows = new ArrayList<>();
            while (row.next()) {
                rows.add(reader.read(row));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError("the database does not answer", e);
        }
    }
}
