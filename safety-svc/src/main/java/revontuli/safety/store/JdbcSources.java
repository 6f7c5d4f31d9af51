package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import revontuli.safety.ledger.KnownSource;
import revontuli.safety.ledger.Sources;
import revontuli.transparency.crypto.VerifyingKey;

/// Sources in `ledger_source`. Written by the consumer of their records only, which holds their rows.
@ApplicationScoped
class JdbcSources implements Sources {
    private static final String LOCK = """
            select source, service, public_key, last_number, opened_time, closed_time
            from ledger_source where source = any(?) order by source for update""";
    private static final String PUT = """
            insert into ledger_source (source, service, public_key, last_number, opened_time, closed_time)
            select * from unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::timestamptz[], ?::timestamptz[])
            on conflict (source) do update
            set last_number = excluded.last_number, closed_time = excluded.closed_time""";
    private static final String REPORT = """
            update ledger_source set reported_number = greatest(reported_number, ?), reported_time = ?
            where source = ?""";

    /// Reading a key checks that it is a good one, which costs as much as checking a signature.
    private static final int KEYS_MAX = 256;

    private final Database database;
    private final Map<String, VerifyingKey> keys = new ConcurrentHashMap<>();

    JdbcSources(Database database) {
        this.database = database;
    }

    @Override
    public Map<String, KnownSource> lock(Collection<String> names) {
        return database
                .query(LOCK, this::source, List.of(new Database.ArrayOf("text", names.toArray(String[]::new))))
                .stream()
                .collect(Collectors.toMap(KnownSource::name, source -> source));
    }

    @Override
    public void putAll(Collection<KnownSource> sources) {
        if (sources.isEmpty()) {
            return;
        }
        database.update(
                PUT,
                texts(sources, KnownSource::name),
                texts(sources, KnownSource::service),
                texts(sources, source -> source.key().base64()),
                new Database.ArrayOf(
                        "bigint", sources.stream().map(KnownSource::lastNumber).toArray(Long[]::new)),
                texts(sources, source -> Database.time(source.opened()).toString()),
                texts(sources, source -> source.closed()
                        .map(Database::time)
                        .map(OffsetDateTime::toString)
                        .orElse(null)));
    }

    private static Database.ArrayOf texts(
            Collection<KnownSource> sources, Function<KnownSource, @Nullable String> value) {
        return new Database.ArrayOf("text", sources.stream().map(value).toArray(String[]::new));
    }

    @Override
    public void report(String name, long lastNumber, Instant time) {
        database.update(REPORT, lastNumber, Database.time(time), name);
    }

    private KnownSource source(ResultSet row) throws SQLException {
        return new KnownSource(
                row.getString("source"),
                row.getString("service"),
                key(row.getString("public_key")),
                row.getLong("last_number"),
                Database.instant(row, "opened_time"),
                Database.instantIfAny(row, "closed_time"));
    }

    private VerifyingKey key(String base64) {
        if (keys.size() > KEYS_MAX) {
            keys.clear();
        }
        return keys.computeIfAbsent(base64, VerifyingKey::parse);
    }
}
