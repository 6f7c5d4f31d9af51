package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.caller.StoredApiKeys;
import revontuli.safety.keys.ApiKey;
import revontuli.safety.keys.KeyRing;

/// Keys in the platform's table `api_key`, which every service has; this one is where they are made.
@ApplicationScoped
class JdbcKeyRing implements KeyRing {
    private static final String SELECT =
            "select name, sha256, principal, tenant, roles, create_time, revoke_time from api_key where tenant = ?";

    private final Database database;
    private final StoredApiKeys stored;

    JdbcKeyRing(Database database, StoredApiKeys stored) {
        this.database = database;
        this.stored = stored;
    }

    @Override
    public ApiKey add(String name, String hash, Caller owner) {
        stored.store(name, hash, owner, false);
        return stored(owner.tenant(), name);
    }

    @Override
    public ApiKey revoke(ApiKey key) {
        stored.store(key.name(), key.hash(), key.owner(), true);
        return stored(key.owner().tenant(), key.name());
    }

    @Override
    public Optional<ApiKey> lock(String tenant, String name) {
        return database.find(SELECT + " and name = ? for update", JdbcKeyRing::key, tenant, name);
    }

    @Override
    public int live(String tenant) {
        return database.find(
                        "select count(*) from api_key where tenant = ? and revoke_time is null",
                        row -> row.getInt(1),
                        tenant)
                .orElse(0);
    }

    @Override
    public List<ApiKey> list(String tenant, Optional<Place> after, int count) {
        List<Object> values = new ArrayList<>(List.of(tenant));
        String sql = SELECT;
        if (after.isPresent()) {
            sql += " and (create_time, name) < (?, ?)";
            values.add(Database.time(after.get().created()));
            values.add(after.get().name());
        }
        return database.query(sql + " order by create_time desc, name desc limit " + count, JdbcKeyRing::key, values);
    }

    private ApiKey stored(String tenant, String name) {
        return lock(tenant, name).orElseThrow(() -> new IllegalStateException("the key was not stored"));
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        Caller owner = new Caller(row.getString("principal"), row.getString("tenant"), roles(row.getString("roles")));
        return new ApiKey(
                row.getString("name"),
                row.getString("sha256"),
                owner,
                Database.instant(row, "create_time"),
                Database.instantIfAny(row, "revoke_time"));
    }

    private static Set<Role> roles(String list) {
        return Arrays.stream(list.split(",", -1))
                .flatMap(text -> Role.find(text).stream())
                .collect(Collectors.toSet());
    }
}
