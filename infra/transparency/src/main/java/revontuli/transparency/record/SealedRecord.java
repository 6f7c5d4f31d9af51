package revontuli.transparency.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.MerkleTree;

/// A leaf of the log: `{"record":<record bytes>,"signature":"<base64>"}`, where the signature is over the record bytes.
///
/// The record bytes are always a slice of the leaf; they are never written anew, so that what was signed, what is
/// stored and what is hashed cannot drift apart.
public final class SealedRecord {
    /// Longest leaf: tiles count an entry's bytes with 16 bits.
    public static final int BYTES_MAX = 65_535;

    private static final byte[] HEAD = ascii("{\"record\":");
    private static final byte[] MIDDLE = ascii(",\"signature\":\"");
    private static final byte[] TAIL = ascii("\"}");
    private static final int SIGNATURE_CHARS = 88;
    private static final int BEHIND_RECORD = MIDDLE.length + SIGNATURE_CHARS + TAIL.length;

    private final byte[] leaf;
    private final AuditRecord record;
    private final byte[] signature;

    private SealedRecord(byte[] leaf, AuditRecord record, byte[] signature) {
        this.leaf = leaf;
        this.record = record;
        this.signature = signature;
    }

    /// Signs a record with the key of its source.
    public static SealedRecord seal(AuditRecord record, SigningKey sourceKey) {
        byte[] recordBytes = record.bytes();
        byte[] signature = sourceKey.sign(recordBytes);
        byte[] leaf = join(HEAD, recordBytes, MIDDLE, ascii(StrictBase64.encode(signature)), TAIL);
        if (leaf.length > BYTES_MAX) {
            throw new MalformedException("a leaf may have " + BYTES_MAX + " bytes, not " + leaf.length);
        }
        return new SealedRecord(leaf, record, signature);
    }

    /// Reads a leaf. That it is well formed does not mean that the right key signed it: see [#isSignedBy].
    public static SealedRecord parse(byte[] leaf) {
        if (leaf.length > BYTES_MAX) {
            throw new MalformedException("a leaf may have " + BYTES_MAX + " bytes, not " + leaf.length);
        }
        int recordEnd = leaf.length - BEHIND_RECORD;
        int signatureAt = recordEnd + MIDDLE.length;
        if (recordEnd <= HEAD.length
                || !hasAt(leaf, 0, HEAD)
                || !hasAt(leaf, recordEnd, MIDDLE)
                || !hasAt(leaf, leaf.length - TAIL.length, TAIL)) {
            throw new MalformedException("a leaf must be {\"record\":...,\"signature\":\"<88 characters>\"}");
        }
        String base64 = new String(leaf, signatureAt, SIGNATURE_CHARS, StandardCharsets.ISO_8859_1);
        byte[] signature = StrictBase64.decode("the leaf's signature", base64);
        if (signature.length != VerifyingKey.SIGNATURE_BYTES) {
            throw new MalformedException("the leaf's signature must be 64 bytes");
        }
        AuditRecord record = AuditRecord.parse(Arrays.copyOfRange(leaf, HEAD.length, recordEnd));
        return new SealedRecord(leaf.clone(), record, signature);
    }

    public AuditRecord record() {
        return record;
    }

    /// The exact bytes of the leaf; a copy.
    public byte[] leaf() {
        return leaf.clone();
    }

    /// The exact bytes that were signed, cut out of the leaf.
    public byte[] recordBytes() {
        return Arrays.copyOfRange(leaf, HEAD.length, leaf.length - BEHIND_RECORD);
    }

    public byte[] signature() {
        return signature.clone();
    }

    public Digest leafHash() {
        return MerkleTree.leafHash(leaf);
    }

    public boolean isSignedBy(VerifyingKey sourceKey) {
        return sourceKey.verifies(recordBytes(), signature);
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

    private static boolean hasAt(byte[] in, int at, byte[] part) {
        return Arrays.equals(in, at, at + part.length, part, 0, part.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
