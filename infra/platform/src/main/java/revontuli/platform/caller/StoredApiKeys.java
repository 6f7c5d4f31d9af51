package revontuli.platform.caller;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/// API keys of the principals' file, and those in this service's own table `api_key`, fed by safety-svc over Kafka.
///
/// Looked up in memory, so that a call costs no query and a flood of wrong keys costs nothing. [#refresh] is called
/// every second and reads the table again when it changed: also what another instance of this service has written.
@ApplicationScoped
public class StoredApiKeys implements ApiKeys {
    private final Principals principals;
    private final DataSource database;
    private volatile Map<String, Caller> stored = Map.of();
    private volatile String seen = "";

    StoredApiKeys(Principals principals, DataSource database) {
        this.principals = principals;
        this.database = database;
    }

    @Override
    public Optional<Caller> find(String sha256Hex) {
        return principals.byKeyHash(sha256Hex).or(() -> Optional.ofNullable(stored.get(sha256Hex)));
    }

    /// Writes what an event says of a key, in the caller's transaction; a revocation is never undone by an older
    /// event.
    public void store(String name, String sha256, Caller owner, boolean revoked) {
        String sql = """
                insert into api_key (name, sha256, principal, tenant, roles, revoke_time)
                values (?, ?, ?, ?, ?, case when ? then now() end)
                on conflict (name) do update set revoke_time = coalesce(api_key.revoke_time, excluded.revoke_time)""";
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            statement.setString(2, sha256);
            statement.setString(3, owner.principal());
            statement.setString(4, owner.tenant());
            statement.setString(
                    5, owner.roles().stream().map(Role::text).sorted().collect(Collectors.joining(",")));
            statement.setBoolean(6, revoked);
            statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot store the API key " + name, e);
        }
    }

    /// Reads the table again if it changed.
    public void refresh() throws SQLException {
        try (Connection connection = database.getConnection()) {
            String now = version(connection);
            if (!now.equals(seen)) {
                stored = read(connection);
                seen = now;
            }
        }
    }

    private static String version(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select count(*), count(revoke_time) from api_key");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1) + "/" + row.getLong(2);
        }
    }

    private static Map<String, Caller> read(Connection connection) throws SQLException {
        String sql = "select sha256, principal, tenant, roles from api_key where revoke_time is null";
        Map<String, Caller> keys = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                keys.put(row.getString(1), new Caller(row.getString(2), row.getString(3), roles(row.getString(4))));
            }
        }
        return Map.copyOf(keys);
    }

    private static Set<Role> roles(String list) {
        return Arrays.stream(list.split(",", -1))
                .flatMap(text -> Role.find(text).stream())
                .collect(Collectors.toSet());
    }
}
