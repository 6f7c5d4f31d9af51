package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import revontuli.safety.ledger.Checkpoints;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.SignedNote;

/// Signed checkpoints in `audit_checkpoint`.
@ApplicationScoped
class JdbcCheckpoints implements Checkpoints {
    private static final String SELECT = "select size, root, note, create_time from audit_checkpoint ";

    private final Database database;

    JdbcCheckpoints(Database database) {
        this.database = database;
    }

    @Override
    public void keep(Kept checkpoint) {
        database.update(
                "insert into audit_checkpoint (size, root, note, create_time) values (?, ?, ?, ?)",
                checkpoint.size(),
                checkpoint.root().value(),
                new String(checkpoint.note().bytes(), StandardCharsets.UTF_8),
                Database.time(checkpoint.time()));
    }

    @Override
    public Optional<Kept> newest() {
        return database.find(SELECT + "order by size desc, position desc limit 1", JdbcCheckpoints::kept);
    }

    @Override
    public Optional<Kept> at(long size) {
        return database.find(SELECT + "where size = ? order by position limit 1", JdbcCheckpoints::kept, size);
    }

    @Override
    public List<Kept> between(long from, long to, int count) {
        return database.query(
                "select distinct on (size) size, root, note, create_time from audit_checkpoint"
                        + " where size between ? and ? order by size, position limit ?",
                JdbcCheckpoints::kept,
                List.of(from, to, count));
    }

    private static Kept kept(ResultSet row) throws SQLException {
        return new Kept(
                row.getLong("size"),
                Digest.ofValue(row.getBytes("root")),
                SignedNote.parse(row.getString("note").getBytes(StandardCharsets.UTF_8)),
                Database.instant(row, "create_time"));
    }
}
