package revontuli.trainer.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import revontuli.trainer.record.TableRows;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.export.ExportTable;
import revontuli.transparency.export.TableRow;

/// Reads each page in one statement, so that a row and its record's number are of one snapshot.
@ApplicationScoped
class JdbcTableRows implements TableRows {
    private static final String DATASETS = """
            select t.name, '' as state, t.digest, coalesce(s.last_number, 0) as number
            from dataset t left join audit_subject s on s.subject = t.name where t.name > ? order by t.name limit ?""";

    private static final String JOBS = """
            select t.name, t.state, t.plan_digest as digest, coalesce(s.last_number, 0) as number
            from job t left join audit_subject s on s.subject = t.name where t.name > ? order by t.name limit ?""";

    private static final String MODEL_VERSIONS = """
            select t.name, t.state, t.digest, coalesce(s.last_number, 0) as number
            from model_version t left join audit_subject s on s.subject = t.name
            where t.name > ? order by t.name limit ?""";

    private final DataSource database;

    JdbcTableRows(DataSource database) {
        this.database = database;
    }

    @Override
    public List<TableRow> page(ExportTable table, String after, int size) {
        String select =
                switch (table) {
                    case DATASETS -> DATASETS;
                    case JOBS -> JOBS;
                    case MODEL_VERSIONS -> MODEL_VERSIONS;
                };
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(select)) {
            query.setString(1, after);
            query.setInt(2, size);
            List<TableRow> rows = new ArrayList<>();
            try (ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    rows.add(new TableRow(
                            found.getString("name"),
                            found.getString("state"),
                            Digest.parse(found.getString("digest")),
                            found.getLong("number")));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read the table " + table.title(), e);
        }
    }
}
