package revontuli.transparency.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// What the log's owner can do with the log's own key, nobody sees in an export alone; an older checkpoint shows it.
class OlderCheckpointTest {
    private static final long SEED = 20_261_126;
    private static final int SIZE = 60;

    @TempDir
    Path folder;

    private int exports;

    @Test
    void withoutACheckpointNobodyCanTellAndTheVerifierSaysSo() throws IOException {
        Verification verification = verify(TestLog.generated(1, SIZE), List.of(20, 40), List.of());

        assertThat(verification.ok()).isTrue();
        assertThat(verification.compared().kept()).isEqualTo(2);
        assertThat(verification.findings()).anyMatch(finding -> finding.startsWith("cannot tell"));
        assertThat(verification.json())
                .contains("\"checkpoints\":2,\"compared_with\":-1")
                .contains("\"cannot_tell\":[\"TAIL_CUT\",\"FORKED_HEAD\",\"REPLAYED_CHECKPOINT\"]");
    }

    @Test
    void aLogThatOnlyGrewAgreesWithEveryOlderCheckpoint() throws IOException {
        TestLog log = TestLog.generated(2, SIZE);
        List<SignedNote> older = List.of(
                log.checkpoint(0),
                log.checkpoint(17),
                log.checkpoint(log.leaves().size()));

        Verification verification = verify(log, List.of(0, 1, 2, log.leaves().size()), older);

        assertThat(verification.ok()).as(verification.message()).isTrue();
        assertThat(verification.compared().with()).isEqualTo(log.leaves().size());
        assertThat(verification.json()).contains("\"cannot_tell\":[]");
        assertThat(verification.findings()).anyMatch(finding -> finding.contains("only added to the given checkpoint"));
    }

    @Test
    void whatWasVerifiedBeforeNeedsNoSignaturesAgainButMustBeTheSame() throws IOException {
        TestLog log = TestLog.generated(3, SIZE);
        SignedNote verified = log.checkpoint(30);
        Path good = folder.resolve("good");
        log.write(good);

        assertThat(again(good, verified).ok()).isTrue();
        for (int changed : new int[] {5, 29, 30, 45}) {
            TestLog other = TestLog.generated(3, SIZE);
            SealedRecord leaf = other.leaves().get(changed);
            other.leaves().set(changed, SealedRecord.seal(leaf.record(), TestLog.keyOf(99)));
            Path bad = folder.resolve("bad-" + changed);
            other.write(bad); // its owner signs it, too

            Verification verification = again(bad, verified);

            assertThat(verification.reason()).as("leaf %d", changed).isEqualTo(Reason.BAD_SIGNATURE);
            assertThat(verification.firstBad()).isEqualTo(changed);
        }
    }

    @Test
    void aRotationThatBothKeysSignedIsFollowedForthAndBack() throws IOException {
        SigningKey next = TestLog.keyOf(2);
        TestLog log = rotated(KeyRotation.facts(TestLog.ORIGIN, TestLog.KEY, next));
        int size = log.leaves().size();
        Path export = folder.resolve("rotated");
        ExportWriter.write(export, log.leaves().stream().map(SealedRecord::leaf).iterator(), TestLog.ORIGIN, next);

        for (SigningKey given : List.of(TestLog.KEY, next)) {
            Verification verification =
                    ExportVerifier.verify(export, given.verifyingKey(), List.of(log.checkpoint(size - 3)));
            assertThat(verification.ok()).as(verification.message()).isTrue();
        }
        assertThat(ExportVerifier.verify(export, TestLog.keyOf(3).verifyingKey())
                        .reason())
                .isEqualTo(Reason.CHECKPOINT_NOT_SIGNED);
    }

    @Test
    void aRotationThatTheOldKeyDidNotSignLeadsNowhere() throws IOException {
        SigningKey thief = TestLog.keyOf(2);
        List<Json.Fields> wrong = List.of(
                KeyRotation.facts(TestLog.ORIGIN, TestLog.KEY, thief).with("old_signature", "A".repeat(86) + "=="),
                KeyRotation.facts(TestLog.ORIGIN, TestLog.keyOf(3), thief)
                        .with("old_key", TestLog.KEY.verifyingKey().base64()),
                KeyRotation.facts("revontuli/other", TestLog.KEY, thief),
                Json.fields());
        for (int i = 0; i < wrong.size(); i++) {
            TestLog log = rotated(wrong.get(i));
            Path export = folder.resolve("stolen-" + i);
            ExportWriter.write(
                    export, log.leaves().stream().map(SealedRecord::leaf).iterator(), TestLog.ORIGIN, thief);

            assertThat(ExportVerifier.verify(export, TestLog.KEY.verifyingKey()).reason())
                    .as("%d", i)
                    .isEqualTo(Reason.CHECKPOINT_NOT_SIGNED);
        }
    }

    private static TestLog rotated(Json.Fields facts) {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("safety-svc");
        source.note("policy.activated", "policies/default");
        log.add(source.seal(KeyRotation.ACTION, "logKeys/new", "", "", facts));
        source.note("policy.activated", "policies/default");
        return log;
    }

    @Test
    void anIdThatTwoRecordsHaveIsFoundAtTheSecond() throws IOException {
        TestLog log = new TestLog();
        TestLog.Source source = log.open("trainer-svc").note("job.noted", "notes/a");
        AuditRecord first = log.leaves().getLast().record();
        AuditRecord second =
                source.seal("job.noted", "notes/b", "", "", Json.fields()).record();
        log.add(SealedRecord.seal(
                new AuditRecord(
                        second.source(),
                        second.number(),
                        new AuditEvent(
                                first.event().id(),
                                second.event().writer(),
                                second.event().act(),
                                second.event().subject(),
                                second.event().times(),
                                second.event().digests(),
                                second.event().facts())),
                source.key()));

        Verification verification = verify(log, List.of(), List.of());

        assertThat(verification.reason()).isEqualTo(Reason.RECORD_ID_REPEATED);
        assertThat(verification.firstBad()).isEqualTo(2);
    }

    private static Verification again(Path export, SignedNote verified) throws IOException {
        return ExportVerifier.verifyAgain(export, TestLog.KEY.verifyingKey(), verified, List.of());
    }

    @Test
    void aTailCutAndAReplayedCheckpointAreFoundAtTheFirstMissingLeaf() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 60; i++) {
            TestLog log = TestLog.generated(SEED + i, SIZE);
            int whole = log.leaves().size();
            int cut = 1 + random.nextInt(whole - 1);
            SignedNote older = log.checkpoint(cut + 1 + random.nextInt(whole - cut));
            List<Integer> kept = List.of(random.nextInt(cut), cut);
            log.leaves().subList(cut, whole).clear();

            Verification alone = verify(log, kept, List.of());
            if (!alone.ok()) {
                continue; // what was cut off was the end of a predecessor: seen without help
            }
            Verification compared = verify(log, kept, List.of(older));

            assertThat(compared.reason()).as("seed %d", SEED + i).isEqualTo(Reason.BEHIND_CHECKPOINT);
            assertThat(compared.firstBad()).as("seed %d", SEED + i).isEqualTo(cut);
        }
    }

    @Test
    void aForkIsFoundBetweenTheCheckpointsAroundIt() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 60; i++) {
            TestLog log = TestLog.generated(SEED + i, SIZE);
            int size = log.leaves().size();
            int first = 2 + random.nextInt(size - 2);
            int keptBefore = random.nextInt(first + 1);
            int keptAfter = first + 1 + random.nextInt(size - first);
            SignedNote before = log.checkpoint(keptBefore);
            SignedNote after = log.checkpoint(keptAfter);
            fork(log, first);

            Verification alone = verify(log, List.of(), List.of());
            Verification compared = verify(log, List.of(), List.of(after, before));

            assertThat(alone.ok()).as("seed %d: %s", SEED + i, alone.message()).isTrue();
            assertThat(compared.reason()).as("seed %d", SEED + i).isEqualTo(Reason.FORKED);
            assertThat(compared.compared().badFrom()).as("seed %d", SEED + i).isEqualTo(keptBefore);
            assertThat(compared.compared().badBefore()).as("seed %d", SEED + i).isEqualTo(keptAfter);
            assertThat(compared.firstBad()).isEqualTo(keptAfter - keptBefore == 1 ? keptBefore : -1);
        }
    }

    @Test
    void keptCheckpointsOfAForkGiveItAway() throws IOException {
        TestLog log = TestLog.generated(3, SIZE);
        List<SignedNote> kept = List.of(log.checkpoint(10), log.checkpoint(30), log.checkpoint(31), log.checkpoint(50));
        fork(log, 30);
        log.write(folder.resolve("forked"), List.of());
        writeKept(folder.resolve("forked"), kept);

        Verification verification = ExportVerifier.verify(folder.resolve("forked"), TestLog.KEY.verifyingKey());

        assertThat(verification.reason()).isEqualTo(Reason.FORKED);
        assertThat(verification.firstBad()).isEqualTo(30);
        assertThat(verification.message()).contains("at or after leaf 30 and before leaf 31");
        assertThat(verification.json()).contains("\"bad_from\":30,\"bad_before\":31,\"checkpoints\":2");
    }

    @Test
    void exchangedLeavesAreLocatedByKeptCheckpoints() throws IOException {
        TestLog log = TestLog.generated(3, SIZE);
        Path export = folder.resolve("exchanged");
        log.write(export, List.of(20, 40));
        SignedNote published = log.checkpoint(log.leaves().size());
        fork(log, 30);
        Files.delete(export.resolve("leaves.jsonl"));
        Files.delete(export.resolve("keys.json"));
        TestLog.copy(log, folder.resolve("other"), export, "leaves.jsonl", "keys.json");

        Verification verification = ExportVerifier.verify(export, TestLog.KEY.verifyingKey());

        assertThat(Checkpoint.parse(published).size()).isEqualTo(log.leaves().size());
        assertThat(verification.reason()).isEqualTo(Reason.ROOT_MISMATCH);
        assertThat(verification.compared().badFrom()).isEqualTo(20);
        assertThat(verification.compared().badBefore()).isEqualTo(40);
    }

    @Test
    void aLineThatIsNoKeptCheckpointIsNamed() throws IOException {
        TestLog log = TestLog.generated(4, SIZE);
        SignedNote good = log.checkpoint(10);
        String line = line(good);
        String stranger = line(new Checkpoint(TestLog.ORIGIN, 20, Digest.of()).sign(SigningKey.generate()));
        String otherLog = line(new Checkpoint("revontuli/other", 20, Digest.of()).sign(TestLog.KEY));
        String beyond = line(new Checkpoint(TestLog.ORIGIN, 1_000, Digest.of()).sign(TestLog.KEY));
        int i = 0;
        for (String second : List.of(
                line,
                line(log.checkpoint(9)),
                stranger,
                otherLog,
                beyond,
                "{}\n",
                "\n",
                "x\n",
                line(log.checkpoint(20)).replace("\"}", "\",\"time\":\"now\"}"),
                line(log.checkpoint(20)).stripTrailing(),
                "x".repeat(100_000) + "\n")) {
            Path export = folder.resolve("bad" + i++);
            log.write(export);
            Files.writeString(export.resolve("checkpoints.jsonl"), line + second);

            Verification verification = ExportVerifier.verify(export, TestLog.KEY.verifyingKey());

            assertThat(verification.reason()).as(second).isEqualTo(Reason.KEPT_CHECKPOINT_BAD);
            assertThat(verification.message()).startsWith("line 2 of checkpoints.jsonl: ");
        }
    }

    @Test
    void aCheckpointOfAnotherLogCannotBeComparedWith() throws IOException {
        TestLog log = TestLog.generated(5, SIZE);
        log.write(folder.resolve("export"));
        for (SignedNote foreign : List.of(
                new Checkpoint("revontuli/other", 1, Digest.of()).sign(TestLog.KEY),
                new Checkpoint(TestLog.ORIGIN, 1, Digest.of()).sign(SigningKey.generate()))) {
            assertThatThrownBy(() -> ExportVerifier.verify(
                            folder.resolve("export"), TestLog.KEY.verifyingKey(), List.of(foreign)))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("give one of this log");
        }
    }

    /// The owner writes the log anew from a leaf on: the same acts with other facts, in the sources' own names.
    private static void fork(TestLog log, int from) {
        for (int i = from; i < log.leaves().size(); i++) {
            SealedRecord leaf = log.leaves().get(i);
            log.leaves()
                    .set(i, TestLog.reworded(leaf, log.keyOfSource(leaf.record().source())));
        }
    }

    private Verification verify(TestLog log, List<Integer> kept, List<SignedNote> older) throws IOException {
        Path export = folder.resolve("export" + exports++);
        log.write(export, kept);
        return ExportVerifier.verify(export, TestLog.KEY.verifyingKey(), older);
    }

    private static void writeKept(Path export, List<SignedNote> kept) throws IOException {
        StringBuilder lines = new StringBuilder();
        kept.forEach(note -> lines.append(line(note)));
        Files.writeString(export.resolve("checkpoints.jsonl"), lines);
    }

    private static String line(SignedNote note) {
        return "{\"note\":\"" + new String(note.bytes(), UTF_8).replace("\n", "\\n") + "\"}\n";
    }
}
