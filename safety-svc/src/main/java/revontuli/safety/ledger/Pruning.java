package revontuli.safety.ledger;

import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.record.PrunedLeaf;

/// Takes records away whose retention is over. Their places, hashes, tiles and checkpoints stay; a record of the
/// pruning names exactly the leaves, in the same commit, so that a verifier tells a pruning from a theft.
public final class Pruning {
    /// Records of one pruning, at most: they are one commit.
    public static final int RECORDS_MAX = 10_000;

    private static final int KEEP_DAYS_MAX = 36_500;

    private final Pruned pruned;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public Pruning(Pruned pruned, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.pruned = pruned;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// What was pruned, or could be.
    ///
    /// @param name `prunings/{pruning}`, the subject of the record
    /// @param more whether further records could be pruned now
    public record Outcome(String name, Pruned.Due found, boolean more) {}

    /// Counts what could be pruned; takes nothing away.
    ///
    /// @param keepDays records younger than this stay, whatever their class; 0 for what the classes say
    public Outcome look(Caller auditor, int keepDays) {
        check("keep_days", keepDays, KEEP_DAYS_MAX);
        return unit.run(() -> {
            Pruned.Due due = pruned.due(keepDays);
            String name = name();
            audit.append(entry(auditor, "ledger.pruning_tried", name, due, keepDays)
                    .fact("held", Long.toString(due.held())));
            return new Outcome(name, due, due.records() > 0);
        });
    }

    /// Prunes the oldest due records.
    ///
    /// @param count at most so many; 0 for [#RECORDS_MAX]
    public Outcome prune(Caller auditor, int keepDays, int count) {
        check("keep_days", keepDays, KEEP_DAYS_MAX);
        check("max_records", count, RECORDS_MAX);
        return unit.run(() -> {
            String name = name();
            List<Pruned.Gone> gone = pruned.prune(name, keepDays, count == 0 ? RECORDS_MAX : count);
            Digest digest = PrunedLeaf.START;
            for (Pruned.Gone each : gone) {
                digest = each.leaf().next(digest);
            }
            Pruned.Due found = sum(gone);
            audit.append(
                    entry(auditor, PrunedLeaf.ACTION, name, found, keepDays).digest(PrunedLeaf.LEAVES, digest));
            return new Outcome(name, found, !gone.isEmpty() && pruned.isAnyDue(keepDays));
        });
    }

    private static Pruned.Due sum(List<Pruned.Gone> gone) {
        if (gone.isEmpty()) {
            return new Pruned.Due(0, 0, 0, 0, 0);
        }
        long bytes = gone.stream().mapToLong(Pruned.Gone::leafBytes).sum();
        return new Pruned.Due(
                gone.size(), bytes, gone.getFirst().index(), gone.getLast().index(), 0);
    }

    private AuditEntry entry(Caller auditor, String action, String name, Pruned.Due found, int keepDays) {
        return AuditEntry.of(auditor, action, name, clock.instant())
                .fact(PrunedLeaf.RECORDS, Long.toString(found.records()))
                .fact("leaf_bytes", Long.toString(found.leafBytes()))
                .fact("first_index", Long.toString(found.first()))
                .fact("last_index", Long.toString(found.last()))
                .fact("keep_days", Integer.toString(keepDays));
    }

    private static String name() {
        return "prunings/" + UUID.randomUUID();
    }

    private static void check(String field, int value, int max) {
        if (value < 0 || value > max) {
            throw Fault.invalid("BAD_PRUNING", field, "must be 0 to " + max);
        }
    }
}
