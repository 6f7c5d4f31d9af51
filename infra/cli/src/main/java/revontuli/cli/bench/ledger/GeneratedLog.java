package revontuli.cli.bench.ledger;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Leaves as a busy installation makes them, of four sources that write in turn, each of which seals what it has
/// written together; the same seed makes the same bytes.
final class GeneratedLog implements Iterator<SealedRecord> {
    static final String ORIGIN = "revontuli/bench";
    private static final List<String> SERVICES = List.of("tokenizer-svc", "inference-svc", "safety-svc", "trainer-svc");
    private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
    private static final Digest BUILD = Digest.of(new byte[] {1});
    private static final int RECORDS_OF_A_SUBJECT = 4;

    /// Records of all sources between two sealings.
    private static final int RECORDS_OF_A_ROUND = 256;

    private final SigningKey logKey;
    private final List<Source> sources = new ArrayList<>();
    private final Random random;
    private final long count;
    private final boolean together;
    private final Deque<SealedRecord> sealed = new ArrayDeque<>();
    private long made;

    GeneratedLog(long seed, long count) {
        this(seed, count, true);
    }

    /// @param together false: every record is signed alone
    GeneratedLog(long seed, long count, boolean together) {
        this.random = new Random(seed);
        this.count = count;
        this.together = together;
        this.logKey = key();
        for (String service : SERVICES) {
            sources.add(new Source(service, "sources/" + service + "-" + uuid(), key()));
        }
    }

    /// One run of one service, which follows one subject after another.
    static final class Source {
        private final String service;
        private final String name;
        private final SigningKey key;
        private final Map<String, Long> subjects = new HashMap<>();
        private long number;

        private Source(String service, String name, SigningKey key) {
            this.service = service;
            this.name = name;
            this.key = key;
        }

        SigningKey key() {
            return key;
        }

        String name() {
            return name;
        }
    }

    SigningKey logKey() {
        return logKey;
    }

    Source sourceOf(SealedRecord leaf) {
        return sources.stream()
                .filter(source -> source.name.equals(leaf.record().source()))
                .findFirst()
                .orElseThrow();
    }

    /// All that are left.
    List<SealedRecord> rest() {
        List<SealedRecord> all = new ArrayList<>();
        forEachRemaining(all::add);
        return all;
    }

    @Override
    public boolean hasNext() {
        return made < count || !sealed.isEmpty();
    }

    @Override
    public SealedRecord next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (sealed.isEmpty()) {
            round();
        }
        return sealed.removeFirst();
    }

    private void round() {
        List<Source> writers = new ArrayList<>();
        Map<Source, List<AuditRecord>> written = new HashMap<>();
        for (int i = 0; i < RECORDS_OF_A_ROUND && made < count; i++) {
            Source source =
                    made < sources.size() ? sources.get((int) made) : sources.get(random.nextInt(sources.size()));
            made++;
            writers.add(source);
            written.computeIfAbsent(source, _ -> new ArrayList<>()).add(act(source));
        }
        Map<Source, Iterator<SealedRecord>> leaves = new HashMap<>();
        written.forEach(
                (source, records) -> leaves.put(source, seal(source, records).iterator()));
        writers.forEach(
                source -> sealed.add(Objects.requireNonNull(leaves.get(source)).next()));
    }

    private List<SealedRecord> seal(Source source, List<AuditRecord> records) {
        return together
                ? SealedRecord.sealAll(records, source.key)
                : records.stream()
                        .map(record -> SealedRecord.seal(record, source.key))
                        .toList();
    }

    private AuditRecord act(Source source) {
        return source.number == 0
                ? record(
                        source,
                        AuditRecord.SOURCE_OPENED,
                        source.name,
                        Json.fields()
                                .with("public_key", source.key.verifyingKey().base64()))
                : record(source, "generation.finished", subject(source), facts());
    }

    /// One more record of a source, in the order of its numbers.
    private AuditRecord record(Source source, String action, String subject, Json.Fields facts) {
        Instant time = START.plusMillis(made);
        TreeMap<String, Digest> digests = new TreeMap<>();
        digests.put("model", BUILD);
        digests.put("policy", Digest.of(new byte[] {2}));
        long subjectNumber = source.subjects.merge(subject, 1L, Long::sum);
        if (subjectNumber == RECORDS_OF_A_SUBJECT) {
            source.subjects.remove(subject);
        }
        AuditEvent event = new AuditEvent(
                uuid(),
                new AuditEvent.Writer(source.service, BUILD),
                new AuditEvent.Act(action, "demo", "users/operator", "request-" + made),
                new AuditEvent.Subject(subject, subjectNumber, "", ""),
                new AuditEvent.Times(time, time),
                digests,
                facts);
        return new AuditRecord(source.name, ++source.number, event);
    }

    private String subject(Source source) {
        return source.subjects.keySet().stream()
                .filter(name -> name.startsWith("generations/"))
                .findFirst()
                .orElseGet(() -> "generations/" + uuid());
    }

    private Json.Fields facts() {
        return Json.fields()
                .with("commitment", "hmac-sha256:" + "ab".repeat(32))
                .with("finish_reason", "stop")
                .with("released_units", Integer.toString(random.nextInt(4_000)));
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private SigningKey key() {
        return SigningKey.ofSeed(ByteBuffer.allocate(32)
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .array());
    }
}
