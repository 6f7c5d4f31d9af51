package revontuli.transparency.export;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.LeafView;
import revontuli.transparency.record.PrunedLeaf;

/// Holds what was pruned against what the log says was pruned: every pruned leaf belongs to a pruning whose signed
/// record names exactly its leaves, so that nobody can take other bytes away and call it a pruning.
///
/// Memory grows with the number of prunings, not with that of pruned leaves.
final class Prunings {
    private static final class Pruning {
        private long firstLeaf = -1;
        private long leaves;
        private Digest digest = PrunedLeaf.START;
        private long announcedAt = -1;
        private long saidLeaves;
        private @Nullable Digest saidDigest;

        private boolean isAsAnnounced() {
            return announcedAt >= 0 && saidLeaves == leaves && Objects.equals(digest, saidDigest);
        }
    }

    private final Map<String, Pruning> prunings = new LinkedHashMap<>();
    private long leaves;

    void follow(long index, PrunedLeaf leaf) {
        Pruning pruning = prunings.computeIfAbsent(leaf.pruning(), _ -> new Pruning());
        pruning.firstLeaf = pruning.firstLeaf < 0 ? index : pruning.firstLeaf;
        pruning.leaves++;
        pruning.digest = leaf.next(pruning.digest);
        leaves++;
    }

    void follow(long index, LeafView leaf) throws BadExportException {
        if (!leaf.head().action().equals(PrunedLeaf.ACTION)) {
            return;
        }
        AuditRecord record = leaf.record();
        Pruning pruning = prunings.computeIfAbsent(record.event().subject().name(), _ -> new Pruning());
        try {
            if (pruning.announcedAt >= 0) {
                throw new MalformedException("it was announced before, by leaf " + pruning.announcedAt);
            }
            pruning.saidLeaves =
                    Json.parseNumber(PrunedLeaf.RECORDS, record.event().facts().text(PrunedLeaf.RECORDS));
            pruning.saidDigest = record.event().digests().get(PrunedLeaf.LEAVES);
            pruning.announcedAt = index;
        } catch (MalformedException e) {
            throw new BadExportException(
                    Reason.PRUNING_DISAGREES,
                    index,
                    record.event().subject().name() + " is not announced as it must be: " + e.getMessage());
        }
    }

    /// Said after all leaves were read: a pruning may be announced long before or behind its leaves.
    void check() throws BadExportException {
        BadExportException first = null;
        for (Map.Entry<String, Pruning> each : prunings.entrySet()) {
            Pruning pruning = each.getValue();
            if (pruning.isAsAnnounced()) {
                continue;
            }
            long index = pruning.firstLeaf < 0 ? pruning.announcedAt : pruning.firstLeaf;
            if (first == null || index < first.index()) {
                first = new BadExportException(Reason.PRUNING_DISAGREES, index, sentence(each.getKey(), pruning));
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private static String sentence(String name, Pruning pruning) {
        return pruning.announcedAt < 0
                ? "leaves are missing as pruned by " + name + ", which no record of this export announces: bytes were"
                        + " taken away, or the export was made while they were pruned (make it anew)"
                : name + " announced " + pruning.saidLeaves + " leaves, of which not exactly those are missing";
    }

    /// How many leaves were pruned.
    long leaves() {
        return leaves;
    }

    /// How many prunings there were.
    int size() {
        return prunings.size();
    }
}
