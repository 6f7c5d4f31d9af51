package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import revontuli.api.trainer.v1.CancelJobRequest;
import revontuli.api.trainer.v1.Dataset;
import revontuli.api.trainer.v1.ExportTablesRequest;
import revontuli.api.trainer.v1.ExportTablesResponse;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.TableRow;
import revontuli.api.trainer.v1.TableServiceGrpc;
import revontuli.testkit.Grpc;

/// What an auditor gets of the tables: each row with the number of its last record.
@QuarkusTest
class TableServiceTest {
    @Inject
    DataSource database;

    @Test
    void everyRowHasTheNumberOfItsLastRecord() {
        Client operator = Client.as("operator");
        ModelVersion model = operator.tinyModel("models/tabled/versions/1");
        Dataset data = operator.dataset("tabled", Client.texts("a row", 10));
        Job job = operator.submit("tabled", Client.plan(model.getName(), "tabled", "tabled"));
        operator.jobs()
                .cancelJob(CancelJobRequest.newBuilder().setName(job.getName()).build());
        Records.await(job.getName(), "job.cancelled");

        Map<String, TableRow> rows = rows();

        assertThat(rows.get(model.getName())).isEqualTo(row(model.getName(), "IMPORTED", model.getDigest(), 1));
        assertThat(rows.get(data.getName())).isEqualTo(row(data.getName(), "", data.getDigest(), 1));
        List<Records.Seen> records = Records.of(job.getName());
        assertThat(rows.get(job.getName()))
                .isEqualTo(row(
                        job.getName(),
                        "CANCELLED",
                        job.getPlanDigest(),
                        records.getLast().number()));
        assertThat(records.getLast().after()).isEqualTo("CANCELLED");
    }

    /// More than a message holds, some of them without a record, as somebody with the database's password leaves them.
    @Test
    void manyRowsComeOnceEachAndByName() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement insert = connection.createStatement()) {
            insert.execute("""
                    insert into dataset (name, tenant, digest, language, license, origin, document_count,
                        text_byte_count, create_time)
                    select 'datasets/many-' || n, 'elsewhere', 'sha256:' || repeat('0', 64), 'en', 'x', 'x', 1, 1, now()
                    from generate_series(1, 1203) n""");
        }

        List<String> names = new ArrayList<>();
        List<ExportTablesResponse> answers = answers();
        answers.stream()
                .filter(answer -> answer.getTable().equals("datasets"))
                .flatMap(answer -> answer.getRowsList().stream())
                .filter(row -> row.getName().startsWith("datasets/many-") && row.getRecordNumber() == 0)
                .forEach(row -> names.add(row.getName()));

        assertThat(names).hasSize(1_203).doesNotHaveDuplicates();
        assertThat(answers).allMatch(answer -> answer.getRowsCount() <= 500);
        assertThat(answers.stream().map(ExportTablesResponse::getTable).distinct())
                .containsExactly("datasets", "jobs", "model_versions");
    }

    private static TableRow row(String name, String state, String digest, long number) {
        return TableRow.newBuilder()
                .setName(name)
                .setState(state)
                .setDigest(digest)
                .setRecordNumber(number)
                .build();
    }

    private static Map<String, TableRow> rows() {
        Map<String, TableRow> rows = new HashMap<>();
        answers().forEach(answer -> answer.getRowsList().forEach(row -> rows.put(row.getName(), row)));
        return rows;
    }

    private static List<ExportTablesResponse> answers() {
        Iterator<ExportTablesResponse> answers = TableServiceGrpc.newBlockingStub(Grpc.as("auditor"))
                .exportTables(ExportTablesRequest.getDefaultInstance());
        List<ExportTablesResponse> all = new ArrayList<>();
        answers.forEachRemaining(all::add);
        return all;
    }
}
