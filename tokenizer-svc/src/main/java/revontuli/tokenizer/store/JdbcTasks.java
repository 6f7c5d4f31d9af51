package revontuli.tokenizer.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import revontuli.platform.shard.ShardHeader;
import revontuli.tokenizer.bulk.Task;
import revontuli.tokenizer.bulk.Tasks;
import revontuli.transparency.crypto.Digest;

/// Tasks in the table `tokenize_task`. Joins the caller's transaction; all times are the database's.
@ApplicationScoped
class JdbcTasks implements Tasks {
    private static final String COLUMNS =
            "id, tenant, dataset_digest, tokenizer_digest, state, fence, tries, documents, tokens, text_bytes, bad_lines,"
                    + " shard_digest, shard_bytes, reason, message, create_time, end_time";

    private final DataSource database;

    JdbcTasks(DataSource database) {
        this.database = database;
    }

    @Override
    public Optional<Task> find(String id) {
        return query("select " + COLUMNS + " from tokenize_task where id = ?", id).stream()
                .findFirst();
    }

    @Override
    public List<Task> list(String tenant, String after, int limit) {
        return query(
                "select " + COLUMNS + " from tokenize_task where tenant = ? and id > ? order by id limit ?",
                tenant,
                after,
                limit);
    }

    @Override
    public boolean submit(Task task) {
        return update(
                """
                insert into tokenize_task (id, tenant, dataset_digest, tokenizer_digest, state, create_time)
                values (?, ?, ?, ?, 'SUBMITTED', ?)
                on conflict (id) do update set state = 'SUBMITTED', tries = 0, reason = '', message = '', end_time = null
                where tokenize_task.state = 'FAILED'""",
                task.id(),
                task.order().tenant(),
                task.order().dataset().toString(),
                task.order().tokenizer().toString(),
                Timestamp.from(task.order().createTime()));
    }

    @Override
    public boolean queue(Task task) {
        return update(
                """
                insert into tokenize_task
                    (id, tenant, dataset_digest, tokenizer_digest, state, create_time, queue_time)
                values (?, ?, ?, ?, 'QUEUED', ?, clock_timestamp())
                on conflict (id) do update set state = 'QUEUED', queue_time = clock_timestamp(), not_before = null
                where tokenize_task.state = 'SUBMITTED'""",
                task.id(),
                task.order().tenant(),
                task.order().dataset().toString(),
                task.order().tokenizer().toString(),
                Timestamp.from(task.order().createTime()));
    }

    @Override
    public Optional<Task> claim(Duration ttl) {
        return query("""
                        update tokenize_task set state = 'RUNNING', fence = fence + 1, tries = tries + 1,
                            documents = 0, tokens = 0, text_bytes = 0, bad_lines = 0,
                            lease_until = clock_timestamp() + make_interval(secs => ?)
                        where id = (
                            select id from tokenize_task
                            where (state = 'QUEUED' and (not_before is null or not_before <= clock_timestamp()))
                                or (state = 'RUNNING' and lease_until < clock_timestamp())
                            order by queue_time limit 1 for update skip locked)
                        returning\s""" + COLUMNS, seconds(ttl)).stream().findFirst();
    }

    @Override
    public boolean hold(Task task, ShardHeader.Counts counts, Duration ttl) {
        return update(
                """
                update tokenize_task set documents = ?, tokens = ?, text_bytes = ?, bad_lines = ?,
                    lease_until = clock_timestamp() + make_interval(secs => ?)
                where id = ? and fence = ? and state = 'RUNNING'""",
                counts.documents(),
                counts.tokens(),
                counts.textBytes(),
                counts.leftOut(),
                seconds(ttl),
                task.id(),
                task.claim().fence());
    }

    @Override
    public void giveBack(Task task, Duration delay, boolean blame) {
        update("""
                update tokenize_task set state = 'QUEUED', lease_until = null, tries = tries - ?,
                    not_before = clock_timestamp() + make_interval(secs => ?)
                where id = ? and fence = ? and state = 'RUNNING'""", blame ? 0 : 1, seconds(delay), task.id(), task.claim().fence());
    }

    @Override
    public boolean end(Task task, Task.State state, ShardHeader.Counts counts, Task.Outcome outcome) {
        return update(
                """
                update tokenize_task set state = ?, lease_until = null, documents = ?, tokens = ?, text_bytes = ?,
                    bad_lines = ?, shard_digest = ?, shard_bytes = ?, reason = ?, message = ?, end_time = ?
                where id = ? and fence = ? and state = 'RUNNING'""",
                state.name(),
                counts.documents(),
                counts.tokens(),
                counts.textBytes(),
                counts.leftOut(),
                outcome.made().map(made -> made.shard().toString()).orElse(null),
                outcome.made().map(Task.Made::bytes).orElse(null),
                outcome.reason(),
                outcome.message(),
                outcome.endTime().map(Timestamp::from).orElse(null),
                task.id(),
                task.claim().fence());
    }

    private boolean update(String sql, @Nullable Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot write a task", e);
        }
    }

    private List<Task> query(String sql, @Nullable Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepared(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<Task> tasks = new ArrayList<>();
            while (rows.next()) {
                tasks.add(task(rows));
            }
            return tasks;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot read tasks", e);
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private static Task task(ResultSet row) throws SQLException {
        String shard = row.getString("shard_digest");
        Optional<Task.Made> made = shard == null
                ? Optional.empty()
                : Optional.of(new Task.Made(Digest.parse(shard), row.getLong("shard_bytes")));
        Timestamp end = row.getTimestamp("end_time");
        return new Task(
                row.getString("id"),
                new Task.Order(
                        row.getString("tenant"),
                        Digest.parse(row.getString("dataset_digest")),
                        Digest.parse(row.getString("tokenizer_digest")),
                        row.getTimestamp("create_time").toInstant()),
                Task.State.valueOf(row.getString("state")),
                new Task.Claim(row.getInt("fence"), row.getInt("tries")),
                new ShardHeader.Counts(
                        row.getLong("documents"),
                        row.getLong("tokens"),
                        row.getLong("text_bytes"),
                        row.getLong("bad_lines")),
                new Task.Outcome(
                        made,
                        row.getString("reason"),
                        row.getString("message"),
                        end == null ? Optional.<Instant>empty() : Optional.of(end.toInstant())));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
