package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import revontuli.safety.ledger.Pruned;

/// Pruning by the functions of the database, which alone may delete records and judges each of them.
@ApplicationScoped
class JdbcPruned implements Pruned {
    private static final String DUE = """
            select count(*) filter (where not held) as records,
                   coalesce(sum(leaf_bytes) filter (where not held), 0) as leaf_bytes,
                   coalesce(min(index) filter (where not held), 0) as first,
                   coalesce(max(index) filter (where not held), 0) as last,
                   count(*) filter (where held) as held
            from audit_due(make_interval(days => ?), true, ?)""";

    /// A look counts so many records at most: it is one statement in one unit of work.
    private static final long LOOK_MAX = 1_000_000;

    private final Database database;

    JdbcPruned(Database database) {
        this.database = database;
    }

    @Override
    public Due due(int keepDays) {
        return database.find(
                        DUE,
                        row -> new Due(
                                row.getLong("records"),
                                row.getLong("leaf_bytes"),
                                row.getLong("first"),
                                row.getLong("last"),
                                row.getLong("held")),
                        keepDays,
                        LOOK_MAX)
                .orElseThrow();
    }

    @Override
    public boolean isAnyDue(int keepDays) {
        return database.find(
                        "select index from audit_due(make_interval(days => ?), false, 1)",
                        row -> row.getLong("index"),
                        keepDays)
                .isPresent();
    }

    @Override
    public List<Gone> prune(String pruning, int keepDays, int count) {
        return database.query(
                "select " + PrunedRow.COLUMNS + " from prune_records(?, make_interval(days => ?), ?) order by index",
                row -> new Gone(row.getLong("index"), row.getInt("leaf_bytes"), PrunedRow.read(row)),
                List.of(pruning, keepDays, (long) count));
    }
}
