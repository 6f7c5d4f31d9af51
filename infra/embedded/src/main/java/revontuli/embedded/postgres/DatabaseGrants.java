package revontuli.embedded.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// Makes a service's database and roles, or brings them back to what they must be. Every statement may be repeated.
///
/// True afterwards: both roles are ordinary ones; nobody but them connects to the database; tables that the owner
/// makes later can be read and written by the app, which cannot make, change or drop any.
final class DatabaseGrants {
    private static final int APP_CONNECTIONS_MAX = 20;
    private static final int OWNER_CONNECTIONS_MAX = 5;

    private final ServiceDatabase database;

    DatabaseGrants(ServiceDatabase database) {
        this.database = database;
    }

    /// Roles and database; on a connection to any other database.
    void create(Connection connection) throws SQLException {
        role(connection, database.owner(), database.ownerPassword(), OWNER_CONNECTIONS_MAX);
        role(connection, database.app(), database.appPassword(), APP_CONNECTIONS_MAX);
        if (!exists(connection, "select 1 from pg_database where datname = ?", database.name())) {
            run(connection, "create database %s owner %s".formatted(database.name(), database.owner()));
        }
        run(connection, "revoke all on database %s from public".formatted(database.name()));
        run(
                connection,
                "grant connect on database %s to %s, %s".formatted(database.name(), database.owner(), database.app()));
    }

    /// Rights inside; on a connection to the database itself.
    void grant(Connection connection) throws SQLException {
        run(connection, "alter schema public owner to " + database.owner());
        run(connection, "revoke all on schema public from public");
        run(connection, "grant usage on schema public to " + database.app());
        String defaults = "alter default privileges for role %s in schema public ".formatted(database.owner());
        run(connection, defaults + "grant select, insert, update, delete on tables to " + database.app());
        run(connection, defaults + "grant usage on sequences to " + database.app());
    }

    private static void role(Connection connection, String role, String password, int connectionsMax)
            throws SQLException {
        if (!exists(connection, "select 1 from pg_roles where rolname = ?", role)) {
            run(connection, "create role " + role);
        }
        run(
                connection,
                "alter role %s login nosuperuser nocreatedb nocreaterole noreplication connection limit %d password %s"
                        .formatted(role, connectionsMax, literal(connection, password)));
    }

    static String literal(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.enquoteLiteral(text);
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }
}
