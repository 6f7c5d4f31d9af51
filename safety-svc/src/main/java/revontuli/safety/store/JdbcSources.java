package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import revontuli.safety.ledger.KnownSource;
import revontuli.safety.ledger.Sources;
import revontuli.transparency.crypto.VerifyingKey;

/// Sources in `ledger_source`. Written by the one appender only, which holds the head of the log.
@ApplicationScoped
class JdbcSources implements Sources {
    private static final String FIND = """
            select source, service, public_key, last_number, opened_time, closed_time
            from ledger_source where source = ?""";
    private static final String PUT = """
            insert into ledger_source (source, service, public_key, last_number, opened_time, closed_time)
            values (?, ?, ?, ?, ?, nullif(?, '')::timestamptz)
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
    public Optional<KnownSource> find(String name) {
        return database.find(FIND, this::source, name);
    }

    @Override
    public void put(KnownSource source) {
        database.update(
                PUT,
                source.name(),
                source.service(),
                source.key().base64(),
                source.lastNumber(),
                Database.time(source.opened()),
                source.closed()
                        .map(Database::time)
                        .map(OffsetDateTime::toString)
                        .orElse(""));
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
