package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.platform.tx.LastWrites;
import revontuli.safety.privacy.Owner;
import revontuli.safety.privacy.RetentionClass;
import revontuli.safety.privacy.Vault;

/// Wrapped keys in `data_key`, sealed salts in `commitment`. A list of no tenants stands for all.
@ApplicationScoped
class JdbcVault implements Vault {
    private static final String IN = " subject = ? and (cardinality(?::text[]) = 0 or tenant = any(?::text[]))";

    /// A row of each class that is too old, unless a hold lasts on it.
    private static final String EXPIRED = """
            select tenant, subject from data_key as key
            where (retention = ? and create_time < ?)
              and not exists (select 1 from legal_hold where release_time is null and tenant = key.tenant
                              and (subject = '' or subject = key.subject))
            order by create_time limit ? for update skip locked""";

    /// The key that is there, held as by [#findKey], or else the new one; neither where another unit has just made one.
    private static final String KEY_OF = """
            with held as (select wrapped from data_key where tenant = ? and subject = ? for share),
                 made as (insert into data_key (tenant, subject, wrapped, retention, create_time)
                          select ?::text, ?::text, ?::bytea, ?::text, ?::timestamptz where not exists (select from held)
                          on conflict do nothing returning wrapped)
            select wrapped from held union all select wrapped from made""";

    private static final String PUT =
            "insert into commitment (commitment, sealed, tenant, subject, create_time) values (?, ?, ?, ?, ?)";

    private final Database database;
    private final LastWrites last;

    JdbcVault(Database database, LastWrites last) {
        this.database = database;
        this.last = last;
    }

    @Override
    public byte[] keyOf(Owner owner, byte[] wrappedIfNew, RetentionClass retention, Instant time) {
        return database.find(
                        KEY_OF,
                        row -> row.getBytes("wrapped"),
                        owner.tenant(),
                        owner.subject(),
                        owner.tenant(),
                        owner.subject(),
                        wrappedIfNew,
                        retention.text(),
                        Database.time(time))
                .or(() -> findKey(owner))
                .orElseThrow(() -> new IllegalStateException("the data key of a subject is being destroyed"));
    }

    @Override
    public Optional<byte[]> findKey(Owner owner) {
        // held, so that no erasure comes between a key and the salt that is sealed with it
        return database.find(
                "select wrapped from data_key where tenant = ? and subject = ? for share",
                row -> row.getBytes("wrapped"),
                owner.tenant(),
                owner.subject());
    }

    @Override
    public void put(Kept kept, Instant time) {
        last.add(
                PUT,
                kept.commitment(),
                kept.sealed(),
                kept.owner().tenant(),
                kept.owner().subject(),
                Database.time(time));
    }

    @Override
    public List<Kept> about(String subject, List<String> tenants, int count) {
        Database.ArrayOf in = texts(tenants);
        return database.query(
                "select commitment, tenant, subject, sealed from commitment where sealed is not null and" + IN
                        + " order by create_time, commitment limit ?",
                JdbcVault::kept,
                List.of(subject, in, in, count));
    }

    @Override
    public List<String> destroy(String subject, List<String> tenants) {
        Database.ArrayOf in = texts(tenants);
        database.query(
                "delete from data_key where" + IN + " returning subject",
                row -> row.getString(1),
                List.of(subject, in, in));
        return database.query(
                "delete from commitment where" + IN + " returning commitment",
                row -> row.getString(1),
                List.of(subject, in, in));
    }

    @Override
    public List<Owner> expire(Instant now, int count) {
        for (RetentionClass retention : RetentionClass.values()) {
            List<Owner> expired = database.query(
                    EXPIRED,
                    row -> new Owner(row.getString("tenant"), row.getString("subject")),
                    List.of(retention.text(), Database.time(now.minus(retention.time())), count));
            if (!expired.isEmpty()) {
                expired.forEach(owner -> destroy(owner.subject(), List.of(owner.tenant())));
                return expired;
            }
        }
        return List.of();
    }

    private static Kept kept(ResultSet row) throws SQLException {
        return new Kept(
                row.getString("commitment"),
                new Owner(row.getString("tenant"), row.getString("subject")),
                row.getBytes("sealed"));
    }

    private static Database.ArrayOf texts(List<String> texts) {
        return new Database.ArrayOf("text", texts.toArray(String[]::new));
    }
}
