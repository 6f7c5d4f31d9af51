package revontuli.safety.ledger;

import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.MerkleProofs;
import revontuli.transparency.merkle.Tiles;
import revontuli.transparency.merkle.TlogProof;

/// Proofs out of the log's tiles, for whoever may see the record.
public final class Proofs {
    private static final byte[] NO_EXTRA = {};

    private final AuditQueries queries;
    private final Log log;
    private final Checkpoints checkpoints;
    private final Publisher publisher;
    private final UnitOfWork unit;

    public Proofs(AuditQueries queries, Log log, Checkpoints checkpoints, Publisher publisher, UnitOfWork unit) {
        this.queries = queries;
        this.log = log;
        this.checkpoints = checkpoints;
        this.publisher = publisher;
        this.unit = unit;
    }

    /// That a leaf is in the tree of a size.
    ///
    /// @param bundle the same as a file, where a checkpoint over this size is kept
    public record Inclusion(long index, long size, List<Digest> hashes, Optional<TlogProof> bundle) {}

    /// That a tree only added to an older one.
    public record Consistency(long oldSize, long size, List<Digest> hashes) {}

    /// Proves that a record is in the log, to a caller who may see it.
    ///
    /// @param size tree that is asked for; 0 for the newest checkpoint's, which is made now if none covers the leaf
    /// yet
    public Inclusion inclusion(Caller caller, long index, long size) {
        return unit.run(() -> {
            queries.requirePlace(
                    caller, index); // a record that the caller may not see does not exist, nor does its proof
            long grown = log.head().size();
            if (size != 0 && (size <= index || size > grown)) {
                throw Fault.invalid(
                        "BAD_TREE_SIZE",
                        "size",
                        "must be 0, or " + (index + 1) + " to " + grown + ", the size of the log");
            }
            Optional<Checkpoints.Kept> kept =
                    size == 0 ? Optional.of(publisher.covering(index + 1)) : checkpoints.at(size);
            long tree = kept.map(Checkpoints.Kept::size).orElse(size);
            List<Digest> hashes = MerkleProofs.inclusion(index, tree, Tiles.roots(tree, log));
            return new Inclusion(
                    index, tree, hashes, kept.map(found -> new TlogProof(NO_EXTRA, index, hashes, found.note())));
        });
    }

    /// Proves that the log only added to what it was.
    ///
    /// @param size newer tree; 0 for the newest checkpoint's
    public Consistency consistency(long oldSize, long size) {
        return unit.run(() -> {
            long grown = log.head().size();
            if (oldSize < 1 || oldSize > grown) {
                throw Fault.invalid("BAD_TREE_SIZE", "old_size", "must be 1 to " + grown + ", the size of the log");
            }
            if (size != 0 && (size < oldSize || size > grown)) {
                throw Fault.invalid(
                        "BAD_TREE_SIZE",
                        "new_size",
                        "must be 0, or " + oldSize + " to " + grown + ", the size of the log");
            }
            long tree = size == 0 ? publisher.covering(oldSize).size() : size;
            return new Consistency(oldSize, tree, MerkleProofs.consistency(oldSize, tree, Tiles.roots(tree, log)));
        });
    }
}
