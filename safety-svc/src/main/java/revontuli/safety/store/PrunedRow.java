package revontuli.safety.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.record.PrunedLeaf;

/// A row of `audit_pruned`.
final class PrunedRow {
    static final String COLUMNS =
            "index, leaf_hash, source, number, subject_digest, subject_number, leaf_bytes, pruning";

    private PrunedRow() {}

    static PrunedLeaf read(ResultSet row) throws SQLException {
        return new PrunedLeaf(
                Digest.ofValue(row.getBytes("leaf_hash")),
                row.getString("source"),
                row.getLong("number"),
                Digest.ofValue(row.getBytes("subject_digest")),
                row.getLong("subject_number"),
                row.getString("pruning"));
    }
}
