package revontuli.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.embedded.Ports;

class EmbeddedPostgresTest {
    private static final String SUPERUSER = "superuser-password-1";
    private static final ServiceDatabase OWN =
            new ServiceDatabase("own", "owner-password-00001", "app-password-0000001");
    private static final ServiceDatabase FOREIGN =
            new ServiceDatabase("foreign_one", "owner-password-00002", "app-password-0000002");
    private static final String DENIED = "42501";

    @TempDir
    static Path folder;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws SQLException {
        server = EmbeddedPostgres.start(new PostgresSettings(
                Path.of("target", "postgres-binaries").toAbsolutePath(),
                folder.resolve("data"),
                folder.resolve("postgres.log"),
                Ports.free(),
                SUPERUSER));
        server.createDatabase(OWN);
        server.createDatabase(FOREIGN);
        server.createDatabase(OWN);
        try (Connection owner = server.connect("own", OWN.owner(), OWN.ownerPassword())) {
            execute(owner, "create table thing (id bigserial primary key, word text)");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aWrongPasswordIsRefused() {
        assertThatThrownBy(() -> server.connect("postgres", "postgres", "wrong"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> server.connect("own", OWN.app(), SUPERUSER))
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void noRuleTrustsAnyone() throws Exception {
        assertThat(Files.readString(folder.resolve("data/pg_hba.conf")))
                .contains("scram-sha-256")
                .doesNotContain("trust");
        assertThat(setting("password_encryption")).isEqualTo("scram-sha-256");
        assertThat(setting("listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(setting("unix_socket_directories")).isEmpty();
    }

    @Test
    void committedMeansOnDisk() throws SQLException {
        assertThat(setting("fsync")).isEqualTo("on");
        assertThat(setting("synchronous_commit")).isEqualTo("on");
        assertThat(setting("full_page_writes")).isEqualTo("on");
    }

    @Test
    void theAppWorksWithRows() throws SQLException {
        try (Connection app = server.connect("own", OWN.app(), OWN.appPassword())) {
            execute(app, "insert into thing (word) values ('one')");
            execute(app, "update thing set word = 'two'");
            execute(app, "delete from thing");
        }
    }

    @Test
    void theAppMakesChangesAndDropsNoTable() throws SQLException {
        try (Connection app = server.connect("own", OWN.app(), OWN.appPassword())) {
            for (String statement : new String[] {
                "create table mine (id int)",
                "create temporary table mine (id int)",
                "create schema mine",
                "alter table thing add column more text",
                "drop table thing",
                "truncate thing",
                "create role another",
                "alter role own_app superuser",
                "set role own_owner"
            }) {
                assertThatThrownBy(() -> execute(app, statement))
                        .as(statement)
                        .isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState())
                                .isEqualTo(DENIED));
            }
        }
    }

    @Test
    void neitherRoleEntersAnotherDatabase() {
        for (String database : new String[] {"foreign_one", "postgres", "template1"}) {
            assertThatThrownBy(() -> server.connect(database, OWN.app(), OWN.appPassword()))
                    .as(database)
                    .hasMessageContaining("permission denied for database");
            assertThatThrownBy(() -> server.connect(database, OWN.owner(), OWN.ownerPassword()))
                    .as(database)
                    .hasMessageContaining("permission denied for database");
        }
    }

    @Test
    void rowsSurviveACrashAndARestart() throws SQLException {
        try (Connection owner = server.connect("own", OWN.owner(), OWN.ownerPassword())) {
            execute(owner, "create table kept as select 42 as answer");
        }

        server.kill();
        server.restart();

        try (Connection owner = server.connect("own", OWN.owner(), OWN.ownerPassword());
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery("select answer from kept")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
    }

    @Test
    void twoEqualPasswordsOrAnOddNameAreRefused() {
        assertThatThrownBy(() -> new ServiceDatabase("own", "same-password-123456", "same-password-123456"))
                .hasMessageContaining("must differ");
        assertThatThrownBy(() -> new ServiceDatabase("own; drop", "owner-password-00001", "app-password-0000001"))
                .hasMessageContaining("not a database name");
    }

    private static String setting(String name) throws SQLException {
        try (Connection connection = server.superuser("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
