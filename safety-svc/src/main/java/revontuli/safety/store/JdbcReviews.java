package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import revontuli.safety.review.Review;
import revontuli.safety.review.Reviews;

/// Reviews in `review`, decisions in `review_decision`.
@ApplicationScoped
class JdbcReviews implements Reviews {
    private static final String WAITS = " state in ('OPEN', 'SEEN', 'DISPUTED') ";

    private final Database database;

    JdbcReviews(Database database) {
        this.database = database;
    }

    @Override
    public int waiting(String tenant) {
        return database.find("select count(*) from review where tenant = ? and" + WAITS, row -> row.getInt(1), tenant)
                .orElseThrow();
    }

    @Override
    public void add(Review review, byte[] sealed) {
        Review.Refused refused = review.refused();
        database.update(
                "insert into review (name, tenant, subject, direction, language, category, rule, policy, sealed, state, create_time)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                review.name(),
                refused.tenant(),
                refused.subject(),
                refused.direction(),
                refused.language(),
                refused.category(),
                refused.rule(),
                refused.policy(),
                sealed,
                review.state().name(),
                Database.time(review.created()));
    }

    @Override
    public Optional<Queued> lock(String name, String tenant) {
        return database.find(
                "select * from review where name = ? and tenant = ? for update", this::queued, name, tenant);
    }

    @Override
    public List<Queued> list(String tenant, long after, int count) {
        return database.query(
                "select * from review where tenant = ? and position > ? and" + WAITS + "order by position limit ?",
                this::queued,
                List.of(tenant, after, count));
    }

    @Override
    public void decide(Review review, Review.Decision decision, Review.State state) {
        database.update(
                "insert into review_decision (review, reviewer, allow, note, decide_time) values (?, ?, ?, ?, ?)",
                review.name(),
                decision.reviewer(),
                decision.allow(),
                decision.note(),
                Database.time(decision.time()));
        database.update("update review set state = ? where name = ?", state.name(), review.name());
    }

    private Queued queued(ResultSet row) throws SQLException {
        String name = row.getString("name");
        Review review = new Review(
                name,
                new Review.Refused(
                        row.getString("tenant"),
                        row.getString("subject"),
                        row.getString("direction"),
                        row.getString("language"),
                        row.getString("category"),
                        row.getString("rule"),
                        row.getString("policy")),
                Review.State.valueOf(row.getString("state")),
                Database.instant(row, "create_time"),
                decisions(name));
        return new Queued(row.getLong("position"), review, row.getBytes("sealed"));
    }

    private List<Review.Decision> decisions(String name) {
        return database.query(
                "select reviewer, allow, note, decide_time from review_decision where review = ? order by decide_time, reviewer",
                row -> new Review.Decision(
                        row.getString("reviewer"),
                        row.getBoolean("allow"),
                        row.getString("note"),
                        Database.instant(row, "decide_time")),
                List.of(name));
    }
}
