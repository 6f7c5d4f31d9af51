package revontuli.transparency.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.PrunedLeaf;
import revontuli.transparency.record.SealedRecord;

/// A log to verify, made step by step; the same steps and seed make the same bytes.
public final class TestLog {
    public static final String ORIGIN = "revontuli/test";
    public static final SigningKey KEY = keyOf(1);
    private static final Instant START = Instant.parse("2026-01-31T12:00:00.000001Z");
    private static final Digest BUILD = Digest.of(new byte[] {1});

    private final Map<String, Long> subjectNumbers = new HashMap<>();
    private final List<SealedRecord> leaves = new ArrayList<>();
    private final Map<Integer, PrunedLeaf> pruned = new TreeMap<>();
    private Optional<TakenTables> tables = Optional.empty();
    private int sources;

    /// One run of one instance of a service.
    public final class Source {
        private final String service;
        private final String name;
        private final SigningKey key;
        private long number;

        private Source(String service) {
            this.service = service;
            this.key = keyOf(100 + sources);
            this.name = "sources/" + service + "-" + new UUID(7, sources++);
        }

        public String name() {
            return name;
        }

        public long number() {
            return number;
        }

        public SigningKey key() {
            return key;
        }

        public Source note(String action, String subject) {
            return change(action, subject, "", "");
        }

        public Source change(String action, String subject, String before, String after) {
            leaves.add(seal(action, subject, before, after, Json.fields().with("n", "" + leaves.size())));
            return this;
        }

        public void close() {
            note(AuditRecord.SOURCE_CLOSED, name);
        }

        /// Makes the next record of this source without putting it into the log.
        public SealedRecord seal(String action, String subject, String before, String after, Json.Fields facts) {
            return seal(action, subject, before, after, facts, Map.of("model", BUILD));
        }

        /// As above, naming these digests.
        SealedRecord seal(
                String action,
                String subject,
                String before,
                String after,
                Json.Fields facts,
                Map<String, Digest> digests) {
            long subjectNumber = subjectNumbers.merge(service + subject, 1L, Long::sum);
            AuditEvent event = new AuditEvent(
                    UUID.nameUUIDFromBytes((name + number).getBytes(StandardCharsets.US_ASCII)),
                    new AuditEvent.Writer(service, BUILD),
                    new AuditEvent.Act(action, "demo", "users/aino", "request-" + number),
                    new AuditEvent.Subject(subject, subjectNumber, before, after),
                    new AuditEvent.Times(START.plusSeconds(leaves.size()), START.plusSeconds(leaves.size() + 1L)),
                    new TreeMap<>(digests),
                    facts);
            return SealedRecord.seal(new AuditRecord(name, ++number, event), key);
        }
    }

    public Source open(String service) {
        return open(service, Json.fields());
    }

    public Source openAfter(Source predecessor) {
        return open(
                predecessor.service,
                Json.fields()
                        .with("predecessor", predecessor.name)
                        .with("predecessor_last_number", "" + predecessor.number));
    }

    public Source open(String service, Json.Fields facts) {
        Source source = new Source(service);
        Json.Fields all = facts.with("public_key", source.key.verifyingKey().base64());
        leaves.add(source.seal(AuditRecord.SOURCE_OPENED, source.name, "", "", all));
        return source;
    }

    public TestLog add(SealedRecord leaf) {
        leaves.add(leaf);
        return this;
    }

    public List<SealedRecord> leaves() {
        return leaves;
    }

    /// What an export of this log has, line by line.
    public List<byte[]> lines() {
        List<byte[]> lines = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            PrunedLeaf gone = pruned.get(i);
            lines.add(gone == null ? leaves.get(i).leaf() : gone.line());
        }
        return lines;
    }

    /// Takes the bytes of these leaves away, in the order of the log, and lets a source announce it.
    public String prune(Source desk, List<Integer> places) {
        String name = "prunings/" + new UUID(9, pruned.size());
        Digest digest = PrunedLeaf.START;
        for (int place : places) {
            PrunedLeaf gone = prunedAt(place, name);
            pruned.put(place, gone);
            digest = gone.next(digest);
        }
        leaves.add(desk.seal(
                PrunedLeaf.ACTION,
                name,
                "",
                "",
                Json.fields().with(PrunedLeaf.RECORDS, "" + places.size()),
                Map.of(PrunedLeaf.LEAVES, digest)));
        return name;
    }

    /// Takes the bytes of a leaf away and says that a pruning did it.
    void pruneAlone(int place, String pruning) {
        pruned.put(place, prunedAt(place, pruning));
    }

    private PrunedLeaf prunedAt(int place, String pruning) {
        SealedRecord leaf = leaves.get(place);
        AuditEvent event = leaf.record().event();
        return new PrunedLeaf(
                leaf.leafHash(),
                leaf.record().source(),
                leaf.record().number(),
                PrunedLeaf.subjectDigest(
                        event.writer().service(), event.subject().name()),
                event.subject().number(),
                pruning);
    }

    /// Places of the leaves that a pruning may take: all but those about sources and prunings themselves.
    public List<Integer> prunable() {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            String action = leaves.get(i).record().event().act().action();
            if (!action.startsWith("source.") && !action.startsWith("ledger.") && !pruned.containsKey(i)) {
                places.add(i);
            }
        }
        return places;
    }

    /// Exports have these tables from now on.
    public TestLog with(TakenTables taken) {
        tables = Optional.of(taken);
        return this;
    }

    /// The tables as they stood after so many leaves, said to have been read when the log had `logSize`.
    public TakenTables tables(int logSize, int leavesSeen) {
        TakenTables taken = new TakenTables(logSize);
        for (ExportTable table : ExportTable.values()) {
            Map<String, TableRow> rows = new TreeMap<>();
            for (SealedRecord leaf : leaves.subList(0, leavesSeen)) {
                AuditEvent event = leaf.record().event();
                AuditEvent.Subject about = event.subject();
                TableRow known = rows.get(about.name());
                if (event.writer().service().equals(ExportTable.SERVICE)
                        && table.has(about.name())
                        && (known == null || known.number() < about.number())) {
                    Digest digest = event.digests().getOrDefault(table.role(), BUILD);
                    rows.put(about.name(), new TableRow(about.name(), about.stateAfter(), digest, about.number()));
                }
            }
            taken.add(table, List.copyOf(rows.values()));
        }
        return taken;
    }

    /// A model that is registered and promoted, and a data set; both by a trainer that goes on.
    public TestLog withFacts() {
        Source desk = open(ExportTable.SERVICE);
        desk.change("model.registered", "models/m/versions/1", "", "CANDIDATE");
        leaves.add(desk.seal(
                "dataset.registered", "datasets/d", "", "", Json.fields(), Map.of("dataset", Digest.of(new byte[] {2
                }))));
        desk.change("model.promoted", "models/m/versions/1", "CANDIDATE", "PROMOTED");
        return this;
    }

    public void write(Path directory) throws IOException {
        ExportWriter.write(directory, lines().iterator(), ORIGIN, KEY);
    }

    /// With checkpoints that were kept at these sizes.
    public void write(Path directory, List<Integer> kept) throws IOException {
        write(directory, kept.stream().map(this::checkpoint).toList(), KEY);
    }

    /// With these checkpoints that were kept, and the last one signed by this key.
    void write(Path directory, List<SignedNote> kept, SigningKey key) throws IOException {
        ExportWriter.write(directory, new ExportParts() {
            @Override
            public Optional<TakenTables> tables() {
                return tables;
            }

            @Override
            public Iterator<byte[]> leaves() {
                return lines().iterator();
            }

            @Override
            public Iterator<SignedNote> kept() {
                return kept.iterator();
            }

            @Override
            public SignedNote published() {
                return checkpoint(leaves.size(), key);
            }

            @Override
            public VerifyingKey logKey() {
                return key.verifyingKey();
            }
        });
    }

    /// What the log signs over its first leaves.
    public SignedNote checkpoint(int size) {
        return checkpoint(size, KEY);
    }

    /// As above, with another key than the log's first.
    SignedNote checkpoint(int size, SigningKey key) {
        MerkleTree tree = new MerkleTree();
        leaves.subList(0, size).forEach(leaf -> tree.append(leaf.leafHash()));
        return new Checkpoint(ORIGIN, size, tree.root()).sign(key);
    }

    /// About 300 leaves of three sources: a trainer that dies in the middle, its successor, and an inference that
    /// stays open; jobs that live through all states, and generations.
    public static TestLog generated(long seed) {
        return generated(seed, 300);
    }

    /// As above, with another number of leaves.
    public static TestLog generated(long seed, int size) {
        Random random = new Random(seed);
        TestLog log = new TestLog();
        Source inference = log.open("inference");
        Source trainer = log.open("trainer-svc");
        Map<String, String> jobs = new HashMap<>();
        for (int step = 0; log.leaves.size() < size; step++) {
            if (step == size * 2 / 5) {
                trainer = log.openAfter(trainer);
            }
            if (random.nextInt(3) == 0) {
                String job = "jobs/j" + random.nextInt(12);
                String before = jobs.getOrDefault(job, "");
                List<String> next = NEXT.getOrDefault(before, List.of());
                if (!next.isEmpty()) {
                    String after = next.get(random.nextInt(next.size()));
                    trainer.change("job.changed", job, before, after);
                    jobs.put(job, after);
                }
            } else {
                inference.note("generation.admitted", "generations/g" + step);
                inference.note("generation.finished", "generations/g" + step);
            }
        }
        trainer.close();
        return log.sealedTogether(random);
    }

    /// The same records, as sources seal them under load: one signature for up to nine of them. Some stay alone.
    private TestLog sealedTogether(Random random) {
        Map<String, List<Integer>> places = new TreeMap<>();
        for (int i = 0; i < leaves.size(); i++) {
            places.computeIfAbsent(leaves.get(i).record().source(), _ -> new ArrayList<>())
                    .add(i);
        }
        places.forEach((source, ofSource) -> {
            for (int from = 0; from < ofSource.size(); ) {
                int to = Math.min(ofSource.size(), from + 1 + random.nextInt(9));
                List<Integer> batch = ofSource.subList(from, to);
                List<SealedRecord> sealed = SealedRecord.sealAll(
                        batch.stream().map(place -> leaves.get(place).record()).toList(), keyOfSource(source));
                for (int i = 0; i < batch.size(); i++) {
                    leaves.set(batch.get(i), sealed.get(i));
                }
                from = to;
            }
        });
        return this;
    }

    /// The key with which a source of this log signs.
    public SigningKey keyOfSource(String source) {
        return keyOf(100
                + (int) UUID.fromString(source.substring(source.length() - 36)).getLeastSignificantBits());
    }

    /// The same act at the same place, told otherwise, and signed with this key.
    public static SealedRecord reworded(SealedRecord leaf, SigningKey key) {
        AuditEvent event = leaf.record().event();
        AuditEvent other = new AuditEvent(
                event.id(),
                event.writer(),
                new AuditEvent.Act(
                        event.act().action(),
                        event.act().tenant(),
                        "users/bibi",
                        event.act().request()),
                event.subject(),
                event.times(),
                event.digests(),
                event.facts());
        return SealedRecord.seal(
                new AuditRecord(leaf.record().source(), leaf.record().number(), other), key);
    }

    /// Writes the log elsewhere and copies some of its files into another export.
    static void copy(TestLog log, Path elsewhere, Path export, String... files) throws IOException {
        log.write(elsewhere);
        for (String file : files) {
            Files.copy(elsewhere.resolve(file), export.resolve(file));
        }
    }

    private static final Map<String, List<String>> NEXT = Map.of(
            "", List.of("QUEUED"),
            "QUEUED", List.of("PREPARING", "PAUSED", "PREPARING"),
            "PREPARING", List.of("RUNNING", "QUEUED"),
            "RUNNING", List.of("EVALUATING", "PAUSED", "QUEUED"),
            "EVALUATING", List.of("SUCCEEDED", "QUEUED", "FAILED"),
            "PAUSED", List.of("QUEUED"));

    public static SigningKey keyOf(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        seed[1] = (byte) (number >> 8);
        return SigningKey.ofSeed(seed);
    }
}
