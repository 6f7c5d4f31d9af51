package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import revontuli.safety.ledger.Head;
import revontuli.safety.ledger.Log;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// The log in `audit_record`, its head in the one row of `audit_head`.
@ApplicationScoped
class JdbcLog implements Log {
    private static final String INSERT = """
            insert into audit_record (index, leaf, leaf_hash, source, number, service, tenant, actor, action, subject,
                                      model, model_digest, job, request, event_time, recorded_time, digests)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)""";

    private static final String LEAVES = """
            select leaf from (
                select index, leaf, sum(octet_length(leaf)) over (order by index) - octet_length(leaf) as bytes_before
                from (select index, leaf from audit_record where index >= ? and index < ? order by index limit ?) as p
            ) as sized where bytes_before < ? order by index""";

    private static final int MESSAGE_LEAVES_MAX = 256;
    private static final int MESSAGE_BYTES_MAX = 1024 * 1024;

    private final Database database;

    JdbcLog(Database database) {
        this.database = database;
    }

    @Override
    public Head lockHead() {
        return database.find("select size, nodes from audit_head for update", JdbcLog::head)
                .orElseThrow(JdbcLog::noHead);
    }

    @Override
    public Head head() {
        return database.find("select size, nodes from audit_head", JdbcLog::head)
                .orElseThrow(JdbcLog::noHead);
    }

    @Override
    public void append(SealedRecord leaf, Head before, Head after) {
        AuditRecord record = leaf.record();
        AuditEvent event = record.event();
        database.update(
                INSERT,
                before.size(),
                leaf.leaf(),
                leaf.leafHash().value(),
                record.source(),
                record.number(),
                event.writer().service(),
                event.act().tenant(),
                event.act().actor(),
                event.act().action(),
                event.subject().name(),
                About.model(event),
                About.modelDigest(event),
                About.job(event),
                event.act().request(),
                Database.time(event.times().event()),
                Database.time(event.times().recorded()),
                digests(event));
        int moved = database.update(
                "update audit_head set size = ?, nodes = ? where size = ?", after.size(), nodes(after), before.size());
        if (moved != 1) {
            throw new IllegalStateException("the head of the log moved while it was held");
        }
    }

    @Override
    public Optional<byte[]> leaf(String source, long number) {
        return database.find(
                "select leaf from audit_record where source = ? and number = ?",
                row -> row.getBytes("leaf"),
                source,
                number);
    }

    @Override
    public List<byte[]> leaves(long from, long end) {
        return database.query(
                LEAVES, row -> row.getBytes("leaf"), List.of(from, end, MESSAGE_LEAVES_MAX, MESSAGE_BYTES_MAX));
    }

    private static Head head(ResultSet row) throws SQLException {
        byte[] bytes = row.getBytes("nodes");
        List<Digest> nodes = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += Digest.BYTES) {
            nodes.add(Digest.ofValue(Arrays.copyOfRange(bytes, at, at + Digest.BYTES)));
        }
        return new Head(row.getLong("size"), nodes);
    }

    private static byte[] nodes(Head head) {
        byte[] bytes = new byte[head.nodes().size() * Digest.BYTES];
        for (int i = 0; i < head.nodes().size(); i++) {
            System.arraycopy(head.nodes().get(i).value(), 0, bytes, i * Digest.BYTES, Digest.BYTES);
        }
        return bytes;
    }

    private static String digests(AuditEvent event) {
        TreeMap<String, String> texts = new TreeMap<>();
        event.digests().forEach((role, digest) -> texts.put(role, digest.toString()));
        return CanonicalJson.text(Json.Fields.ofTexts(texts));
    }

    private static IllegalStateException noHead() {
        return new IllegalStateException("the table audit_head has lost its row");
    }
}
