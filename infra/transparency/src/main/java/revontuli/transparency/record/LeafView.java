package revontuli.transparency.record;

import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.MerkleTree;

/// A leaf as a verifier reads it: as strictly as [SealedRecord#parse], without building what only few leaves are asked
/// for. Takes the array as it is; the caller leaves it alone.
public final class LeafView {
    private final byte[] leaf;
    private final LeafFrame frame;
    private final LeafHead head;

    private LeafView(byte[] leaf, LeafFrame frame, LeafHead head) {
        this.leaf = leaf;
        this.frame = frame;
        this.head = head;
    }

    /// Reads a leaf; refuses what [SealedRecord#parse] refuses, in its words.
    public static LeafView read(byte[] leaf) {
        LeafFrame frame = LeafFrame.parse(leaf);
        @Nullable LeafHead head = LeafScan.head(leaf, frame.recordFrom(), frame.recordTo());
        return new LeafView(leaf, frame, head == null ? LeafHead.of(AuditRecord.parse(frame.record(leaf))) : head);
    }

    public LeafHead head() {
        return head;
    }

    /// The whole record.
    public AuditRecord record() {
        return AuditRecord.parse(frame.record(leaf));
    }

    /// What the source signed: see [SealedRecord#signedBytes].
    public byte[] signedBytes() {
        return frame.signed(leaf, head.source());
    }

    public byte[] signature() {
        return frame.signature();
    }

    public Digest leafHash() {
        return MerkleTree.leafHash(leaf);
    }
}
