package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import revontuli.safety.ledger.LedgerRecord;
import revontuli.safety.ledger.RecordFilter;
import revontuli.safety.ledger.Records;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// Queries of `audit_record`, page by page along the index.
@ApplicationScoped
class JdbcRecords implements Records {
    private static final String COLUMNS = "index, leaf, tenant, actor, service, action, subject, event_time, digests";
    private static final String SELECT = "select " + COLUMNS + " from audit_record where ";

    /// Leaves of one page, so that it fits into a message of the usual limit of 4 MiB.
    private static final int PAGE_BYTES_MAX = 3 * 1024 * 1024;

    private final Database database;

    JdbcRecords(Database database) {
        this.database = database;
    }

    @Override
    public Optional<LedgerRecord> find(long index) {
        return database.find(SELECT + "index = ?", JdbcRecords::record, index);
    }

    @Override
    public Listing list(RecordFilter filter, Range range) {
        Conditions where = new Conditions();
        filter.window().from().ifPresent(time -> where.and("event_time >= ?", Database.time(time)));
        filter.window().to().ifPresent(time -> where.and("event_time < ?", Database.time(time)));
        where.andEquals("tenant", filter.tenant());
        where.andEquals("actor", filter.actor());
        where.andEquals("service", filter.service());
        where.andEquals("subject", filter.subject());
        where.andEquals("job", filter.job());
        where.andEquals(filter.model().startsWith("sha256:") ? "model_digest" : "model", filter.model());
        if (filter.action().endsWith(".*")) {
            String prefix = filter.action().substring(0, filter.action().length() - 1);
            where.and("action like ?", prefix.replace("_", "\\_") + "%");
        } else {
            where.andEquals("action", filter.action());
        }
        range.after().ifPresent(index -> where.and(range.newestFirst() ? "index < ?" : "index > ?", index));
        String order = " order by index " + (range.newestFirst() ? "desc" : "asc");
        String next = SELECT + where.sql() + order + " limit " + (range.count() + 1);
        String sized = "select *, count(*) over () as rows, sum(octet_length(leaf)) over (" + order
                + ") - octet_length(leaf) as bytes_before from (" + next + ") as next";
        where.values.add(PAGE_BYTES_MAX);
        List<Listed> rows = database.query(
                "select " + COLUMNS + ", rows from (" + sized + ") as sized where bytes_before < ?" + order,
                row -> new Listed(record(row), row.getInt("rows")),
                where.values);
        List<LedgerRecord> page =
                rows.stream().limit(range.count()).map(Listed::record).toList();
        return new Listing(page, !rows.isEmpty() && rows.getFirst().rows() > page.size());
    }

    /// A row, and how many there were before the large ones were left out.
    private record Listed(LedgerRecord record, int rows) {}

    @Override
    public Optional<LedgerRecord> firstNaming(String action, String role, String digest) {
        return database.find(
                SELECT + "action = ? and digests ->> ? = ? order by index limit 1",
                JdbcRecords::record,
                action,
                role,
                digest);
    }

    private static LedgerRecord record(ResultSet row) throws SQLException {
        return new LedgerRecord(
                row.getLong("index"),
                row.getBytes("leaf"),
                new LedgerRecord.Who(row.getString("tenant"), row.getString("actor"), row.getString("service")),
                new LedgerRecord.What(
                        row.getString("action"), row.getString("subject"), Database.instant(row, "event_time")),
                digests(row.getString("digests")));
    }

    private static Map<String, String> digests(String json) {
        Map<String, String> digests = new TreeMap<>();
        CanonicalJson.parseFieldsAnyForm(json.getBytes(StandardCharsets.UTF_8))
                .members()
                .forEach((role, digest) -> {
                    if (digest instanceof Json.Text(var text)) {
                        digests.put(role, text);
                    }
                });
        return digests;
    }

    private static final class Conditions {
        private final StringBuilder text = new StringBuilder("true");
        private final List<Object> values = new ArrayList<>();

        void and(String condition, Object value) {
            text.append(" and ").append(condition);
            values.add(value);
        }

        void andEquals(String column, String value) {
            if (!value.isEmpty()) {
                and(column + " = ?", value);
            }
        }

        String sql() {
            return text.toString();
        }
    }
}
