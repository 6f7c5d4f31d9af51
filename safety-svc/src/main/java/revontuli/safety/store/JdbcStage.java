package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import revontuli.platform.failpoint.SeededBug;
import revontuli.safety.ledger.SequencerLoop.Bell;
import revontuli.safety.ledger.Stage;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.SealedRecord;

/// The stage in `audit_staged`, a whole poll's records in one statement.
@ApplicationScoped
class JdbcStage implements Stage {
    private static final String INSERT = """
            insert into audit_staged (leaf, leaf_hash, source, number, service, tenant, actor, action, subject,
                                      model, model_digest, job, request, event_time, recorded_time, digests)
            select * from unnest(?::bytea[], ?::bytea[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[],
                                 ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[],
                                 ?::timestamptz[], ?::jsonb[])""";

    private static final String LEAF = """
            select leaf from audit_record where source = ? and number = ?
            union all select leaf from audit_staged where source = ? and number = ?""";

    private final Database database;
    private final Bell bell;
    private final TransactionSynchronizationRegistry transactions;

    JdbcStage(Database database, Bell bell, TransactionSynchronizationRegistry transactions) {
        this.database = database;
        this.bell = bell;
        this.transactions = transactions;
    }

    @Override
    public void add(List<SealedRecord> leaves) {
        if (leaves.isEmpty()) {
            return;
        }
        Columns columns = new Columns(leaves);
        database.update(
                INSERT,
                new Database.ArrayOf("bytea", columns.of(SealedRecord::leaf, byte[][]::new)),
                new Database.ArrayOf("bytea", columns.of(leaf -> leaf.leafHash().value(), byte[][]::new)),
                columns.texts(leaf -> leaf.record().source()),
                new Database.ArrayOf("bigint", columns.of(leaf -> leaf.record().number(), Long[]::new)),
                columns.eventTexts(event -> event.writer().service()),
                columns.eventTexts(event -> event.act().tenant()),
                columns.eventTexts(event -> event.act().actor()),
                columns.eventTexts(event -> event.act().action()),
                columns.eventTexts(event -> event.subject().name()),
                columns.eventTexts(About::model),
                columns.eventTexts(About::modelDigest),
                columns.eventTexts(About::job),
                columns.eventTexts(event -> event.act().request()),
                columns.eventTexts(event -> time(event.times().event())),
                columns.eventTexts(event -> time(event.times().recorded())),
                columns.eventTexts(JdbcStage::digests));
        ringAfterCommit();
    }

    @Override
    public Optional<byte[]> leaf(String source, long number) {
        return database.find(LEAF, row -> row.getBytes("leaf"), source, number, source, number);
    }

    @Override
    public List<Waiting> waiting(int count) {
        List<Waiting> waiting = database.query(
                "select position, leaf_hash from audit_staged order by position limit ?",
                row -> new Waiting(row.getLong("position"), Digest.ofValue(row.getBytes("leaf_hash"))),
                List.of(count));
        if (SeededBug.SEQUENCER_DROPS_A_LEAF.isOn() && !waiting.isEmpty()) {
            database.update(
                    "delete from audit_staged where position = ?",
                    waiting.getLast().position());
            return List.copyOf(waiting.subList(0, waiting.size() - 1));
        }
        return waiting;
    }

    private void ringAfterCommit() {
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {}

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    bell.ring();
                }
            }
        });
    }

    private record Columns(List<SealedRecord> leaves) {
        <T> T[] of(Function<SealedRecord, T> value, java.util.function.IntFunction<T[]> array) {
            return leaves.stream().map(value).toArray(array);
        }

        Database.ArrayOf texts(Function<SealedRecord, String> value) {
            return new Database.ArrayOf("text", of(value, String[]::new));
        }

        Database.ArrayOf eventTexts(Function<AuditEvent, String> value) {
            return texts(leaf -> value.apply(leaf.record().event()));
        }
    }

    private static String time(Instant time) {
        return Database.time(time).toString();
    }

    private static String digests(AuditEvent event) {
        TreeMap<String, String> texts = new TreeMap<>();
        event.digests().forEach((role, digest) -> texts.put(role, digest.toString()));
        return CanonicalJson.text(Json.Fields.ofTexts(texts));
    }
}
