package revontuli.transparency.record;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.MerkleProofs;
import revontuli.transparency.merkle.MerkleTree;

/// What stands around a record in a leaf: its signature and, where one signature covers several records of a source,
/// the record's place among them with the hashes that lead from it to what was signed.
///
/// @param recordFrom where the record begins in the leaf
/// @param recordTo the first byte behind it
/// @param index the record's place in its batch, from 0
/// @param size records in the batch; 1 where the record is signed alone
/// @param path hashes of the batch's tree beside the way from the record to the root; none where it is alone
/// @param signature the 64 bytes
@SuppressWarnings("ArrayRecordComponent")
record LeafFrame(int recordFrom, int recordTo, int index, int size, List<Digest> path, byte[] signature) {
    /// Records under one signature, at most; a reader takes any size up to this.
    static final int BATCH_RECORDS_MAX = 1_024;

    private static final byte[] ALONE = ascii("{\"record\":");
    private static final byte[] IN_BATCH = ascii("{\"batch\":{\"index\":\"");
    private static final byte[] PATH = ascii("\",\"path\":\"");
    private static final byte[] SIZE = ascii("\",\"size\":\"");
    private static final byte[] RECORD = ascii("\"},\"record\":");
    private static final byte[] SIGNATURE = ascii(",\"signature\":\"");
    private static final byte[] TAIL = ascii("\"}");
    private static final int SIGNATURE_CHARS = 88;
    private static final int BEHIND_RECORD = SIGNATURE.length + SIGNATURE_CHARS + TAIL.length;
    private static final int DIGITS_MAX = 4;

    /// Frames a record that is signed alone.
    static byte[] alone(byte[] record, byte[] signature) {
        return join(ALONE, record, SIGNATURE, ascii(StrictBase64.encode(signature)), TAIL);
    }

    /// Frames a record of a batch.
    static byte[] inBatch(byte[] record, int index, int size, List<Digest> path, byte[] signature) {
        return join(
                IN_BATCH,
                ascii(Integer.toString(index)),
                PATH,
                ascii(StrictBase64.encode(join(path.stream().map(Digest::value).toArray(byte[][]::new)))),
                SIZE,
                ascii(Integer.toString(size)),
                RECORD,
                record,
                SIGNATURE,
                ascii(StrictBase64.encode(signature)),
                TAIL);
    }

    /// What a source signs for a batch: never the bytes of a record, which begin with a brace.
    static byte[] statement(String source, int size, Digest root) {
        return ascii(
                "revontuli source batch\n" + source + "\n" + size + "\n" + StrictBase64.encode(root.value()) + "\n");
    }

    static LeafFrame parse(byte[] leaf) {
        if (leaf.length > SealedRecord.BYTES_MAX) {
            throw new MalformedException("a leaf may have " + SealedRecord.BYTES_MAX + " bytes, not " + leaf.length);
        }
        int recordTo = leaf.length - BEHIND_RECORD;
        if (recordTo <= ALONE.length
                || !hasAt(leaf, recordTo, SIGNATURE)
                || !hasAt(leaf, leaf.length - TAIL.length, TAIL)) {
            throw malformed();
        }
        byte[] signature =
                decoded(leaf, recordTo + SIGNATURE.length, leaf.length - TAIL.length, "the leaf's signature");
        if (signature.length != VerifyingKey.SIGNATURE_BYTES) {
            throw new MalformedException("the leaf's signature must be 64 bytes");
        }
        if (hasAt(leaf, 0, ALONE)) {
            return new LeafFrame(ALONE.length, recordTo, 0, 1, List.of(), signature);
        }
        if (!hasAt(leaf, 0, IN_BATCH)) {
            throw malformed();
        }
        return batch(leaf, recordTo, signature);
    }

    private static LeafFrame batch(byte[] leaf, int recordTo, byte[] signature) {
        int indexTo = quote(leaf, IN_BATCH.length, recordTo, DIGITS_MAX);
        int pathFrom = after(leaf, indexTo, recordTo, PATH);
        int pathTo = quote(leaf, pathFrom, recordTo, recordTo);
        int sizeFrom = after(leaf, pathTo, recordTo, SIZE);
        int sizeTo = quote(leaf, sizeFrom, recordTo, DIGITS_MAX);
        int recordFrom = after(leaf, sizeTo, recordTo, RECORD);
        int index = number(leaf, IN_BATCH.length, indexTo);
        int size = number(leaf, sizeFrom, sizeTo);
        if (size < 2 || size > BATCH_RECORDS_MAX || index >= size || recordFrom >= recordTo) {
            throw new MalformedException(
                    "the leaf's batch must have 2 to " + BATCH_RECORDS_MAX + " records, and its index lie in it");
        }
        byte[] hashes = decoded(leaf, pathFrom, pathTo, "the leaf's batch path");
        if (hashes.length % Digest.BYTES != 0 || hashes.length / Digest.BYTES != MerkleProofs.hashes(index, size)) {
            throw new MalformedException(
                    "the leaf's batch path must have the hashes of record " + index + " of " + size);
        }
        List<Digest> path = new ArrayList<>(hashes.length / Digest.BYTES);
        for (int at = 0; at < hashes.length; at += Digest.BYTES) {
            path.add(Digest.ofValue(Arrays.copyOfRange(hashes, at, at + Digest.BYTES)));
        }
        return new LeafFrame(recordFrom, recordTo, index, size, path, signature);
    }

    byte[] record(byte[] leaf) {
        return Arrays.copyOfRange(leaf, recordFrom, recordTo);
    }

    /// The exact bytes that the source signed.
    byte[] signed(byte[] leaf, String source) {
        if (size == 1) {
            return record(leaf);
        }
        Digest root = MerkleProofs.root(MerkleTree.leafHash(leaf, recordFrom, recordTo), index, size, path);
        if (root == null) {
            throw new IllegalStateException("a frame has the hashes of its place");
        }
        return statement(source, size, root);
    }

    private static int after(byte[] leaf, int at, int end, byte[] part) {
        if (at + part.length > end || !hasAt(leaf, at, part)) {
            throw malformed();
        }
        return at + part.length;
    }

    private static int quote(byte[] leaf, int from, int end, int lengthMax) {
        int limit = (int) Math.min(end, (long) from + lengthMax + 1);
        for (int at = from; at < limit; at++) {
            if (leaf[at] == '"') {
                return at;
            }
        }
        throw malformed();
    }

    private static int number(byte[] leaf, int from, int to) {
        int value = 0;
        for (int at = from; at < to; at++) {
            if (leaf[at] < '0' || leaf[at] > '9' || (leaf[at] == '0' && at == from && to - from > 1)) {
                throw malformed();
            }
            value = value * 10 + leaf[at] - '0';
        }
        if (from == to) {
            throw malformed();
        }
        return value;
    }

    private static byte[] decoded(byte[] leaf, int from, int to, String what) {
        return StrictBase64.decode(what, new String(leaf, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private static MalformedException malformed() {
        return new MalformedException(
                "a leaf must be {\"record\":...,\"signature\":\"<88 characters>\"}, before it in a"
                        + " batch {\"batch\":{\"index\":...,\"path\":...,\"size\":...},");
    }

    private static boolean hasAt(byte[] in, int at, byte[] part) {
        return at + part.length <= in.length && Arrays.equals(in, at, at + part.length, part, 0, part.length);
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

    /// The hashes that lead from each record of a batch to its root, and the root.
    record Tree(List<List<Digest>> paths, Digest root) {
        static Tree over(List<byte[]> records) {
            List<Digest> hashes = records.stream().map(MerkleTree::leafHash).toList();
            MerkleProofs.RangeRoot roots = MerkleProofs.remembering(MerkleProofs.over(hashes));
            List<List<Digest>> paths = new ArrayList<>();
            for (int i = 0; i < hashes.size(); i++) {
                paths.add(MerkleProofs.inclusion(i, hashes.size(), roots));
            }
            return new Tree(paths, roots.root(0, hashes.size()));
        }
    }
}
