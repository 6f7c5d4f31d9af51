package revontuli.transparency.merkle;

import java.util.ArrayList;
import java.util.List;
import revontuli.transparency.crypto.Digest;

/// The RFC 6962 tree over a growing list of leaves, held as its compact range: one node per one-bit of the size,
/// largest first. Appending and the root cost O(log n). Not thread-safe.
public final class MerkleTree {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private static final byte[] NOTHING = {};

    private final List<Digest> range;
    private long size;

    public MerkleTree() {
        this(0, List.of());
    }

    /// Goes on from what [#size] and [#range] said earlier.
    public MerkleTree(long size, List<Digest> range) {
        if (size < 0 || Long.bitCount(size) != range.size()) {
            throw new IllegalArgumentException("a tree of size " + size + " has " + Long.bitCount(size)
                    + " nodes in its range, not " + range.size());
        }
        this.size = size;
        this.range = new ArrayList<>(range);
    }

    /// SHA-256(0x00 || leaf bytes).
    public static Digest leafHash(byte[] leaf) {
        return leafHash(leaf, 0, leaf.length);
    }

    /// As above, of a leaf that is a part of these bytes.
    public static Digest leafHash(byte[] bytes, int from, int to) {
        return Digest.ofPart(LEAF, bytes, from, to);
    }

    /// SHA-256(0x01 || left || right).
    public static Digest nodeHash(Digest left, Digest right) {
        return Digest.ofPair(NODE, left, right);
    }

    /// Appends a leaf by its hash and returns its index.
    public long append(Digest leafHash) {
        Digest node = leafHash;
        for (long rest = size; (rest & 1) == 1; rest >>= 1) {
            node = nodeHash(range.removeLast(), node);
        }
        range.addLast(node);
        return size++;
    }

    public long size() {
        return size;
    }

    /// The nodes to keep so that the tree can go on after a restart.
    public List<Digest> range() {
        return List.copyOf(range);
    }

    /// The tree head; of the empty tree, SHA-256 of nothing.
    public Digest root() {
        if (range.isEmpty()) {
            return Digest.of(NOTHING);
        }
        Digest root = range.getLast();
        for (int i = range.size() - 2; i >= 0; i--) {
            root = nodeHash(range.get(i), root);
        }
        return root;
    }
}
