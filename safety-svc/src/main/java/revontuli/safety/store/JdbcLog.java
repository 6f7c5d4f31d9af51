package revontuli.safety.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.failpoint.SeededBug;
import revontuli.safety.ledger.FullTile;
import revontuli.safety.ledger.Head;
import revontuli.safety.ledger.Log;
import revontuli.safety.ledger.Stage;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.TilePath;
import revontuli.transparency.merkle.Tiles;
import revontuli.transparency.record.PrunedLeaf;

/// The log in `audit_record`, its head in the one row of `audit_head`, its full tiles in `audit_tile`.
@ApplicationScoped
class JdbcLog implements Log {
    private static final String MOVE = """
            with claimed as (delete from audit_staged where position = any(?) returning *)
            insert into audit_record (index, leaf, leaf_hash, source, number, service, tenant, actor, action, subject,
                                      model, model_digest, job, request, event_time, recorded_time, digests)
            select ? + place.at - 1, leaf, leaf_hash, source, number, service, tenant, actor, action, subject,
                   model, model_digest, job, request, event_time, recorded_time, digests
            from claimed join unnest(?::bigint[]) with ordinality as place (position, at) using (position)
            order by place.at""";

    /// Of the records and of what is left of pruned ones.
    private static final String LEAVES = """
            select * from (
                select *, sum(bytes) over (order by index) - bytes as bytes_before
                from ((select index, leaf, octet_length(leaf) as bytes, null::bytea as leaf_hash, null as source,
                              null::bigint as number, null::bytea as subject_digest, null::bigint as subject_number,
                              null as pruning
                       from audit_record where index >= ? and index < ? order by index limit ?)
                      union all
                      (select index, null, 512, leaf_hash, source, number, subject_digest, subject_number, pruning
                       from audit_pruned where index >= ? and index < ? order by index limit ?)
                      order by index limit ?) as p
            ) as sized where bytes_before < ? order by index""";

    private static final String LEAF_HASHES = """
            select index, leaf_hash as hash from audit_record where index >= ? and index < ?
            union all select index, leaf_hash from audit_pruned where index >= ? and index < ? order by index""";
    private static final String TILE = "select hashes from audit_tile where level = 0 and index = ?";
    private static final String TILE_ROOTS =
            "select root as hash from audit_tile where level = ? and index >= ? and index < ? order by index";

    private static final int MESSAGE_LEAVES_MAX = 256;
    private static final int MESSAGE_BYTES_MAX = 1024 * 1024;

    private final Database database;

    JdbcLog(Database database) {
        this.database = database;
    }

    @Override
    public Head head() {
        return database.find("select size, nodes from audit_head", JdbcLog::head)
                .orElseThrow(JdbcLog::noHead);
    }

    @Override
    public long beginTerm() {
        return database.find("update audit_head set term = term + 1 returning term", row -> row.getLong("term"))
                .orElseThrow(JdbcLog::noHead);
    }

    @Override
    public Head lockHead(long term) {
        if (SeededBug.SEQUENCER_IGNORES_TERM.isOn()) {
            return head();
        }
        return database.find("select size, nodes from audit_head where term = ? for update", JdbcLog::head, term)
                .orElseThrow(() -> new TermOver(term));
    }

    @Override
    public void move(List<Stage.Waiting> records, Head before, Head after, List<FullTile> filled) {
        Database.ArrayOf positions = new Database.ArrayOf(
                "bigint", records.stream().map(Stage.Waiting::position).toArray(Long[]::new));
        int moved = database.update(MOVE, positions, before.size(), positions);
        if (moved != records.size()) {
            throw new IllegalStateException(
                    moved + " records moved into the log, not " + records.size() + ": somebody else claimed them");
        }
        Failpoint.SEQUENCER_LEAVES_WRITTEN.reach();
        filled.forEach(this::write);
        int grown = database.update(
                "update audit_head set size = ?, nodes = ? where size = ?", after.size(), nodes(after), before.size());
        if (grown != 1) {
            throw new IllegalStateException("the head of the log moved while it was held");
        }
    }

    private void write(FullTile tile) {
        database.update(
                "insert into audit_tile (level, index, hashes, root) values (?, ?, ?, ?)",
                tile.level(),
                tile.index(),
                Tiles.bytes(tile.hashes()),
                tile.root().value());
        Failpoint.SEQUENCER_TILE_WRITTEN.reach();
    }

    @Override
    public List<byte[]> leaves(long from, long end) {
        int most = MESSAGE_LEAVES_MAX;
        return database.query(
                LEAVES, JdbcLog::line, List.of(from, end, most, from, end, most, most, MESSAGE_BYTES_MAX));
    }

    private static byte[] line(ResultSet row) throws SQLException {
        byte[] leaf = row.getBytes("leaf");
        return leaf == null ? PrunedRow.read(row).line() : leaf;
    }

    @Override
    public Optional<PrunedLeaf> pruned(long index) {
        return database.find(
                "select " + PrunedRow.COLUMNS + " from audit_pruned where index = ?", PrunedRow::read, index);
    }

    @Override
    public boolean awaitsPruningsRecord() {
        return database.find("""
                        select p.pruning from audit_pruning p where not exists
                            (select from audit_record r where r.subject = p.pruning and r.action = ?) limit 1""", row -> row.getString("pruning"), PrunedLeaf.ACTION)
                .isPresent();
    }

    @Override
    public List<Digest> hashes(TilePath tile) {
        long from = tile.index() * TilePath.FULL;
        long end = from + tile.width();
        List<Digest> hashes = tile.level() == 0
                ? leafHashes(tile, from, end)
                : database.query(TILE_ROOTS, JdbcLog::hash, List.of(tile.level() - 1, from, end));
        if (hashes.size() != tile.width()) {
            throw new IllegalStateException("the log has lost hashes of " + tile);
        }
        return hashes;
    }

    /// Out of the full tile where there is one: one row instead of 256.
    private List<Digest> leafHashes(TilePath tile, long from, long end) {
        return database.find(TILE, row -> Tiles.parse(row.getBytes("hashes")), tile.index())
                .map(full -> full.subList(0, tile.width()))
                .orElseGet(() -> database.query(LEAF_HASHES, JdbcLog::hash, List.of(from, end, from, end)));
    }

    private static Digest hash(ResultSet row) throws SQLException {
        return Digest.ofValue(row.getBytes("hash"));
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

    private static IllegalStateException noHead() {
        return new IllegalStateException("the table audit_head has lost its row");
    }
}
