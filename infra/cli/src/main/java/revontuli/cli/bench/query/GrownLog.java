package revontuli.cli.bench.query;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import revontuli.cli.CliException;
import revontuli.embedded.postgres.EmbeddedPostgres;

/// Grows the table of the log with generated records, beside the service: 1,000 tenants of very different size, a
/// million subjects, 200 model versions, 20,000 jobs that lie close together as jobs do, 5,000 actors, twenty actions
/// of very different frequency; a second of time every ten records, one in a thousand ten minutes late. Leaves are
/// random bytes of 900: they prove nothing and are never verified.
final class GrownLog {
    static final String BEGIN = "2025-01-01T00:00:00Z";
    /// Records of one generated second.
    static final long A_SECOND = 10;

    private static final long CHUNK = 100_000;
    private static final int NODE_BYTES = 32;

    private static final String INSERT = """
            insert into audit_record (index, leaf, leaf_hash, source, number, service, tenant, actor, action, subject,
                                      model, model_digest, job, request, event_time, recorded_time, digests)
            select i, noise.bytes || int8send(i), sha256(int8send(i)), 'sources/generated', i,
                   (array['inference-svc', 'inference-svc', 'inference-svc', 'safety-svc', 'safety-svc', 'trainer-svc',
                          'tokenizer-svc'])[(1 + i % 7)::int],
                   'tenant-' || (i * 7919 % 1000) * (i * 104729 % 1000) / 1000,
                   'users/u-' || i * 15485863 % 5000,
                   case when i % 1000 < 420 then 'generation.admitted'
                        when i % 1000 < 840 then 'generation.finished'
                        when i % 1000 < 960 then 'moderation.judged'
                        when i % 1000 < 980 then 'job.' || (array['queued', 'preparing', 'running', 'checkpointed',
                                                                  'evaluating', 'succeeded'])[(1 + i % 6)::int]
                        when i % 1000 < 990 then 'call.refused'
                        when i % 1000 < 995 then 'dataset.registered'
                        when i % 1000 < 999 then 'apikey.created'
                        else 'model.promoted' end,
                   case when i % 1000 < 960 then 'generations/g-' || i * 32452843 % 1000000
                        when i % 1000 < 980 then 'jobs/j-' || i / 250 else 'things/t-' || i end,
                   case when i % 1000 < 840 then 'models/m-' || i % 20 || '/versions/' || 1 + i * 31 % 10 else '' end,
                   case when i % 1000 < 840 then 'sha256:' || encode(sha256(int4send((i % 20 * 10 + i * 31 % 10)::int)), 'hex')
                        else '' end,
                   case when i % 1000 between 960 and 979 then 'jobs/j-' || i / 250 else '' end,
                   '',
                   timestamptz 'BEGIN_TIME' + i / A_SECOND * interval '1 second'
                       - case when i % 1000 = 500 then interval '10 minutes' else interval '0' end,
                   now(), '{}'
            from generate_series(?::bigint, ?::bigint - 1) i,
                 (select decode(string_agg(md5(random()::text), ''), 'hex') as bytes from generate_series(1, 56)) noise""".replace("BEGIN_TIME", BEGIN).replace("A_SECOND", Long.toString(A_SECOND));

    private GrownLog() {}

    /// Grows the log to this many records, and answers from which index on they are generated. The indexes for queries
    /// are taken away meanwhile and built again over all rows.
    static long grow(EmbeddedPostgres postgres, long records, LongConsumer progress) {
        try (Connection connection = postgres.superuser("safety");
                Statement statement = connection.createStatement()) {
            statement.execute("set synchronous_commit = off");
            statement.execute("set maintenance_work_mem = '512MB'");
            Map<String, String> indexes = queryIndexes(statement);
            for (String index : indexes.keySet()) {
                statement.execute("drop index " + index);
            }
            connection.setAutoCommit(false);
            long begin = size(connection);
            connection.rollback();
            long size = begin;
            while (size < records) {
                size = chunk(connection, Math.min(CHUNK, records - size));
                progress.accept(size);
            }
            connection.setAutoCommit(true);
            for (String definition : indexes.values()) {
                statement.execute(definition);
            }
            statement.execute("vacuum analyze audit_record");
            statement.execute("analyze audit_span");
            statement.execute("checkpoint");
            return begin;
        } catch (SQLException e) {
            throw CliException.refused("the log cannot be grown: " + e.getMessage());
        }
    }

    /// Definitions by name; those that keep records unique are not among them.
    private static Map<String, String> queryIndexes(Statement statement) throws SQLException {
        Map<String, String> indexes = new TreeMap<>();
        try (ResultSet row = statement.executeQuery("""
                select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
                where indrelid = 'audit_record'::regclass and not indisunique""")) {
            while (row.next()) {
                indexes.put(row.getString(1), row.getString(2));
            }
        }
        return indexes;
    }

    /// The head is held meanwhile, so that the sequencer's records come before or behind the chunk.
    private static long chunk(Connection connection, long count) throws SQLException {
        long from = size(connection);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setLong(1, from);
            insert.setLong(2, from + count);
            insert.executeUpdate();
        }
        try (PreparedStatement head =
                connection.prepareStatement("update audit_head set size = ?, nodes = ? where size = ?")) {
            head.setLong(1, from + count);
            head.setBytes(2, new byte[Long.bitCount(from + count) * NODE_BYTES]);
            head.setLong(3, from);
            head.executeUpdate();
        }
        connection.commit();
        return from + count;
    }

    private static long size(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select size from audit_head for update")) {
            row.next();
            return row.getLong(1);
        }
    }
}
