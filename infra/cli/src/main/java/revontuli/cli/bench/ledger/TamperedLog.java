package revontuli.cli.bench.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import revontuli.embedded.postgres.EmbeddedPostgres;
import revontuli.embedded.postgres.ServiceDatabase;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.SealedRecord;

/// The ledger's own tables, filled with a small log, in a database that may be damaged: every change is rolled back.
final class TamperedLog implements AutoCloseable {
    private static final String NAME = "tampered";
    private static final List<String> MIGRATIONS = List.of(
            "/db/platform/V1__platform.sql",
            "/db/platform/V2__outbox.sql",
            "/db/migration/V100__safety.sql",
            "/db/migration/V101__ledger.sql",
            "/db/migration/V110__first_difference.sql");

    private static final String COLUMNS =
            "leaf, leaf_hash, source, number, service, tenant, actor, action, subject, model, model_digest, job, request,"
                    + " event_time, recorded_time, digests";

    private final Connection connection;
    private final long size;

    private TamperedLog(Connection connection, long size) {
        this.connection = connection;
        this.size = size;
    }

    static TamperedLog of(EmbeddedPostgres postgres, List<SealedRecord> leaves) throws SQLException {
        postgres.createDatabase(new ServiceDatabase(
                NAME, UUID.randomUUID().toString(), UUID.randomUUID().toString()));
        Connection connection = postgres.superuser(NAME);
        try (Statement statement = connection.createStatement()) {
            for (String migration : MIGRATIONS) {
                // the rights of the service's own roles are of no interest here
                statement.execute(DatabaseRates.resource(migration).replaceAll("(?m)^revoke [^;]*;", ""));
            }
        }
        TamperedLog log = new TamperedLog(connection, leaves.size());
        for (SealedRecord leaf : leaves) {
            log.stage(leaf);
        }
        log.sequence(0);
        connection.setAutoCommit(false);
        log.update("set session_replication_role = replica"); // no trigger stops a superuser
        connection.commit();
        return log;
    }

    long size() {
        return size;
    }

    /// Puts a record into the stage as the ledger does.
    void stage(SealedRecord leaf) throws SQLException {
        AuditEvent event = leaf.record().event();
        update(
                "insert into audit_staged (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', ?,"
                        + " ?::timestamptz, ?::timestamptz, ?::jsonb)",
                leaf.leaf(),
                leaf.leafHash().value(),
                leaf.record().source(),
                leaf.record().number(),
                event.writer().service(),
                event.act().tenant(),
                event.act().actor(),
                event.act().action(),
                event.subject().name(),
                event.act().request(),
                event.times().event().toString(),
                event.times().recorded().toString(),
                digests(event));
    }

    /// Moves what is staged to the indexes from here on.
    void sequence(long from) throws SQLException {
        update(
                "insert into audit_record (index, " + COLUMNS
                        + ") select ? + row_number() over (order by position) - 1, " + COLUMNS + " from audit_staged",
                from);
        update("delete from audit_staged");
    }

    private static String digests(AuditEvent event) {
        StringBuilder json = new StringBuilder("{");
        event.digests().forEach((role, digest) -> json.append(json.length() > 1 ? "," : "")
                .append("\"%s\":\"%s\"".formatted(role, digest)));
        return json.append("}").toString();
    }

    int update(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    /// The leaves as an export would read them now.
    List<byte[]> leaves() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select leaf from audit_record order by index");
                ResultSet row = statement.executeQuery()) {
            List<byte[]> leaves = new ArrayList<>();
            while (row.next()) {
                leaves.add(row.getBytes(1));
            }
            return leaves;
        }
    }

    /// What the ledger's own check of its columns says: the first index that differs, or -1.
    long firstDifference() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select audit_first_difference()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            long index = row.getLong(1);
            return row.wasNull() ? -1 : index;
        }
    }

    void undo() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
