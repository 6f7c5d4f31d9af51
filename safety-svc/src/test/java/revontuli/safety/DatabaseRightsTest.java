package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.testkit.Backbone;

/// The rights of the two database roles, statement by statement. Everything runs in a transaction that is rolled
/// back.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class DatabaseRightsTest {
    private static final String FORBIDDEN = "42501";
    private static final String WRITTEN_ONCE = "23001";

    @Inject
    LogView log;

    @BeforeEach
    void awaitARecord() {
        log.awaitCount(1, "action = 'policy.activated'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update audit_record set tenant = 'x'",
                "update audit_record set leaf = leaf where index = 0",
                "delete from audit_record",
                "truncate audit_record",
                "drop table audit_record",
                "alter table audit_record disable trigger all",
                "alter table audit_record add column x text",
                "create trigger x before insert on audit_record for each row execute function refuse_change()",
                "create or replace function refuse_change() returns trigger language plpgsql as 'begin return null; end'",
                "create table x (x text)",
                "set session_replication_role = replica",
                "insert into audit_head (id, size, nodes) values (false, 0, '')",
                "delete from audit_head",
                "truncate audit_head",
                "delete from ledger_source",
                "update audit_staged set tenant = 'x'",
                "truncate audit_staged",
                "update audit_tile set root = hashes",
                "delete from audit_tile",
                "truncate audit_tile",
                "update audit_checkpoint set note = ''",
                "delete from audit_checkpoint",
                "truncate audit_checkpoint",
                "update policy_version set yaml = ''",
                "delete from policy_version",
                "update policy_override set approval = ''",
                "delete from policy_override",
                "update commitment set tenant = 'x'",
                "update data_key set wrapped = wrapped",
                "update legal_hold set reason = ''",
                "delete from legal_hold",
                "update log_key set public_key = ''",
                "delete from log_key",
                "delete from flyway_schema_history",
                "insert into audit_span values (-1, now(), now())",
                "update audit_span set last_time = now()",
                "delete from audit_span",
                "truncate audit_span",
                "insert into audit_pruning values ('prunings/x', now())",
                "insert into audit_pruned values (0, '', '', 1, '', 1, 1, '')",
                "update audit_pruned set number = 1",
                "delete from audit_pruned",
                "create or replace function audit_retention(family text) returns interval language sql as 'select interval ''0'''",
                "set role safety_owner"
            })
    void theAppMayNot(String statement) {
        assertThatThrownBy(() -> run("app", statement))
                .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                        .isEqualTo(FORBIDDEN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update audit_record set tenant = 'x'",
                "delete from audit_record where index = 0",
                "truncate audit_record",
                "update audit_head set size = size - 1",
                "update audit_head set size = size",
                "delete from audit_head",
                "truncate audit_head",
                "update audit_head set term = term - 1",
                "update audit_head set term = term + 1, size = size - 1",
                "update audit_tile set level = 1",
                "delete from audit_tile where false",
                "truncate audit_tile",
                "update audit_checkpoint set size = 0",
                "delete from audit_checkpoint",
                "truncate audit_checkpoint",
                "delete from log_key where false",
                "update audit_pruned set number = 1",
                "delete from audit_pruned where false",
                "truncate audit_pruned",
                "delete from audit_pruning where false",
                "update policy_version set version = 9",
                "delete from policy_version"
            })
    void notEvenTheOwnerMay(String statement) {
        assertThatThrownBy(() -> run("owner", statement))
                .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                        .isEqualTo(WRITTEN_ONCE));
    }

    @Test
    void theAppReadsAndAppends() throws SQLException {
        for (String statement : List.of(
                "select * from audit_record",
                """
                insert into audit_record select max(index) + 1000000, 'x', decode(repeat('00', 32), 'hex'), 's', 1, '', '', '',
                '', '', '', '', '', '', now(), now(), '{}' from audit_record""",
                "update audit_head set size = size + 1",
                "update audit_head set term = term + 1",
                "delete from audit_staged where false",
                "insert into audit_tile values (7, 0, decode(repeat('00', 8192), 'hex'), decode(repeat('00', 32), 'hex'))",
                """
                insert into audit_checkpoint (size, root, note, create_time)
                values (0, decode(repeat('00', 32), 'hex'), '', now())""",
                """
                insert into commitment (commitment, sealed, tenant, subject, create_time)
                values ('c', decode(repeat('00', 60), 'hex'), 't', 's', now())""",
                "delete from commitment where commitment = 'c'")) {
            run("app", statement);
        }
    }

    /// Another tenant's record is not there for a statement that says whose records it reads, whatever it asks for.
    @Test
    void aTenantSeesItsOwnRecordsOnlyAndCannotLookAround() throws SQLException {
        try (Connection app = connect("app");
                Statement statement = app.createStatement()) {
            app.setAutoCommit(false);
            for (String tenant : List.of("one", "two")) {
                statement.execute("""
                        insert into audit_record select max(index) + 1000000, 'x', decode(repeat('00', 32), 'hex'), '%1$s', 1,
                        '', '%1$s', 'a', 'rls.tried', 'rls', '', '', '', '', now(), now(), '{}' from audit_record""".formatted(tenant));
            }
            assertThat(tenants(statement, "true")).contains("one", "two").hasSizeGreaterThan(2);
            statement.execute("select set_config('revontuli.tenant', 'one', true)");
            for (String condition : List.of(
                    "true",
                    "tenant = 'two' or true",
                    "tenant <> 'one' or index >= 0",
                    "subject = 'rls'",
                    "action = 'rls.tried'",
                    "family = 'rls'",
                    "actor = 'a'",
                    "index = (select max(index) from audit_record) or true")) {
                assertThat(tenants(statement, condition)).as(condition).containsExactly("one");
            }
            assertThat(tenants(statement, "tenant = 'two'")).isEmpty();
            statement.execute("select set_config('revontuli.tenant', 'nobody''s or true', true)");
            assertThat(tenants(statement, "true")).isEmpty();
            app.rollback();
            assertThat(tenants(statement, "true"))
                    .as("the name ends with its unit of work")
                    .isNotEmpty();
            app.rollback();
        }
        assertThatThrownBy(() -> run("app", "alter table audit_record disable row level security"))
                .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                        .isEqualTo(FORBIDDEN));
        assertThatThrownBy(() -> run("app", "drop policy audit_record_of_tenant on audit_record"))
                .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                        .isEqualTo(FORBIDDEN));
    }

    /// Neither by the function that prunes nor with the owner's rights: a young record stays, and an old one stays
    /// while a hold lasts or nothing would be left of it.
    @Test
    void nobodyPrunesWhatMustStay() throws SQLException {
        String young =
                "insert into audit_record select max(index) + 1000000, 'x', decode(repeat('00', 32), 'hex'), 'prune', 1, '',"
                        + " 'kept', 'a', 'generation.tried', 's', '', '', '', '', now(), now() - interval '%d days', '{}' from audit_record";
        String covered = "insert into audit_checkpoint (size, root, note, create_time) select max(index) + 1,"
                + " decode(repeat('00', 32), 'hex'), '', now() - interval '184 days' from audit_record";
        String trace =
                "insert into audit_pruned select index, leaf_hash, source, number, leaf_hash, 1, 1, 'p' from audit_record"
                        + " where source = 'prune'";
        String hold =
                "insert into legal_hold (hold, tenant, subject, reason, place_time) values ('h', 'kept', '', 'x', now())";
        String delete = "delete from audit_record where source = 'prune'";
        for (List<String> before : List.of(
                List.of(young.formatted(182), covered, trace),
                List.of(young.formatted(184), trace),
                List.of(young.formatted(184), covered),
                List.of(young.formatted(184), covered, trace, hold))) {
            assertThatThrownBy(() -> deletedByTheOwner(before, delete))
                    .as(before.toString())
                    .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                            .isEqualTo(WRITTEN_ONCE));
        }
        assertThat(deletedByTheOwner(List.of(young.formatted(184), covered, trace), delete))
                .isOne();
    }

    private static int deletedByTheOwner(List<String> before, String delete) throws SQLException {
        try (Connection owner = connect("owner");
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            for (String each : before) {
                statement.execute(each);
            }
            int deleted = statement.executeUpdate(delete);
            owner.rollback();
            return deleted;
        }
    }

    private static Set<String> tenants(Statement statement, String condition) throws SQLException {
        Set<String> tenants = new TreeSet<>();
        try (ResultSet row = statement.executeQuery("select distinct tenant from audit_record where " + condition)) {
            while (row.next()) {
                tenants.add(row.getString(1));
            }
        }
        return tenants;
    }

    @Test
    void theAppIsNotTheOwnerOfAnything() throws SQLException {
        try (Connection app = connect("app");
                Statement statement = app.createStatement();
                var row = statement.executeQuery(
                        "select count(*) from pg_class where relowner = (select oid from pg_roles where rolname = current_user)")) {
            row.next();
            assertThat(row.getInt(1)).isZero();
        }
    }

    /// What the app may do with each table as a whole: S select, I insert, U update, D delete. Of tables that are not
    /// listed here it must at least not be more than that.
    private static final Map<String, String> RIGHTS = Map.ofEntries(
            Map.entry("audit_record", "SI"),
            Map.entry("audit_head", "SU"),
            Map.entry("audit_span", "S"),
            Map.entry("audit_staged", "SID"),
            Map.entry("audit_tile", "SI"),
            Map.entry("audit_checkpoint", "SI"),
            Map.entry("audit_pruning", "S"),
            Map.entry("audit_pruned", "S"),
            Map.entry("ledger_source", "SIU"),
            Map.entry("log_key", "SI"),
            Map.entry("policy_override", "SI"),
            Map.entry("review", "SI"),
            Map.entry("review_decision", "SI"),
            Map.entry("policy_version", "SI"),
            Map.entry("commitment", "SID"),
            Map.entry("data_key", "SID"),
            Map.entry("legal_hold", "SI"),
            Map.entry("flyway_schema_history", "S"),
            Map.entry("outbox", "SIUD"),
            Map.entry("inbox", "SIUD"),
            Map.entry("audit_source", "SIUD"),
            Map.entry("audit_subject", "SIUD"),
            Map.entry("audit_pending", "SIUD"),
            Map.entry("api_key", "SIUD"));

    /// The matrix of all tables and all kinds of statement, each tried.
    @Test
    void everyStatementOnEveryTableIsAllowedOrRefusedAsListed() throws SQLException {
        Map<String, String> columns = new TreeMap<>();
        try (Connection owner = connect("owner");
                Statement statement = owner.createStatement();
                ResultSet row = statement.executeQuery("""
                        select table_name, min(column_name) from information_schema.columns
                        where table_schema = 'public' group by table_name""")) {
            while (row.next()) {
                columns.put(row.getString(1), row.getString(2));
            }
        }
        assertThat(columns.keySet()).containsAll(RIGHTS.keySet());
        for (Map.Entry<String, String> table : columns.entrySet()) {
            String name = table.getKey();
            String allowed = RIGHTS.getOrDefault(name, "SIUD");
            String column = table.getValue();
            Map<String, String> statements = Map.of(
                    "S", "select * from " + name + " limit 0",
                    "I", "insert into " + name + " default values",
                    "U", "update " + name + " set " + column + " = " + column + " where false",
                    "D", "delete from " + name + " where false",
                    "T", "truncate " + name,
                    "R", "create temp table t (x int references " + name + ")",
                    "X", "alter table " + name + " disable trigger all",
                    "Z", "drop table " + name);
            for (Map.Entry<String, String> each : statements.entrySet()) {
                boolean refused = isForbidden(each.getValue());
                if (RIGHTS.containsKey(name) || !allowed.contains(each.getKey())) {
                    assertThat(refused).as(each.getValue()).isEqualTo(!allowed.contains(each.getKey()));
                }
            }
        }
    }

    private static boolean isForbidden(String statement) throws SQLException {
        try {
            run("app", statement);
            return false;
        } catch (SQLException e) {
            return FORBIDDEN.equals(e.getSQLState());
        }
    }

    private static void run(String role, String sql) throws SQLException {
        try (Connection connection = connect(role);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            connection.rollback();
        }
    }

    private static Connection connect(String role) throws SQLException {
        String key = role.equals("app") ? "quarkus.datasource" : "quarkus.flyway";
        return DriverManager.getConnection(
                setting("quarkus.datasource.jdbc.url"), setting(key + ".username"), setting(key + ".password"));
    }

    private static String setting(String key) {
        return ConfigProvider.getConfig().getValue(key, String.class);
    }
}
