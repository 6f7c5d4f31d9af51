package revontuli.transparency.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportVerifier.Room;
import revontuli.transparency.export.Verification.OpenSource;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

class ExportVerifierTest {
    @TempDir
    Path folder;

    @Test
    void aGoodExportHoldsAndNamesWhatIsOpen() throws IOException {
        TestLog log = TestLog.generated(1);

        Verification verification = verify(log);

        assertThat(verification.reason()).as(verification.message()).isEqualTo(Reason.OK);
        assertThat(verification.ok()).isTrue();
        assertThat(verification.entries()).isEqualTo(log.leaves().size());
        assertThat(verification.firstBad()).isEqualTo(-1);
        assertThat(verification.openSources()).hasSize(2);
        assertThat(verification.openSources().get(0).successor()).isNull();
        assertThat(verification.openSources().get(1).successor()).startsWith("sources/trainer-");
        assertThat(verification.findings().getFirst()).contains("open after");
    }

    @Test
    void anEmptyLogHolds() throws IOException {
        assertThat(verify(new TestLog()).ok()).isTrue();
    }

    @Test
    void aClosedSourceIsNotOpen() throws IOException {
        TestLog log = new TestLog();
        log.open("safety").note("policy.published", "policies/p").close();

        assertThat(verify(log).openSources()).isEmpty();
    }

    @Test
    void anOpenSourceIsNamedWithItsLastNumber() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("safety").note("policy.published", "policies/p");

        assertThat(verify(log).openSources()).containsExactly(new OpenSource(source.name(), 2, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"leaves.jsonl", "checkpoint", "keys.json"})
    void aMissingFileIsNamed(String name) throws IOException {
        TestLog.generated(1).write(folder);
        Files.delete(folder.resolve(name));

        Verification verification = ExportVerifier.verify(folder, TestLog.KEY.verifyingKey());

        assertThat(verification.reason()).isEqualTo(Reason.MISSING_FILE);
        assertThat(verification.message()).contains(name);
        assertThat(verification.firstBad()).isEqualTo(-1);
    }

    @Test
    void aForgedCheckpointIsNotSigned() throws IOException {
        TestLog.generated(1).write(folder);

        Verification verification =
                ExportVerifier.verify(folder, TestLog.keyOf(2).verifyingKey());

        assertThat(verification.reason()).isEqualTo(Reason.CHECKPOINT_NOT_SIGNED);
    }

    @Test
    void aCheckpointOfAnotherLogHasAnotherRoot() throws IOException {
        TestLog log = TestLog.generated(1);
        log.write(folder);
        Checkpoint other =
                new Checkpoint(TestLog.ORIGIN, log.leaves().size(), MerkleTree.leafHash("other".getBytes(UTF_8)));
        Files.write(folder.resolve("checkpoint"), other.sign(TestLog.KEY).bytes());

        assertBad(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()), Reason.ROOT_MISMATCH, -1);
    }

    @Test
    void aCutTailIsTruncatedAtTheFirstMissingLeaf() throws IOException {
        TestLog log = TestLog.generated(1);
        log.write(folder);
        List<String> lines = Files.readAllLines(folder.resolve("leaves.jsonl"));
        Files.writeString(folder.resolve("leaves.jsonl"), String.join("\n", lines.subList(0, 250)) + "\n");

        assertBad(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()), Reason.TRUNCATED, 250);
    }

    @Test
    void aLeafTooManyIsBeyondTheCheckpoint() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("safety");
        log.write(folder);
        source.note("policy.published", "policies/p");
        byte[] more = log.leaves().get(1).leaf();
        Path leaves = folder.resolve("leaves.jsonl");
        Files.writeString(leaves, Files.readString(leaves) + new String(more, UTF_8) + "\n");

        assertBad(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()), Reason.BEYOND_CHECKPOINT, 1);
    }

    @Test
    void aLineWithoutEndIsBoundedAndMalformed() throws IOException {
        TestLog log = TestLog.generated(1);
        log.write(folder);
        Path leaves = folder.resolve("leaves.jsonl");
        Files.writeString(leaves, log.leaves().getFirst() + "x".repeat(1_000_000));

        assertBad(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()), Reason.LEAF_MALFORMED, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "{}", " "})
    void whatFollowsTheLastLineIsMalformed(String rest) throws IOException {
        TestLog log = TestLog.generated(1);
        log.write(folder);
        Path leaves = folder.resolve("leaves.jsonl");
        Files.writeString(leaves, Files.readString(leaves) + rest);

        Verification verification = ExportVerifier.verify(folder, TestLog.KEY.verifyingKey());

        assertBad(verification, Reason.LEAF_MALFORMED, log.leaves().size());
    }

    @Test
    void anUnopenedSourceIsUnknown() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("safety").note("policy.published", "policies/p");
        log.leaves().removeFirst();

        assertThat(source.number()).isEqualTo(2);
        assertBad(verify(log), Reason.UNKNOWN_SOURCE, 0);
    }

    @Test
    void aRecordSignedByAnotherSourceIsFound() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("safety");
        SealedRecord next = source.seal("policy.published", "policies/p", "", "", Json.fields());
        log.add(SealedRecord.seal(next.record(), TestLog.keyOf(99)));

        assertBad(verify(log), Reason.BAD_SIGNATURE, 1);
    }

    @Test
    void anOmittedRecordIsAGapEvenIfTheLogsOwnerSignsAnew() throws IOException {
        TestLog log = new TestLog();
        log.open("safety").note("policy.published", "policies/p").note("policy.published", "policies/q");
        log.leaves().remove(1);

        assertBad(verify(log), Reason.SOURCE_NUMBER_GAP, 1);
    }

    @Test
    void aRepeatedRecordIsFoundEvenIfTheLogsOwnerSignsAnew() throws IOException {
        TestLog log = new TestLog();
        log.open("safety").note("policy.published", "policies/p");
        log.add(log.leaves().get(1));

        assertBad(verify(log), Reason.SOURCE_NUMBER_REPEATED, 2);
    }

    @Test
    void nothingFollowsAClosedSource() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("safety");
        source.close();
        source.note("policy.published", "policies/p");

        assertBad(verify(log), Reason.RECORD_AFTER_CLOSED, 2);
    }

    @Test
    void aSourceOpensOnceAndFirst() throws IOException {
        TestLog twice = new TestLog();
        TestLog.Source source = twice.open("safety");
        Json.Fields facts =
                Json.fields().with("public_key", source.key().verifyingKey().base64());
        twice.add(source.seal("source.opened", source.name(), "", "", facts));

        assertBad(verify(twice), Reason.SOURCE_OPENED_WRONGLY, 1);
    }

    @Test
    void aSourceOpensItselfAndNoOther() throws IOException {
        TestLog other = new TestLog();
        TestLog.Source source = other.open("safety");
        Json.Fields facts =
                Json.fields().with("public_key", source.key().verifyingKey().base64());
        SealedRecord opening = source.seal("source.opened", "sources/another", "", "", facts);
        TestLog log = new TestLog().add(renumber(opening, 1, source));

        assertBad(verify(log), Reason.SOURCE_OPENED_WRONGLY, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "x"})
    void aSourceNamesAUsableKey(String publicKey) throws IOException {
        TestLog other = new TestLog();
        TestLog.Source source = other.open("safety");
        Json.Fields facts = Json.fields().with("public_key", publicKey);
        SealedRecord opening = source.seal("source.opened", source.name(), "", "", facts);
        TestLog log = new TestLog().add(renumber(opening, 1, source));

        assertBad(verify(log), Reason.SOURCE_OPENED_WRONGLY, 0);
    }

    @ParameterizedTest
    @CsvSource({"predecessor,sources/x", "predecessor_last_number,1", "predecessor_last_number,x"})
    void aHalfNamedPredecessorIsWrong(String fact, String value) throws IOException {
        TestLog log = new TestLog();
        log.open("safety", Json.fields().with(fact, value));

        assertBad(verify(log), Reason.SOURCE_OPENED_WRONGLY, 0);
    }

    @Test
    void aPredecessorMustBeThereUpToItsLastNumber() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source first = log.open("safety").note("policy.published", "policies/p");
        log.open("safety", Json.fields().with("predecessor", first.name()).with("predecessor_last_number", "3"));

        assertBad(verify(log), Reason.PREDECESSOR_INCOMPLETE, 2);
    }

    @Test
    void aPredecessorMayArriveLate() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source first = log.open("trainer").change("job.queued", "jobs/a", "", "QUEUED");
        TestLog.Source second = log.openAfter(first);
        second.change("job.preparing", "jobs/a", "QUEUED", "PREPARING");
        log.add(log.leaves().remove(1)); // the first's last record comes after all of the second's

        assertBad(verify(log), Reason.OK, -1);
    }

    @Test
    void aSubjectsNumbersHaveNoGap() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("trainer").change("job.queued", "jobs/a", "", "QUEUED");
        source.seal("job.lost", "jobs/a", "QUEUED", "PREPARING", Json.fields());
        SealedRecord ahead = source.seal("job.running", "jobs/a", "PREPARING", "RUNNING", Json.fields());
        log.add(renumber(ahead, 3, source));

        assertBad(verify(log), Reason.SUBJECT_NUMBER_GAP, 2);
    }

    @Test
    void aSubjectsNumbersDoNotRepeat() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("trainer").change("job.queued", "jobs/a", "", "QUEUED");
        AuditEvent first = log.leaves().get(1).record().event();
        AuditEvent again = new AuditEvent(
                new UUID(9, 9),
                first.writer(),
                first.act(),
                first.subject(),
                first.times(),
                first.digests(),
                first.facts());
        log.add(SealedRecord.seal(new AuditRecord(source.name(), 3, again), source.key()));

        assertBad(verify(log), Reason.SUBJECT_NUMBER_REPEATED, 2);
    }

    @ParameterizedTest
    @CsvSource({
        "'',RUNNING,ILLEGAL_TRANSITION",
        "QUEUED,RUNNING,ILLEGAL_TRANSITION",
        "QUEUED,SUCCEEDED,ILLEGAL_TRANSITION",
        "RUNNING,SUCCEEDED,ILLEGAL_TRANSITION",
        "SUCCEEDED,QUEUED,ILLEGAL_TRANSITION",
        "FAILED,QUEUED,ILLEGAL_TRANSITION",
        "CANCELLED,RUNNING,ILLEGAL_TRANSITION",
        "PAUSED,RUNNING,ILLEGAL_TRANSITION",
        "QUEUED,FLYING,ILLEGAL_TRANSITION",
        "QUEUED,PREPARING,OK",
        "QUEUED,QUEUED,OK",
        "PAUSED,QUEUED,OK",
        "RUNNING,EVALUATING,OK",
        "EVALUATING,SUCCEEDED,OK"
    })
    void aJobLivesByTheTable(String before, String after, Reason expected) throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("trainer");
        List<String> road =
                switch (before) {
                    case "" -> List.of("");
                    case "PAUSED", "CANCELLED", "FAILED" -> List.of("", "QUEUED", before);
                    default -> List.of("", "QUEUED", "PREPARING", "RUNNING", "EVALUATING", "SUCCEEDED");
                };
        for (int i = 1; i < road.size() && !road.get(i - 1).equals(before); i++) {
            source.change("job.changed", "jobs/a", road.get(i - 1), road.get(i));
        }
        int index = log.leaves().size();
        source.change("job.changed", "jobs/a", before, after);

        assertBad(verify(log), expected, expected == Reason.OK ? -1 : index);
    }

    @Test
    void aJobGoesOnFromWhereItWas() throws IOException {
        TestLog log = new TestLog();
        log.open("trainer")
                .change("job.queued", "jobs/a", "", "QUEUED")
                .change("job.running", "jobs/a", "PREPARING", "RUNNING");

        assertBad(verify(log), Reason.STATE_MISMATCH, 2);
    }

    @Test
    void whatLiesUnderAJobHasItsOwnLife() throws IOException {
        TestLog log = new TestLog();
        log.open("trainer").change("checkpoint.written", "jobs/a/checkpoints/1", "", "WRITTEN");

        assertThat(verify(log).ok()).isTrue();
    }

    @Test
    void subjectsFollowedInSharesGiveTheSameAnswer() throws IOException {
        TestLog log = TestLog.generated(3);
        log.open("tokenizer")
                .change("job.queued", "jobs/wrong", "", "QUEUED")
                .change("job.running", "jobs/wrong", "QUEUED", "RUNNING")
                .change("job.queued", "jobs/wrong2", "", "RUNNING");
        log.write(folder);

        for (long share : new long[] {40, 100, 1_000_000}) {
            Verification verification = ExportVerifier.verify(
                    folder, TestLog.KEY.verifyingKey(), VerifyingKey::verifies, new Room(share, (int) share));
            assertBad(verification, Reason.ILLEGAL_TRANSITION, log.leaves().size() - 2L);
        }
    }

    @Test
    void theFirstOfSeveralFaultsIsNamedWhicheverShareSeesIt() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("trainer");
        for (int i = 0; i < 20; i++) {
            source.change("job.running", "jobs/j" + i, "", "RUNNING");
        }
        log.write(folder);

        for (long share : new long[] {2, 5, 1_000_000}) {
            Verification verification = ExportVerifier.verify(
                    folder, TestLog.KEY.verifyingKey(), VerifyingKey::verifies, new Room(share, (int) share));
            assertBad(verification, Reason.ILLEGAL_TRANSITION, 1);
        }
    }

    @Test
    void keysThatTheLeavesDoNotShowDisagree() throws IOException {
        TestLog.generated(1).write(folder);
        Path keys = folder.resolve("keys.json");
        String text = Files.readString(keys);
        Files.writeString(
                keys,
                text.replace(
                        TestLog.keyOf(100).verifyingKey().base64(),
                        TestLog.keyOf(7).verifyingKey().base64()));

        assertThat(text).isNotEqualTo(Files.readString(keys));
        assertBad(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()), Reason.KEYS_DISAGREE, -1);
    }

    @Test
    void whatNoSignatureCoversIsSaid() throws IOException {
        TestLog.generated(1).write(folder);
        Files.createDirectory(folder.resolve("notes"));

        assertThat(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()).findings())
                .contains("not covered by any signature: notes");
    }

    @Test
    void anExportIsNeverWrittenOverAnother() throws IOException {
        TestLog.generated(1).write(folder);

        assertThatThrownBy(() -> TestLog.generated(2).write(folder)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()).ok())
                .isTrue();
    }

    @Test
    void damagedLeavesAreExportedAndFound() throws IOException {
        List<byte[]> leaves = new ArrayList<>(
                TestLog.generated(1).leaves().stream().map(SealedRecord::leaf).toList());
        leaves.set(5, "{\"record\":{}}".getBytes(UTF_8));
        ExportWriter.write(folder, leaves.iterator(), TestLog.ORIGIN, TestLog.KEY);

        assertBad(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()), Reason.LEAF_MALFORMED, 5);
    }

    @Test
    void aPublishedCheckpointIsExportedAsItIs() throws IOException {
        List<byte[]> leaves =
                TestLog.generated(1).leaves().stream().map(SealedRecord::leaf).toList();
        MerkleTree tree = new MerkleTree();
        leaves.forEach(leaf -> tree.append(MerkleTree.leafHash(leaf)));
        Checkpoint published = new Checkpoint(TestLog.ORIGIN, tree.size(), tree.root(), List.of("an extension"));

        ExportWriter.write(folder, leaves.iterator(), published.sign(TestLog.KEY), TestLog.KEY.verifyingKey());

        assertThat(Files.readAllBytes(folder.resolve("checkpoint")))
                .isEqualTo(published.sign(TestLog.KEY).bytes());
        assertThat(ExportVerifier.verify(folder, TestLog.KEY.verifyingKey()).ok())
                .isTrue();
    }

    @Test
    void whatFitsNoLineIsNotExported() {
        byte[] twoLines = "a\nb".getBytes(UTF_8);
        byte[] tooLong = new byte[SealedRecord.BYTES_MAX + 1];

        for (byte[] leaf : List.of(twoLines, tooLong)) {
            Path target = folder.resolve("n" + leaf.length);
            assertThatThrownBy(() -> ExportWriter.write(target, List.of(leaf).iterator(), "x", TestLog.KEY))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("leaf 0");
        }
    }

    private Verification verify(TestLog log) throws IOException {
        log.write(folder);
        return ExportVerifier.verify(folder, TestLog.KEY.verifyingKey());
    }

    private static SealedRecord renumber(SealedRecord leaf, long number, TestLog.Source source) {
        AuditRecord record =
                new AuditRecord(leaf.record().source(), number, leaf.record().event());
        return SealedRecord.seal(record, source.key());
    }

    private static void assertBad(Verification verification, Reason reason, long index) {
        assertThat(verification.reason()).as(verification.message()).isEqualTo(reason);
        assertThat(verification.firstBad()).as(verification.message()).isEqualTo(index);
        assertThat(verification.ok()).isEqualTo(reason == Reason.OK);
        assertThat(verification.message()).isNotEmpty();
    }
}
