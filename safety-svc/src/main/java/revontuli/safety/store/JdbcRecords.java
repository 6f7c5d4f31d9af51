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
import java.util.stream.IntStream;
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
        List<LedgerRecord> page = new ArrayList<>();
        long bytes = 0;
        for (Blocks blocks : blocks(filter.window(), range)) {
            Conditions where = conditions(filter, range);
            blocks.bound(where);
            List<Listed> rows = read(where, range, range.count() - page.size(), PAGE_BYTES_MAX - bytes);
            int room = range.count() - page.size();
            rows.stream().limit(room).map(Listed::record).forEach(page::add);
            if (!rows.isEmpty() && rows.getFirst().rows() > Math.min(room, rows.size())) {
                return new Listing(page, true);
            }
            bytes += rows.stream().mapToLong(row -> row.record().leaf().length).sum();
        }
        return new Listing(page, false);
    }

    /// @param count wanted; one more is asked for, to know whether there is more
    /// @param bytesMax of their leaves together; the first one comes in any case
    private List<Listed> read(Conditions where, Range range, int count, long bytesMax) {
        String order = " order by index " + (range.newestFirst() ? "desc" : "asc");
        String next = SELECT + where.sql() + order + " limit " + (count + 1);
        String sized = "select *, count(*) over () as rows, sum(octet_length(leaf)) over (" + order
                + ") - octet_length(leaf) as bytes_before from (" + next + ") as next";
        where.values.add(Math.max(1, bytesMax));
        return database.query(
                "select " + COLUMNS + ", rows from (" + sized + ") as sized where bytes_before < ?" + order,
                row -> new Listed(record(row), row.getInt("rows")),
                where.values);
    }

    private static Conditions conditions(RecordFilter filter, Range range) {
        Conditions where = new Conditions();
        filter.window().from().ifPresent(time -> where.and("event_time >= ?", Database.time(time)));
        filter.window().to().ifPresent(time -> where.and("event_time < ?", Database.time(time)));
        where.andEquals("tenant", filter.tenant());
        where.andEquals("actor", filter.actor());
        where.andEquals("service", filter.service());
        where.andEquals("subject", filter.subject());
        where.andEquals("job", filter.job());
        where.andEquals(filter.model().startsWith("sha256:") ? "model_digest" : "model", filter.model());
        action(filter.action(), where);
        range.after().ifPresent(index -> where.and(range.newestFirst() ? "index < ?" : "index > ?", index));
        return where;
    }

    /// Where the records of a window of time may lie, as ranges of indexes in the order of the page, which every
    /// index of the table can follow. Records outside of the window are left out one by one; so one record with a
    /// wrong time widens no more than its own block.
    private List<Blocks> blocks(RecordFilter.Window window, Range range) {
        if (window.from().isEmpty() && window.to().isEmpty()) {
            return List.of(Blocks.ALL);
        }
        Conditions spans = new Conditions();
        window.from().ifPresent(time -> spans.and("last_time >= ?", Database.time(time)));
        window.to().ifPresent(time -> spans.and("first_time < ?", Database.time(time)));
        List<Blocks> runs = database.query(
                "select min(block) as first, max(block) as last from (select block, block - row_number() over (order by"
                        + " block) as run from audit_span where " + spans.sql()
                        + ") as runs group by run order by first",
                row -> new Blocks(row.getLong("first"), row.getLong("last")),
                spans.values);
        List<Blocks> few = Blocks.joined(runs);
        return range.newestFirst() ? few.reversed() : few;
    }

    /// Blocks of the log in a row.
    private record Blocks(long first, long last) {
        private static final Blocks ALL = new Blocks(0, Long.MAX_VALUE);
        /// Each range is a statement.
        private static final int RANGES_MAX = 8;

        private void bound(Conditions where) {
            if (!equals(ALL)) {
                where.and("index >= ?", first * BLOCK);
                where.and("index < ?", (last + 1) * BLOCK);
            }
        }

        /// Joins those that lie closest where there are too many.
        private static List<Blocks> joined(List<Blocks> runs) {
            if (runs.size() <= RANGES_MAX) {
                return runs;
            }
            long[] gaps = IntStream.range(1, runs.size())
                    .mapToLong(i -> runs.get(i).first - runs.get(i - 1).last)
                    .sorted()
                    .toArray();
            long joinedUpTo = gaps[gaps.length - RANGES_MAX];
            List<Blocks> joined = new ArrayList<>(List.of(runs.getFirst()));
            for (Blocks run : runs.subList(1, runs.size())) {
                Blocks before = joined.getLast();
                if (run.first - before.last <= joinedUpTo) {
                    joined.set(joined.size() - 1, new Blocks(before.first, run.last));
                } else {
                    joined.add(run);
                }
            }
            return joined;
        }
    }

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
