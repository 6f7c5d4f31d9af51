package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.safety.privacy.Hold;
import revontuli.safety.privacy.Holds;

/// Legal holds in `legal_hold`. A list of no tenants stands for all.
@ApplicationScoped
class JdbcHolds implements Holds {
    private static final String SELECT =
            "select hold, tenant, subject, reason, place_time, release_time from legal_hold where release_time is null ";
    private static final int FOUND_MAX = 10;

    private final Database database;

    JdbcHolds(Database database) {
        this.database = database;
    }

    @Override
    public void place(Hold hold) {
        database.update(
                "insert into legal_hold (hold, tenant, subject, reason, place_time) values (?, ?, ?, ?, ?)",
                hold.name(),
                hold.tenant(),
                hold.subject(),
                hold.reason(),
                Database.time(hold.placed()));
    }

    @Override
    public Optional<Hold> lock(String name) {
        return database.find(SELECT + "and hold = ? for update", JdbcHolds::hold, name);
    }

    @Override
    public void release(Hold hold, Instant time) {
        database.update("update legal_hold set release_time = ? where hold = ?", Database.time(time), hold.name());
    }

    @Override
    public List<Hold> on(String subject, List<String> tenants) {
        Database.ArrayOf in = new Database.ArrayOf("text", tenants.toArray(String[]::new));
        return database.query(
                SELECT + "and (subject = ? or subject = '') and (cardinality(?::text[]) = 0 or tenant = any(?::text[]))"
                        + " order by place_time limit ?",
                JdbcHolds::hold,
                List.of(subject, in, in, FOUND_MAX));
    }

    @Override
    public List<Hold> lasting(int count) {
        return database.query(SELECT + "order by place_time limit ?", JdbcHolds::hold, List.of(count));
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(
                row.getString("hold"),
                row.getString("tenant"),
                row.getString("subject"),
                row.getString("reason"),
                Database.instant(row, "place_time"),
                Database.instantIfAny(row, "release_time"));
    }
}
