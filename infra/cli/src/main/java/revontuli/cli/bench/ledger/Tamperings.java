package revontuli.cli.bench.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import revontuli.cli.CliException;
import revontuli.cli.Out;
import revontuli.embedded.Folders;
import revontuli.embedded.postgres.EmbeddedPostgres;
import revontuli.transparency.export.ExportVerifier;
import revontuli.transparency.export.ExportWriter;
import revontuli.transparency.export.Verification;
import revontuli.transparency.json.Json;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Damages a log in its database in random ways, exports it and asks the offline verifier. What must be found, and at
/// which index, is worked out from what was done, not from what the verifier does.
final class Tamperings {
    private static final List<Tampering> KINDS = List.of(Tampering.values());
    private static final int LEAVES = 40;
    /// The first leaves open the sources, whose keys an export lists.
    private static final int SOURCES = 4;

    private static final int ANY = -2;
    private static final int FAR = 1_000_000;

    private final TamperedLog table;
    private final GeneratedLog log;
    private final List<SealedRecord> leaves;
    private final Path export;
    private final SignedNote whole;
    private Random random = new Random();

    private Tamperings(EmbeddedPostgres postgres, Path export) throws SQLException, IOException {
        this.export = export;
        this.log = new GeneratedLog(11, LEAVES);
        this.leaves = log.rest();
        this.table = TamperedLog.of(postgres, leaves);
        this.whole = signed(leaves.stream().map(SealedRecord::leaf).toList());
        Folders.delete(export);
        ExportWriter.write(
                export,
                leaves.stream().map(SealedRecord::leaf).iterator(),
                whole,
                log.logKey().verifyingKey());
    }

    /// @param found noticed at all, in the way that its kind allows
    /// @param wrongIndex found, but another index was named than the first bad one
    record Result(int tampered, int found, int wrongIndex, Map<Tampering, Integer> byKind) {}

    /// What a tampering must lead to.
    ///
    /// @param index first bad one; -1 where no single leaf is wrong; [#ANY] where it does not matter
    /// @param older checkpoints that the reader kept; without them nobody can tell
    private record Expected(long index, List<SignedNote> older) {
        static Expected at(long index) {
            return new Expected(index, List.of());
        }
    }

    static Result run(EmbeddedPostgres postgres, Path folder, int count, long seed, Out out) {
        try {
            Tamperings tamperings = new Tamperings(postgres, folder.resolve("tampered-export"));
            try (TamperedLog _ = tamperings.table) {
                return tamperings.run(count, seed, out);
            }
        } catch (SQLException | IOException e) {
            throw CliException.refused("cannot tamper: " + e.getMessage());
        }
    }

    private Result run(int count, long seed, Out out) throws SQLException, IOException {
        if (!verify(List.of()).ok() || table.firstDifference() >= 0) {
            throw CliException.refused("the log is not whole before anything was done to it: " + verify(List.of()));
        }
        Map<Tampering, Integer> byKind = new EnumMap<>(Tampering.class);
        int found = 0;
        int wrongIndex = 0;
        for (int i = 0; i < count; i++) {
            random = new Random((seed + i) * 0x9E3779B97F4A7C15L); // neighbouring seeds would begin alike
            Tampering kind = KINDS.get(i % KINDS.size());
            Files.write(export.resolve("checkpoint"), whole.bytes());
            Expected expected = tamper(kind);
            byKind.merge(kind, 1, Integer::sum);
            long named = kind == Tampering.EDIT_COLUMN ? table.firstDifference() : named(expected);
            if (named == ANY) {
                out.error("%s, seed %d: not found".formatted(kind, seed + i));
            } else {
                found++;
                if (named != expected.index()) {
                    wrongIndex++;
                    out.error("%s, seed %d: index %d was named, not %d"
                            .formatted(kind, seed + i, named, expected.index()));
                }
            }
            table.undo();
            if (i % 500 == 499) {
                out.progress((i + 1) + " tamperings, " + found + " found");
            }
        }
        return new Result(count, found, wrongIndex, byKind);
    }

    /// The index that the verifier names, -1 if it names none, [#ANY] if it finds nothing.
    private long named(Expected expected) throws SQLException, IOException {
        writeLeaves(table.leaves());
        if (!expected.older().isEmpty()) {
            Verification alone = verify(List.of());
            if (!alone.ok()
                    || !alone.json()
                            .contains("\"cannot_tell\":[\"TAIL_CUT\",\"FORKED_HEAD\",\"REPLAYED_CHECKPOINT\"]")) {
                return ANY; // it claims to know what it cannot know
            }
        }
        Verification verification = verify(expected.older());
        return verification.ok() ? ANY : verification.firstBad();
    }

    private Expected tamper(Tampering kind) throws SQLException, IOException {
        int index = random.nextInt(LEAVES);
        return switch (kind) {
            case FLIP_BIT -> {
                int bit = random.nextInt(leaves.get(index).leaf().length * 8);
                table.update(
                        "update audit_record set leaf = set_bit(leaf, ?, 1 - get_bit(leaf, ?)) where index = ?",
                        bit,
                        bit,
                        index);
                yield Expected.at(index);
            }
            case EDIT -> {
                SealedRecord other = SealedRecord.seal(reworded(index), log.logKey());
                table.update("update audit_record set leaf = ? where index = ?", other.leaf(), index);
                yield Expected.at(index);
            }
            case DELETE -> {
                table.update("delete from audit_record where index = ?", index);
                shift(index, -1);
                List<SealedRecord> changed = new ArrayList<>(leaves);
                changed.remove(index);
                yield Expected.at(firstWrong(changed));
            }
            case INSERT -> {
                int at = random.nextInt(LEAVES + 1);
                shift(at, 1);
                table.update(
                        "insert into audit_record select ?, leaf, leaf_hash, source, -number, service, tenant, actor,"
                                + " action, subject, model, model_digest, job, request, event_time, recorded_time, digests"
                                + " from audit_record where leaf = ? limit 1",
                        at,
                        leaves.get(index).leaf());
                List<SealedRecord> changed = new ArrayList<>(leaves);
                changed.add(at, leaves.get(index));
                yield Expected.at(firstWrong(changed));
            }
            case SWAP -> {
                int other = (index + 1 + random.nextInt(LEAVES - 1)) % LEAVES;
                table.update(
                        "update audit_record set leaf = ? where index = ?",
                        leaves.get(other).leaf(),
                        index);
                table.update(
                        "update audit_record set leaf = ? where index = ?",
                        leaves.get(index).leaf(),
                        other);
                List<SealedRecord> changed = new ArrayList<>(leaves);
                changed.set(index, leaves.get(other));
                changed.set(other, leaves.get(index));
                yield Expected.at(firstWrong(changed));
            }
            case CUT_TAIL -> cut(SOURCES + random.nextInt(LEAVES - SOURCES), random.nextBoolean());
            case REPLAY_CHECKPOINT -> cut(SOURCES + random.nextInt(LEAVES - SOURCES), true);
            case FORK_HEAD -> fork(index);
            case EDIT_STAGE -> editStage();
            case EDIT_COLUMN -> editColumn(index);
        };
    }

    private void shift(int from, int by) throws SQLException {
        // by way of numbers far away: the index is a key
        table.update("update audit_record set index = index + " + FAR + " where index >= ?", from);
        table.update("update audit_record set index = index - " + FAR + " + ? where index >= " + FAR, by);
    }

    private Expected cut(int size, boolean signed) throws SQLException, IOException {
        table.update("delete from audit_record where index >= ?", size);
        if (!signed) {
            return Expected.at(size);
        }
        show(table.leaves());
        return new Expected(size, List.of(whole));
    }

    /// Known by two kept checkpoints side by side: the one before the leaf and the one with it.
    private Expected fork(int index) throws SQLException, IOException {
        int at = Math.max(1, index);
        SealedRecord other =
                SealedRecord.seal(reworded(at), log.sourceOf(leaves.get(at)).key());
        table.update("update audit_record set leaf = ? where index = ?", other.leaf(), at);
        show(table.leaves());
        List<byte[]> before = leaves.stream().map(SealedRecord::leaf).toList();
        return new Expected(at, List.of(signed(before.subList(0, at)), signed(before.subList(0, at + 1))));
    }

    private Expected editStage() throws SQLException, IOException {
        SealedRecord last = leaves.getLast();
        AuditRecord next = new AuditRecord(
                last.record().source(),
                last.record().number() + 1,
                reworded(LEAVES - 1).event());
        SealedRecord staged = SealedRecord.seal(next, log.sourceOf(last).key());
        table.stage(staged);
        int bit = random.nextInt(staged.leaf().length * 8);
        table.update("update audit_staged set leaf = set_bit(leaf, ?, 1 - get_bit(leaf, ?))", bit, bit);
        table.sequence(LEAVES);
        show(table.leaves());
        return Expected.at(LEAVES);
    }

    private Expected editColumn(int index) throws SQLException {
        String column = List.of("tenant", "actor", "action", "subject", "service", "request")
                .get(random.nextInt(6));
        if (random.nextInt(7) == 0) {
            table.update(
                    "update audit_record set event_time = event_time + interval '1 microsecond' where index = ?",
                    index);
        } else {
            table.update("update audit_record set " + column + " = " + column + " || 'x' where index = ?", index);
        }
        return Expected.at(index);
    }

    /// The same record with other facts.
    private AuditRecord reworded(int index) {
        AuditRecord record = leaves.get(index).record();
        AuditEvent event = record.event();
        Json.Fields facts = event.facts().with("reworded", Long.toString(random.nextLong(Long.MAX_VALUE)));
        return new AuditRecord(
                record.source(),
                record.number(),
                new AuditEvent(
                        event.id(),
                        event.writer(),
                        event.act(),
                        event.subject(),
                        event.times(),
                        event.digests(),
                        facts));
    }

    /// The first leaf whose number is not the next one of its source; the end where there are too few or too many; -1
    /// where every leaf could stand where it stands.
    private long firstWrong(List<SealedRecord> changed) {
        Map<String, Long> last = new HashMap<>();
        for (int i = 0; i < changed.size(); i++) {
            AuditRecord record = changed.get(i).record();
            if (record.number() != last.getOrDefault(record.source(), 0L) + 1) {
                return i;
            }
            last.put(record.source(), record.number());
        }
        if (changed.size() == LEAVES) {
            return -1;
        }
        return Math.min(changed.size(), LEAVES);
    }

    /// The log's owner signs what is there now.
    private void show(List<byte[]> now) throws IOException {
        Files.write(export.resolve("checkpoint"), signed(now).bytes());
    }

    private SignedNote signed(List<byte[]> of) {
        MerkleTree tree = new MerkleTree();
        of.forEach(leaf -> tree.append(MerkleTree.leafHash(leaf)));
        return new Checkpoint(GeneratedLog.ORIGIN, tree.size(), tree.root()).sign(log.logKey());
    }

    private void writeLeaves(List<byte[]> now) throws IOException {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (byte[] leaf : now) {
            lines.writeBytes(leaf);
            lines.write('\n');
        }
        Files.write(export.resolve("leaves.jsonl"), lines.toByteArray());
    }

    private Verification verify(List<SignedNote> older) throws IOException {
        return ExportVerifier.verify(export, log.logKey().verifyingKey(), older);
    }
}
