package revontuli.transparency.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.Json;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.PrunedLeaf;
import revontuli.transparency.record.SealedRecord;

/// Writes random logs, good and bad, with what this verifier finds, for a second verifier to disagree with
/// (`infra/bench/ledger`). Half of the bad ones are made by somebody who has all keys: there every signature is
/// right.
@EnabledIfSystemProperty(named = "revontuli.agreement", matches = ".+")
class AgreementTest {
    private static final int LOGS = Integer.getInteger("revontuli.logs", 1_000);
    private static final long SEED = Long.getLong("revontuli.seed", 20_261_127);
    private static final int SIZE = 24;

    /// Texts that a source may sign and no verifier may take, or that look odd and are right.
    private static final List<List<String>> REWORDINGS = List.of(
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"\\u0064emo\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\": \"demo\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"" + "t".repeat(65) + "\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"" + "\ud83c\udf32".repeat(32) + "\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"" + "\ud83c\udf32".repeat(33) + "\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"de\\nmo\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"\\ud800\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"\u0085\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":true"),
            List.of("\"tenant\":\"demo\"", "\"tenant\":null"),
            List.of("\"tenant\":\"demo\"", "\"tenant\":7"),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"demo\",\"tenant\":\"demo\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"demo\",\"tenanu\":\"demo\""),
            List.of("\"tenant\":\"demo\"", "\"tenant\":\"\""),
            List.of("users/aino", ""),
            List.of("users/aino", "\ufb01\u0301\u200b"),
            List.of("\"event_time\":\"2026-01-31", "\"event_time\":\"2026-02-30"),
            List.of("\"event_time\":\"2026-01-31T12", "\"event_time\":\"2026-01-31T24"),
            List.of("\"event_time\":\"2026", "\"event_time\":\"1969"),
            List.of("\"event_time\":\"2026", "\"event_time\":\"9999"),
            List.of("\"schema\":\"revontuli.audit.v1\"", "\"schema\":\"revontuli.audit.v2\""),
            List.of("\"state_after\":\"", "\"state_after\":\"x"),
            List.of("\"subject_number\":\"", "\"subject_number\":\"0"),
            List.of("\"subject_number\":\"", "\"subject_number\":\"9007199254740993"),
            List.of("\"subject_number\":\"", "\"subject_number\":\"-"),
            List.of("sha256:", "SHA256:"),
            List.of("\"model\":", "\"Model\":"),
            List.of("\"facts\":{", "\"facts\":{\"a\":" + "[".repeat(13) + "]".repeat(13) + ","),
            List.of("\"facts\":{", "\"facts\":{\"a\":" + "[".repeat(14) + "]".repeat(14) + ","),
            List.of("\"facts\":{", "\"facts\":{\"a\":" + "[".repeat(3_000) + "]".repeat(3_000) + ","),
            List.of("\"facts\":{", "\"facts\":{\"a\":\"" + "x".repeat(49_000) + "\","),
            List.of("\"facts\":{", "\"facts\":{\"a\":\"" + "x".repeat(66_000) + "\","),
            List.of("\"facts\":{", "\"facts\":{\"\":false,\"\\u0000\":true,"),
            List.of("\"facts\":{", "\"facts\":{\"\ud83c\udf32\":true,"),
            List.of("\"id\":\"0", "\"id\":\"A"),
            List.of("\"action\":\"", "\"action\":\"x"),
            List.of("\"action\":\"", "\"action\":\"X"));

    private enum Kind {
        GOOD,
        FLIP_BIT,
        INSERT_BYTE,
        CUT_FILE,
        DELETE_LEAF,
        REPEAT_LEAF,
        SWAP_LEAVES,
        FOREIGN_LEAF,
        FLIP_CHECKPOINT,
        FLIP_KEYS,
        FLIP_KEPT,
        MISSING_FILE,
        OWNER_OMITS,
        OWNER_REPEATS,
        OWNER_SWAPS,
        OWNER_CUTS,
        OWNER_REWORDS,
        OWNER_FORKS,
        OWNER_REPLAYS,
        ROTATES,
        PRUNED,
        PRUNED_AND_DAMAGED,
        OWNER_PRUNES,
        TABLES,
        TABLES_OF_A_PRUNED_LOG,
        TABLES_BEHIND,
        TABLES_DAMAGED,
        TABLES_CHANGED
    }

    private Random random = new Random(SEED);

    @Test
    void randomLogsForASecondVerifier() throws IOException {
        Path folder = Files.createDirectories(Path.of(System.getProperty("revontuli.agreement")));
        Files.writeString(folder.resolve("key"), TestLog.KEY.verifyingKey().base64() + "\n");
        Map<Reason, Integer> found = new EnumMap<>(Reason.class);
        for (int i = 0; i < LOGS; i++) {
            random = new Random((SEED + i) * 0x9E3779B97F4A7C15L); // neighbouring seeds would begin alike
            Path export = folder.resolve("%05d".formatted(i));
            make(Kind.values()[i % Kind.values().length], SEED + i, export);
            Path older = export.resolve("older");
            List<SignedNote> given =
                    Files.exists(older) ? List.of(SignedNote.parse(Files.readAllBytes(older))) : List.of();
            Verification verification = ExportVerifier.verify(export, TestLog.KEY.verifyingKey(), given);
            Files.writeString(export.resolve("found"), verification.reason() + " " + verification.firstBad() + "\n");
            found.merge(verification.reason(), 1, Integer::sum);
        }
        System.out.println("logs " + LOGS + " of seed " + SEED + ": " + found);
        assertThat(found).hasSizeGreaterThan(18);
    }

    private void make(Kind kind, long seed, Path export) throws IOException {
        TestLog log = TestLog.generated(seed, SIZE + random.nextInt(20));
        List<SealedRecord> leaves = log.leaves();
        int size = leaves.size();
        int at = random.nextInt(size);
        int kept = random.nextInt(size);
        switch (kind) {
            case GOOD -> {
                log.write(export, List.of(kept, size));
                Files.write(
                        export.resolve("older"),
                        log.checkpoint(random.nextInt(size + 1)).bytes());
            }
            case OWNER_OMITS -> write(log, export, () -> leaves.remove(at));
            case OWNER_REPEATS -> write(log, export, () -> leaves.add(random.nextInt(size), leaves.get(at)));
            case OWNER_SWAPS -> write(log, export, () -> Collections.swap(leaves, at, random.nextInt(size)));
            case OWNER_REWORDS -> reword(log, at, export);
            case OWNER_FORKS -> {
                SignedNote before = log.checkpoint(1 + random.nextInt(size));
                leaves.set(
                        at,
                        TestLog.reworded(
                                leaves.get(at),
                                log.keyOfSource(leaves.get(at).record().source())));
                log.write(export, List.of(kept));
                Files.write(export.resolve("older"), before.bytes());
            }
            case OWNER_CUTS, OWNER_REPLAYS -> {
                SignedNote before = log.checkpoint(size);
                leaves.subList(at, size).clear();
                log.write(export, kind == Kind.OWNER_REPLAYS && kept < at ? List.of(kept, at) : List.of());
                if (random.nextInt(4) > 0) {
                    Files.write(export.resolve("older"), before.bytes());
                }
            }
            case ROTATES -> rotate(log, export);
            case PRUNED -> {
                prune(log);
                log.write(export, List.of(kept, log.leaves().size()));
                Files.write(
                        export.resolve("older"),
                        log.checkpoint(random.nextInt(size + 1)).bytes());
            }
            case PRUNED_AND_DAMAGED -> {
                prune(log);
                log.write(export, List.of(kept));
                damagePruned(log, export);
            }
            case OWNER_PRUNES -> pruneWrongly(log, export);
            case TABLES -> writeTables(log, export, random.nextBoolean());
            case TABLES_OF_A_PRUNED_LOG -> {
                prune(log.withFacts());
                writeTables(log, export, random.nextInt(4) > 0);
            }
            case TABLES_BEHIND -> {
                int all = log.withFacts().leaves().size();
                log.with(log.tables(all, random.nextInt(all + 1))).write(export, List.of());
            }
            case TABLES_DAMAGED -> {
                writeTables(log, export, true);
                Path file = anyTable(export);
                if (random.nextInt(6) == 0) {
                    Files.delete(file);
                } else if (Files.size(file) > 0) {
                    change(file, Kind.values()[1 + random.nextInt(3)]);
                }
            }
            case TABLES_CHANGED -> {
                writeTables(log, export, true);
                changeRow(export.resolve("tables/"
                        + List.of("jobs", "datasets", "model_versions").get(random.nextInt(3)) + ".jsonl"));
            }
            default -> {
                log.write(export, List.of(kept, size));
                damage(kind, log, export);
            }
        }
    }

    /// The log goes on with one or two further keys, or somebody pretends that it does.
    private void rotate(TestLog log, Path export) throws IOException {
        SigningKey next = TestLog.keyOf(2);
        SigningKey last = TestLog.keyOf(3);
        TestLog.Source desk = log.open("safety");
        int before = log.leaves().size();
        Json.Fields facts = KeyRotation.facts(TestLog.ORIGIN, TestLog.KEY, next);
        announce(
                log,
                desk,
                switch (random.nextInt(8)) {
                    case 0 -> facts.with("old_signature", facts.text("new_signature"));
                    case 1 -> facts.with("new_signature", "A".repeat(86) + "==");
                    case 2 -> KeyRotation.facts("revontuli/other", TestLog.KEY, next);
                    case 3 -> facts.with("new_key", last.verifyingKey().base64());
                    case 4 -> facts.without("old_key");
                    default -> facts;
                });
        desk.note("policy.activated", "policies/default");
        int between = log.leaves().size();
        boolean twice = random.nextBoolean();
        if (twice) {
            announce(log, desk, KeyRotation.facts(TestLog.ORIGIN, next, last));
            desk.note("policy.activated", "policies/default");
        }
        List<SignedNote> kept = new ArrayList<>(List.of(log.checkpoint(random.nextInt(before))));
        kept.add(log.checkpoint(between, random.nextInt(6) == 0 ? TestLog.keyOf(99) : next));
        log.write(export, kept, twice ? last : next);
        if (random.nextBoolean()) {
            Files.write(
                    export.resolve("older"),
                    log.checkpoint(random.nextInt(before + 1)).bytes());
        }
    }

    /// Once or twice, at random places or all before one.
    private TestLog.Source prune(TestLog log) {
        TestLog.Source desk = log.open("safety");
        for (int times = 1 + random.nextInt(2); times > 0; times--) {
            List<Integer> prunable = log.prunable();
            int end = random.nextInt(prunable.size() + 1);
            boolean all = random.nextBoolean();
            log.prune(
                    desk,
                    prunable.subList(0, end).stream()
                            .filter(_ -> all || random.nextBoolean())
                            .toList());
            desk.note("policy.activated", "policies/default");
        }
        return desk;
    }

    private void damagePruned(TestLog log, Path export) throws IOException {
        List<byte[]> lines = new ArrayList<>(log.lines());
        List<Integer> gone = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (PrunedLeaf.is(lines.get(i))) {
                gone.add(i);
            }
        }
        if (gone.isEmpty()) {
            change(export.resolve("leaves.jsonl"), Kind.FLIP_BIT);
            return;
        }
        int at = gone.get(random.nextInt(gone.size()));
        switch (random.nextInt(5)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(random.nextInt(lines.size()), lines.get(at));
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case 3 -> lines.set(at, log.leaves().get(at).leaf());
            default -> {
                byte[] line = lines.get(at);
                line[random.nextInt(line.length)] ^= (byte) (1 << random.nextInt(7));
            }
        }
        writeLines(export, lines);
    }

    /// Somebody with the log's key takes bytes away that no record announces, or announces other leaves than are gone.
    private void pruneWrongly(TestLog log, Path export) throws IOException {
        TestLog.Source desk = prune(log);
        List<Integer> left = log.prunable();
        int at = left.isEmpty() ? 0 : left.get(random.nextInt(left.size()));
        String known = log.prune(desk, left.isEmpty() ? List.of() : List.of(at));
        switch (random.nextInt(4)) {
            case 0 -> log.pruneAlone(at, "prunings/00000000-0000-0000-0000-00000000000a");
            case 1 ->
                log.pruneAlone(log.prunable().isEmpty() ? at : log.prunable().getFirst(), known);
            case 2 -> log.pruneAlone(0, known); // a source's opening
            default ->
                log.add(desk.seal(
                        PrunedLeaf.ACTION, known, "", "", Json.fields().with(PrunedLeaf.RECORDS, "" + at)));
        }
        log.write(export, List.of());
    }

    /// Tables that were read when the log was shorter, with rows that may know more than it did then; where `ahead`,
    /// the log ends before some of them.
    private void writeTables(TestLog log, Path export, boolean ahead) throws IOException {
        if (log.leaves().getLast().record().event().subject().name().startsWith("sources/")) {
            log.withFacts();
        }
        int all = log.leaves().size();
        int before = random.nextInt(all + 1);
        TakenTables taken = log.tables(before, before + random.nextInt(all - before + 1));
        if (ahead) {
            TestLog.Source desk = log.open(ExportTable.SERVICE);
            int rest = log.leaves().size();
            desk.note("dataset.registered", "datasets/late").change("job.changed", "jobs/late", "", "QUEUED");
            taken = log.tables(random.nextInt(rest + 1), log.leaves().size());
            if (random.nextBoolean()) {
                log.leaves()
                        .subList(rest + random.nextInt(2), log.leaves().size())
                        .clear();
            }
        }
        log.with(taken).write(export, List.of());
    }

    private Path anyTable(Path export) {
        return export.resolve("tables/"
                + List.of("taken.json", "jobs.jsonl", "jobs.jsonl", "model_versions.jsonl", "datasets.jsonl")
                        .get(random.nextInt(5)));
    }

    private void changeRow(Path file) throws IOException {
        List<String> rows = new ArrayList<>(Files.readAllLines(file));
        int at = random.nextInt(rows.size());
        String row = rows.get(at);
        switch (random.nextInt(9)) {
            case 0 -> rows.remove(at);
            case 1 -> rows.add(random.nextInt(rows.size() + 1), row);
            case 2 -> rows.add(row.replaceFirst("(jobs|versions)/", "$1/x"));
            case 3 -> rows.set(at, row.replaceFirst("\"state\":\"[A-Z]*", "\"state\":\"CANCELLED"));
            case 4 -> rows.set(at, row.replaceFirst("\"number\":\"", "\"number\":\"1"));
            case 5 -> rows.set(at, row.replaceFirst("\"number\":\"[0-9]+", "\"number\":\"0"));
            case 6 -> rows.set(at, row.replace("{\"digest\"", "{\"ahead\":" + random.nextBoolean() + ",\"digest\""));
            case 7 -> rows.set(at, row.replaceFirst("sha256:.", "sha256:f"));
            default ->
                rows.set(
                        at,
                        row.replace("\"name\":\"", "\"name\":\"" + "x".repeat(random.nextBoolean() ? 2_000 : 70_000)));
        }
        Files.write(file, rows);
    }

    private static void announce(TestLog log, TestLog.Source desk, Json.Fields facts) {
        log.add(desk.seal(KeyRotation.ACTION, "logKeys/new", "", "", facts));
    }

    private void write(TestLog log, Path export, Runnable change) throws IOException {
        change.run();
        log.write(export, List.of());
    }

    private void damage(Kind kind, TestLog log, Path export) throws IOException {
        List<byte[]> lines =
                new ArrayList<>(log.leaves().stream().map(SealedRecord::leaf).toList());
        int at = random.nextInt(lines.size());
        switch (kind) {
            case FLIP_BIT, INSERT_BYTE, CUT_FILE -> change(export.resolve("leaves.jsonl"), kind);
            case FLIP_CHECKPOINT -> change(export.resolve("checkpoint"), Kind.FLIP_BIT);
            case FLIP_KEYS -> change(export.resolve("keys.json"), Kind.values()[1 + random.nextInt(3)]);
            case FLIP_KEPT -> change(export.resolve("checkpoints.jsonl"), Kind.values()[1 + random.nextInt(3)]);
            case MISSING_FILE ->
                Files.delete(export.resolve(List.of("leaves.jsonl", "checkpoint", "keys.json", "checkpoints.jsonl")
                        .get(random.nextInt(4))));
            case DELETE_LEAF -> lines.remove(at);
            case REPEAT_LEAF -> lines.add(random.nextInt(lines.size()), lines.get(at));
            case SWAP_LEAVES -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case FOREIGN_LEAF ->
                lines.set(
                        at,
                        SealedRecord.seal(log.leaves().get(at).record(), TestLog.keyOf(99))
                                .leaf());
            default -> throw new AssertionError(kind);
        }
        switch (kind) {
            case DELETE_LEAF, REPEAT_LEAF, SWAP_LEAVES, FOREIGN_LEAF -> writeLines(export, lines);
            default -> {}
        }
    }

    private void change(Path file, Kind kind) throws IOException {
        byte[] old = Files.readAllBytes(file);
        int at = random.nextInt(old.length);
        int skipped = kind == Kind.CUT_FILE ? old.length : kind == Kind.FLIP_BIT ? at + 1 : at;
        byte[] changed = new byte[at + (kind == Kind.CUT_FILE ? 0 : 1 + old.length - skipped)];
        System.arraycopy(old, 0, changed, 0, at);
        if (kind != Kind.CUT_FILE) {
            changed[at] = kind == Kind.FLIP_BIT
                    ? (byte) (old[at] ^ (1 << random.nextInt(8)))
                    : old[random.nextInt(old.length)];
            System.arraycopy(old, skipped, changed, at + 1, old.length - skipped);
        }
        Files.write(file, changed);
    }

    /// A source signs other words, and the log signs a tree over them.
    private void reword(TestLog log, int at, Path export) throws IOException {
        SealedRecord leaf = log.leaves().get(at);
        List<String> words = REWORDINGS.get(random.nextInt(REWORDINGS.size()));
        byte[] record = new String(leaf.recordBytes(), UTF_8)
                .replaceFirst(Pattern.quote(words.get(0)), Matcher.quoteReplacement(words.get(1)))
                .getBytes(UTF_8);
        SigningKey key = log.keyOfSource(leaf.record().source());
        String signed = "{\"record\":" + new String(record, UTF_8) + ",\"signature\":\""
                + StrictBase64.encode(key.sign(record)) + "\"}";
        log.write(export, List.of());
        List<byte[]> lines =
                new ArrayList<>(log.leaves().stream().map(SealedRecord::leaf).toList());
        lines.set(at, signed.getBytes(UTF_8));
        writeLines(export, lines);
        MerkleTree tree = new MerkleTree();
        lines.forEach(line -> tree.append(MerkleTree.leafHash(line)));
        Digest root = tree.root();
        Files.write(
                export.resolve("checkpoint"),
                new Checkpoint(TestLog.ORIGIN, lines.size(), root)
                        .sign(TestLog.KEY)
                        .bytes());
    }

    private static void writeLines(Path export, List<byte[]> lines) throws IOException {
        try (var out = Files.newOutputStream(export.resolve("leaves.jsonl"))) {
            for (byte[] line : lines) {
                out.write(line);
                out.write('\n');
            }
        }
    }
}
