package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import revontuli.testkit.Backbone;

/// Tables that another build has made, with the settings of the services, in schemas of their own.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "tokenizer"))
class MigrationTest {
    @Inject
    Flyway flyway;

    @Test
    void aMigrationOfThePlatformIsMadeUpForWhereTheServiceHasLaterOnes() throws SQLException {
        Flyway upgraded = in("upgraded");
        upgraded.migrate();
        execute("""
                delete from upgraded.flyway_schema_history where version = '2';
                drop index upgraded.outbox_unsent;
                alter table upgraded.outbox add constraint outbox_pkey primary key (position),
                    add constraint outbox_event_id_key unique (event_id);
                create index outbox_unsent on upgraded.outbox (position) where sent_time is null""");

        assertThat(upgraded.migrate().migrationsExecuted).isEqualTo(1);
        assertThat(upgraded.info().pending()).isEmpty();
    }

    @Test
    void aBuildStartsOnTablesThatANewerOneHasMade() throws SQLException {
        Flyway older = in("newer");
        older.migrate();
        execute("""
                insert into newer.flyway_schema_history
                    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                values (90, '3', 'newer', 'SQL', 'V3__newer.sql', 1, 'tokenizer_owner', 1, true),
                       (91, '900', 'newer', 'SQL', 'V900__newer.sql', 1, 'tokenizer_owner', 1, true)""");

        assertThat(older.migrate().migrationsExecuted).isZero();
    }

    private Flyway in(String schema) {
        return Flyway.configure(Thread.currentThread().getContextClassLoader())
                .configuration(flyway.getConfiguration())
                .schemas(schema)
                .defaultSchema(schema)
                .createSchemas(true)
                .load();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
