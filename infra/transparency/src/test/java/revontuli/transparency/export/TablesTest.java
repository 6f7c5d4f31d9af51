package revontuli.transparency.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// Tables beside a log: what a row says otherwise than its last record is found, and what came later is no fault.
class TablesTest {
    private static final Digest DIGEST = Digest.of(new byte[] {1});

    @TempDir
    Path folder;

    private final TestLog log = new TestLog();
    private final TestLog.Source trainer = log.open(ExportTable.SERVICE);
    private Path export = Path.of("");

    @BeforeEach
    void liveALittle() {
        export = folder.resolve("export");
        trainer.change("job.submitted", "jobs/a", "", "QUEUED");
        trainer.change("job.submitted", "jobs/b", "", "QUEUED");
        trainer.change("job.cancelled", "jobs/a", "QUEUED", "CANCELLED");
        trainer.change("model.imported", "models/m/versions/1", "", "IMPORTED");
        trainer.note("dataset.registered", "datasets/d");
        trainer.note("artifact.uploaded", "artifacts/x");
    }

    @Test
    void rowsAsTheirLastRecordsLeftThemAreGood() throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());

        Verification found = verify();

        assertThat(found.ok()).as(found.message()).isTrue();
        assertThat(found.compared().rows())
                .isEqualTo(new Verification.Rows(List.of("datasets", "jobs", "model_versions"), 4, 0));
        assertThat(found.findings())
                .contains("4 rows stand as their last records say, in datasets, jobs, model_versions");
        assertThat(found.json()).contains("\"tables\":[\"datasets\",\"jobs\",\"model_versions\"],\"rows_compared\":4");
    }

    @Test
    void anExportWithoutTablesSaysSo() throws IOException {
        log.write(export, List.of());

        Verification found = verify();

        assertThat(found.ok()).isTrue();
        assertThat(found.findings()).contains("no tables were compared: this export has none");
        assertThat(found.json()).contains("\"tables\":[],\"rows_compared\":0");
    }

    @Test
    void whatHappenedAfterTheTablesWereReadIsNoFault() throws IOException {
        TakenTables early = log.tables(5, 5);
        log.with(early).write(export, List.of());

        assertThat(verify().ok()).isTrue();
        assertThat(verify().compared().rows().compared()).isEqualTo(3);
    }

    @Test
    void aRowAheadOfTheLogIsNamedAndNotCompared() throws IOException {
        TakenTables taken = log.tables(2, 7);
        log.leaves().subList(3, 7).clear();
        log.with(taken).write(export, List.of());

        Verification found = verify();

        assertThat(found.ok()).as(found.message()).isTrue();
        assertThat(found.compared().rows())
                .extracting(Verification.Rows::compared)
                .isEqualTo(1L);
        assertThat(found.compared().rows().ahead()).isEqualTo(3);
        assertThat(found.findings()).anyMatch(finding -> finding.startsWith("3 rows were ahead of the log"));
    }

    @Test
    void aRowWhoseLastRecordWasPrunedCannotBeCompared() throws IOException {
        TakenTables taken = log.tables(7, 7);
        log.prune(log.open("safety-svc"), List.of(3));
        log.with(taken).write(export, List.of());

        Verification found = verify();

        assertThat(found.ok()).as(found.message()).isTrue();
        assertThat(found.compared().rows().compared()).isEqualTo(3);
        assertThat(found.findings())
                .anyMatch(finding -> finding.startsWith("1 rows have a last record that was pruned"));
    }

    @ParameterizedTest
    @CsvSource({
        "jobs, CANCELLED, RUNNING, STATE_DISAGREES, 3, jobs/a is 'RUNNING'",
        "jobs, '\"2\"', '\"1\"', STATE_DISAGREES, 1, and 'QUEUED' by its record 1",
        "jobs, '\"number\":\"1\"', '\"number\":\"0\"', STATE_DISAGREES, 2, jobs/b has number 1",
        "jobs, '\"2\"', '\"3\"', ROW_WITHOUT_RECORD, -1, jobs/a stands in jobs with number 3",
        "jobs, jobs/b, jobs/c, RECORD_WITHOUT_ROW, 2, jobs/b is on record",
        "model_versions, IMPORTED, REVOKED, STATE_DISAGREES, 4, models/m/versions/1",
        "model_versions, 'sha256:', 'sha256:0', TABLE_MALFORMED, -1, tables/model_versions.jsonl line 1",
        "jobs, '\"jobs/b\"', '\"jobs/a\"', TABLE_MALFORMED, -1, 'jobs/a'' is there twice'",
        "jobs, '\"jobs/b\"', '\"jobs/b/c\"', TABLE_MALFORMED, -1, is no name of a row of jobs",
        "jobs, '{\"digest\"', '{\"ahead\":false,\"digest\"', TABLE_MALFORMED, -1, line 1",
        "jobs, '\"state\"', '\"stage\"', TABLE_MALFORMED, -1, line 1",
        "datasets, '\"state\":\"\"', '\"state\":\"READY\"', STATE_DISAGREES, 5, datasets/d",
    })
    void aChangedRowIsFound(String table, String before, String after, Reason reason, long index, String sentence)
            throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());
        change(table, text -> text.replace(before, after));

        Verification found = verify();

        assertThat(found.reason()).as(found.message()).isEqualTo(reason);
        assertThat(found.firstBad()).isEqualTo(index);
        assertThat(found.message()).contains(sentence);
    }

    @Test
    void aTableThatDoesNotKnowWhatIsOnRecordIsFound() throws IOException {
        log.with(log.tables(4, 3)).write(export, List.of());

        assertThat(verify().reason()).isEqualTo(Reason.STATE_DISAGREES);
        assertThat(verify().firstBad()).isEqualTo(3);
        assertThat(verify().message())
                .isEqualTo("jobs/a has number 2 on record, and only 1 in jobs, which was read later");
    }

    @Test
    void anotherDigestThanTheRecordsIsFound() throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());
        change(
                "model_versions",
                text -> text.replace(
                        DIGEST.toString(), Digest.of(new byte[] {2}).toString()));

        assertThat(verify().reason()).isEqualTo(Reason.DIGEST_DISAGREES);
        assertThat(verify().firstBad()).isEqualTo(4);
    }

    @Test
    void aMissingAndAnAddedRowAreFound() throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());
        change("jobs", text -> text + text.lines().findFirst().orElseThrow().replace("jobs/a", "jobs/ghost") + "\n");
        assertThat(verify().reason()).isEqualTo(Reason.ROW_WITHOUT_RECORD);
        assertThat(verify().message()).startsWith("jobs/ghost");

        change("jobs", _ -> "");
        assertThat(verify().reason()).isEqualTo(Reason.RECORD_WITHOUT_ROW);
        assertThat(verify().firstBad()).isEqualTo(1);
    }

    /// As when somebody writes into the database: the row has no record, so it cannot be ahead of the log.
    @Test
    void aRowWithNumberNoughtIsNeverAhead() throws IOException {
        TakenTables taken = log.tables(7, 7);
        taken.add(ExportTable.JOBS, List.of(new TableRow("jobs/ghost", "QUEUED", DIGEST, 0)));
        log.with(taken).write(export, List.of());

        assertThat(verify().reason()).isEqualTo(Reason.ROW_WITHOUT_RECORD);
    }

    @Test
    void aFaultOfTheLogIsSaidBeforeThoseOfTables() throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());
        change("jobs", _ -> "{");
        Path leaves = export.resolve("leaves.jsonl");
        Files.writeString(leaves, Files.readString(leaves).replace("artifacts/x", "artifacts/y"));

        assertThat(verify().reason()).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]\n",
                "{}\n",
                "{\"number\":1}\n",
                "\n",
                "{\"a\":{\"a\":{\"a\":{}}}}\n",
                "\ud83c\udf32\n"
            })
    void whatIsNoRowIsRefused(String text) throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());
        change("jobs", whole -> text.isEmpty() ? whole.substring(0, whole.length() - 1) : whole + text);

        assertThat(verify().reason()).isEqualTo(Reason.TABLE_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 70_000, 3_000_000})
    void aHugeRowIsRefused(int chars) throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());
        change("jobs", text -> text.replace("jobs/b", "jobs/" + "b".repeat(chars)));

        assertThat(verify().reason()).isEqualTo(Reason.TABLE_MALFORMED);
        assertThat(verify().message()).startsWith("tables/jobs.jsonl line 2: longer than ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}\n",
                "{\"log_size\":\"7\",\"tables\":[]}\n",
                "{\"log_size\":\"7\",\"tables\":[\"jobs\",\"datasets\"]}\n",
                "{\"log_size\":\"7\",\"tables\":[\"jobs\",\"jobs\"]}\n",
                "{\"log_size\":\"7\",\"tables\":[\"users\"]}\n",
                "{\"log_size\":\"7\",\"tables\":[true]}\n",
                "{\"log_size\":\"-7\",\"tables\":[\"jobs\"]}\n",
                "{\"log_size\":\"7\",\"tables\":[\"jobs\"]}",
                "{\"log_size\":\"7\",\"tables\":[\"jobs\"],\"x\":true}\n",
            })
    void whatSaysNotWhichTablesThereAreIsRefused(String text) throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());
        Files.writeString(export.resolve("tables/taken.json"), text);

        assertThat(verify().reason()).isEqualTo(Reason.TABLE_MALFORMED);
        assertThat(verify().message()).startsWith("tables/taken.json: ");
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        log.with(log.tables(7, 7)).write(export, List.of());
        Files.delete(export.resolve("tables/jobs.jsonl"));
        assertThat(verify().message()).isEqualTo("tables/jobs.jsonl: it is not there");

        Files.delete(export.resolve("tables/taken.json"));
        assertThat(verify().message()).isEqualTo("tables/taken.json: it is not there");
    }

    @Test
    void tooManyRowsAreRefused() {
        TakenTables taken = new TakenTables(1);
        List<TableRow> rows = new ArrayList<>(IntStream.range(0, TakenTables.ROWS_MAX)
                .mapToObj(i -> new TableRow("jobs/" + i, "QUEUED", DIGEST, 1))
                .toList());
        taken.add(ExportTable.JOBS, rows);

        assertThatThrownBy(() -> taken.add(ExportTable.DATASETS, List.of(new TableRow("datasets/d", "", DIGEST, 1))))
                .isInstanceOf(MalformedException.class)
                .hasMessage("the tables have more than 100000 rows");
    }

    /// Names of other services' subjects may look alike.
    @Test
    void recordsOfOtherServicesSpeakOfNoRow() throws IOException {
        log.open("inference-svc").change("model.loaded", "models/other/versions/1", "", "LOADED");
        log.add(trainer.seal("artifact.uploaded", "jobs/a/candidate", "", "", Json.fields()));
        log.with(log.tables(log.leaves().size(), 7)).write(export, List.of());

        assertThat(verify().ok()).as(verify().message()).isTrue();
    }

    private void change(String table, UnaryOperator<String> change) throws IOException {
        Path file = export.resolve("tables/" + table + ".jsonl");
        Files.writeString(file, change.apply(Files.readString(file, StandardCharsets.UTF_8)));
    }

    private Verification verify() throws IOException {
        return ExportVerifier.verify(export, TestLog.KEY.verifyingKey());
    }
}
