package revontuli.transparency.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportVerifier.Room;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.PrunedLeaf;

/// A log whose old records were pruned: what is left is verified as before, and nothing can be called pruned that no
/// record announces.
class PrunedExportTest {
    private static final String UNKNOWN = "prunings/00000000-0000-0000-0000-000000000009";

    @TempDir
    Path folder;

    private final TestLog log = TestLog.generated(4);

    @Test
    void aPrunedLogHoldsAndSaysHowMuchIsGone() throws IOException {
        TestLog.Source desk = log.open("safety");
        List<Integer> early = log.prunable().subList(0, 120);
        log.prune(desk, early);
        List<Integer> sparse = log.prunable().stream().filter(i -> i % 3 == 0).toList();
        log.prune(desk, sparse);
        log.write(folder, List.of(50, 200));

        for (long share : new long[] {40, 1_000_000}) {
            Verification verification = ExportVerifier.verify(
                    folder, TestLog.KEY.verifyingKey(), VerifyingKey::verifies, new Room(share, (int) share));

            assertThat(verification.reason()).as(verification.message()).isEqualTo(Reason.OK);
            assertThat(verification.pruned()).isEqualTo(early.size() + sparse.size());
            assertThat(verification.compared().kept()).isEqualTo(2);
            assertThat(verification.findings())
                    .anyMatch(finding -> finding.contains("as 2 records of the log announce"));
            assertThat(verification.json()).contains("\"pruned\":" + (early.size() + sparse.size()));
        }
    }

    @Test
    void nothingIsLeftOfWhatWasPrunedButItsPlace() throws IOException {
        TestLog.Source desk = log.open("safety");
        log.prune(desk, List.of(5));
        log.write(folder);
        String line = Files.readAllLines(folder.resolve("leaves.jsonl")).get(5);

        assertThat(PrunedLeaf.parse(line.getBytes(UTF_8)).hash())
                .isEqualTo(log.leaves().get(5).leafHash());
        assertThat(line).doesNotContain("demo").doesNotContain("aino").doesNotContain("generations/");
    }

    @Test
    void whatNoRecordAnnouncesIsNoPruning() throws IOException {
        log.pruneAlone(7, UNKNOWN);
        log.pruneAlone(9, UNKNOWN);
        log.write(folder);

        assertBad(Reason.PRUNING_DISAGREES, 7);
    }

    @Test
    void aPruningThatTookMoreThanItAnnouncedIsFound() throws IOException {
        String name = log.prune(log.open("safety"), List.of(20, 30));
        log.pruneAlone(25, name);
        log.write(folder);

        assertBad(Reason.PRUNING_DISAGREES, 20);
    }

    @Test
    void aPruningThatTookLessThanItAnnouncedIsFound() throws IOException {
        log.prune(log.open("safety"), List.of(20, 30));
        log.write(folder);
        List<String> lines = Files.readAllLines(folder.resolve("leaves.jsonl"));
        lines.set(30, new String(log.leaves().get(30).leaf(), UTF_8));
        Files.writeString(folder.resolve("leaves.jsonl"), String.join("\n", lines) + "\n");

        assertBad(Reason.PRUNING_DISAGREES, 20);
    }

    @Test
    void anotherHashIsAnotherRoot() throws IOException {
        log.prune(log.open("safety"), List.of(20));
        log.write(folder);
        List<String> lines = Files.readAllLines(folder.resolve("leaves.jsonl"));
        PrunedLeaf gone = PrunedLeaf.parse(lines.get(20).getBytes(UTF_8));
        PrunedLeaf other = new PrunedLeaf(
                Digest.of(new byte[1]),
                gone.source(),
                gone.number(),
                gone.subject(),
                gone.subjectNumber(),
                gone.pruning());
        lines.set(20, new String(other.line(), UTF_8));
        Files.writeString(folder.resolve("leaves.jsonl"), String.join("\n", lines) + "\n");

        assertBad(Reason.PRUNING_DISAGREES, 20);
    }

    @Test
    void aRecordThatIsOmittedBesideAPruningIsStillAGap() throws IOException {
        List<Integer> prunable = log.prunable();
        log.prune(log.open("safety"), prunable.subList(0, 60));
        log.write(folder);
        List<String> lines = Files.readAllLines(folder.resolve("leaves.jsonl"));
        lines.remove(30);
        Files.writeString(folder.resolve("leaves.jsonl"), String.join("\n", lines) + "\n");

        assertThat(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()).reason())
                .isEqualTo(Reason.SOURCE_NUMBER_GAP);
    }

    @Test
    void aJobGoesOnAfterItsBeginningWasPruned() throws IOException {
        TestLog jobs = new TestLog();
        TestLog.Source trainer = jobs.open("trainer");
        trainer.change("job.queued", "jobs/a", "", "QUEUED")
                .change("job.preparing", "jobs/a", "QUEUED", "PREPARING")
                .change("job.running", "jobs/a", "PREPARING", "RUNNING")
                .change("job.succeeded", "jobs/a", "RUNNING", "SUCCEEDED");
        jobs.prune(trainer, List.of(1, 2));
        jobs.write(folder);

        assertBad(Reason.ILLEGAL_TRANSITION, 4);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"number\":\"', '\"number\":\"0'",
        "'\"source\":\"sources/', '\"source\":\"'",
        "'\"pruning\":\"prunings/', '\"pruning\":\"prunings/x'",
        "'\"subject_number\":\"', '\"subject_number\":\"-'",
        "'\"pruned\":{', '\"pruned\":{\"actor\":\"a\",'",
        "'\"hash\":\"', '\"hash\":\"AAAA'",
        "'}}', '} }'"
    })
    void aPrunedLeafHasOneSpelling(String part, String other) {
        log.pruneAlone(5, UNKNOWN);
        String line = new String(log.lines().get(5), UTF_8);
        byte[] changed = line.replace(part, other).getBytes(UTF_8);

        assertThat(PrunedLeaf.parse(line.getBytes(UTF_8)).line()).isEqualTo(line.getBytes(UTF_8));
        assertThatThrownBy(() -> PrunedLeaf.parse(changed)).isInstanceOf(MalformedException.class);
    }

    @Test
    void theWholeLogAndWhatIsLeftOfItHaveOneRoot() throws IOException {
        log.prune(
                log.open("safety"),
                IntStream.range(3, 90).filter(log.prunable()::contains).boxed().toList());
        log.write(folder);

        assertThat(ExportVerifier.verify(
                                folder,
                                TestLog.KEY.verifyingKey(),
                                List.of(
                                        log.checkpoint(40),
                                        log.checkpoint(log.leaves().size())))
                        .compared()
                        .with())
                .isEqualTo(log.leaves().size());
    }

    private void assertBad(Reason reason, long index) throws IOException {
        Verification verification = ExportVerifier.verify(folder, TestLog.KEY.verifyingKey());
        assertThat(verification.reason()).as(verification.message()).isEqualTo(reason);
        assertThat(verification.firstBad()).as(verification.message()).isEqualTo(index);
    }
}
