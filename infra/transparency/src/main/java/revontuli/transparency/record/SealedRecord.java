package revontuli.transparency.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.merkle.MerkleTree;

/// A leaf of the log: `{"record":<record bytes>,"signature":"<base64>"}`, where the signature is over the record bytes.
///
/// Where a source signed several records at once, the leaf begins with the record's place in that batch:
/// `{"batch":{"index":"2","path":"<base64>","size":"9"},"record":...,"signature":...}`. Then the signature is over
/// `revontuli source batch`, the source, the size and the base64 root, a line each, where the root is that of the RFC
/// 6962 tree over the batch's record bytes, and the path holds the hashes of the inclusion proof. So every leaf still
/// shows alone that its source signed it.
///
/// The record bytes are always a slice of the leaf; they are never written anew, so that what was signed, what is
/// stored and what is hashed cannot drift apart.
public final class SealedRecord {
    /// Longest leaf: tiles count an entry's bytes with 16 bits.
    public static final int BYTES_MAX = 65_535;

    /// Records that [#sealAll] puts under one signature, at most: more would save little and lengthen every leaf.
    static final int SEALED_TOGETHER_MAX = 64;

    private final byte[] leaf;
    private final AuditRecord record;
    private final LeafFrame frame;

    private SealedRecord(byte[] leaf, AuditRecord record, LeafFrame frame) {
        this.leaf = leaf;
        this.record = record;
        this.frame = frame;
    }

    /// Signs a record with the key of its source.
    public static SealedRecord seal(AuditRecord record, SigningKey sourceKey) {
        byte[] recordBytes = record.bytes();
        return sealed(record, LeafFrame.alone(recordBytes, sourceKey.sign(recordBytes)));
    }

    /// Signs records of one source with its key, one signature for up to 64 of them; a single one as [#seal] does.
    public static List<SealedRecord> sealAll(List<AuditRecord> records, SigningKey sourceKey) {
        List<SealedRecord> sealed = new ArrayList<>(records.size());
        for (int from = 0; from < records.size(); from += SEALED_TOGETHER_MAX) {
            List<AuditRecord> batch = records.subList(from, Math.min(records.size(), from + SEALED_TOGETHER_MAX));
            if (batch.size() == 1) {
                sealed.add(seal(batch.getFirst(), sourceKey));
            } else {
                sealBatch(batch, sourceKey, sealed);
            }
        }
        return List.copyOf(sealed);
    }

    private static void sealBatch(List<AuditRecord> batch, SigningKey sourceKey, List<SealedRecord> sealed) {
        String source = batch.getFirst().source();
        if (batch.stream().anyMatch(record -> !record.source().equals(source))) {
            throw new IllegalArgumentException("one signature covers records of one source");
        }
        List<byte[]> records = batch.stream().map(AuditRecord::bytes).toList();
        LeafFrame.Tree tree = LeafFrame.Tree.over(records);
        byte[] signature = sourceKey.sign(LeafFrame.statement(source, batch.size(), tree.root()));
        for (int i = 0; i < batch.size(); i++) {
            byte[] leaf = LeafFrame.inBatch(
                    records.get(i), i, batch.size(), tree.paths().get(i), signature);
            sealed.add(sealed(batch.get(i), leaf));
        }
    }

    private static SealedRecord sealed(AuditRecord record, byte[] leaf) {
        return new SealedRecord(leaf, record, LeafFrame.parse(leaf));
    }

    /// Reads a leaf. That it is well formed does not mean that the right key signed it: see [#isSignedBy].
    public static SealedRecord parse(byte[] leaf) {
        LeafFrame frame = LeafFrame.parse(leaf);
        return new SealedRecord(leaf.clone(), AuditRecord.parse(frame.record(leaf)), frame);
    }

    public AuditRecord record() {
        return record;
    }

    /// The exact bytes of the leaf; a copy.
    public byte[] leaf() {
        return leaf.clone();
    }

    /// The exact bytes of the record, cut out of the leaf.
    public byte[] recordBytes() {
        return frame.record(leaf);
    }

    /// What the source signed: the record bytes, or the statement about the batch that holds them.
    public byte[] signedBytes() {
        return frame.signed(leaf, record.source());
    }

    public byte[] signature() {
        return frame.signature().clone();
    }

    public Digest leafHash() {
        return MerkleTree.leafHash(leaf);
    }

    public boolean isSignedBy(VerifyingKey sourceKey) {
        return sourceKey.verifies(signedBytes(), frame.signature());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealedRecord that && Arrays.equals(leaf, that.leaf);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(leaf);
    }

    @Override
    public String toString() {
        return record.source() + " number " + record.number() + " ("
                + record.event().act().action() + ")";
    }
}
