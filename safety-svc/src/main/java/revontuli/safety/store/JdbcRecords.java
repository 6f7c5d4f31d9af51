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
import org.jspecify.annotations.Nullable;
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

    /// Values of one filter differ in frequency by orders of magnitude: each question is planned for its own, which
    /// costs a tenth of a millisecond. Until the end of the unit of work.
    private static final String PLANNED_ANEW = "select set_config('plan_cache_mode', 'force_custom_plan', true)";

    /// Records that share one row of `audit_span`.
    private static final long BLOCK = 1024;

    private final Database database;

    JdbcRecords(Database database) {
        this.database = database;
    }

    @Override
    public Records ofTenant(String tenant) {
        return new TenantRecords(this, database, tenant);
    }

    @Override
    public Optional<LedgerRecord> find(long index) {
        return database.find(SELECT + "index = ?", JdbcRecords::record, index);
    }

    @Override
    public Listing list(RecordFilter filter, Range range) {
        database.query(PLANNED_ANEW, row -> true, List.of());
        Conditions where = new Conditions();
        if (!within(filter.window(), where)) {
            return new Listing(List.of(), false);
        }
        where.andEquals("tenant", filter.tenant());
        where.andEquals("actor", filter.actor());
        where.andEquals("service", filter.service());
        where.andEquals("subject", filter.subject());
        where.andEquals("job", filter.job());
        where.andEquals(filter.model().startsWith("sha256:") ? "model_digest" : "model", filter.model());
        action(filter.action(), where);
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

    /// Narrows a window of time to a range of indexes, which every index of the table can follow in order; false when
    /// nothing can be in it. The few records of a block that are not in the window are left out one by one.
    private boolean within(RecordFilter.Window window, Conditions where) {
        if (window.from().isEmpty() && window.to().isEmpty()) {
            return true;
        }
        Conditions blocks = new Conditions();
        window.from().ifPresent(time -> blocks.and("last_time >= ?", Database.time(time)));
        window.to().ifPresent(time -> blocks.and("first_time < ?", Database.time(time)));
        Optional<Blocks> range = database
                .query(
                        "select min(block) as first, max(block) as last from audit_span where " + blocks.sql(),
                        row -> new Blocks(row.getObject("first", Long.class), row.getObject("last", Long.class)),
                        blocks.values)
                .stream()
                .findFirst();
        Long first = range.map(Blocks::first).orElse(null);
        Long last = range.map(Blocks::last).orElse(null);
        if (first == null || last == null) {
            return false;
        }
        where.and("index >= ?", first * BLOCK);
        where.and("index < ?", (last + 1) * BLOCK);
        window.from().ifPresent(time -> where.and("event_time >= ?", Database.time(time)));
        window.to().ifPresent(time -> where.and("event_time < ?", Database.time(time)));
        return true;
    }

    private record Blocks(@Nullable Long first, @Nullable Long last) {}

    /// A prefix such as `job.*` goes by the family, the part before the first dot, which is indexed in order.
    private static void action(String action, Conditions where) {
        if (!action.endsWith(".*")) {
            where.andEquals("action", action);
            return;
        }
        String prefix = action.substring(0, action.length() - 1);
        int dot = prefix.indexOf('.');
        where.and("family = ?", prefix.substring(0, dot));
        if (dot < prefix.length() - 1) {
            where.and("action like ?", prefix.replace("_", "\\_") + "%");
        }
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
