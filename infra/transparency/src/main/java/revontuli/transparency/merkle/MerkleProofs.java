package revontuli.transparency.merkle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;

/// Inclusion and consistency proofs of RFC 6962 section 2.1 and their verification. A proof is a list of node hashes,
/// leaf side first; it never has more than 63.
public final class MerkleProofs {
    /// More hashes than any honest proof can have.
    public static final int HASHES_MAX = 63;

    private MerkleProofs() {}

    /// The root over the leaves `begin` (inclusive) to `end` (exclusive), `begin < end`. A log that keeps its nodes
    /// answers from them; [#over] computes.
    @FunctionalInterface
    public interface RangeRoot {
        Digest root(long begin, long end);
    }

    /// Range roots over leaf hashes in memory.
    public static RangeRoot over(List<Digest> leafHashes) {
        List<Digest> leaves = List.copyOf(leafHashes);
        return (begin, end) -> {
            MerkleTree tree = new MerkleTree();
            leaves.subList(Math.toIntExact(begin), Math.toIntExact(end)).forEach(tree::append);
            return tree.root();
        };
    }

    /// Computes no range twice; for one use, as it keeps all of them.
    public static RangeRoot remembering(RangeRoot roots) {
        Map<List<Long>, Digest> known = new HashMap<>();
        return (begin, end) -> known.computeIfAbsent(List.of(begin, end), _ -> roots.root(begin, end));
    }

    /// Proves that leaf `index` is in the tree of `size` leaves.
    public static List<Digest> inclusion(long index, long size, RangeRoot roots) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("no leaf " + index + " in a tree of size " + size);
        }
        List<Digest> proof = new ArrayList<>();
        path(index, 0, size, roots, proof);
        return List.copyOf(proof);
    }

    private static void path(long index, long begin, long end, RangeRoot roots, List<Digest> proof) {
        if (end - begin == 1) {
            return;
        }
        long middle = begin + leftLeaves(end - begin);
        if (index < middle) {
            path(index, begin, middle, roots, proof);
            proof.add(roots.root(middle, end));
        } else {
            path(index, middle, end, roots, proof);
            proof.add(roots.root(begin, middle));
        }
    }

    /// Proves that the tree of `size` leaves only added to the tree of `oldSize` leaves, `0 < oldSize <= size`.
    public static List<Digest> consistency(long oldSize, long size, RangeRoot roots) {
        if (oldSize < 1 || oldSize > size) {
            throw new IllegalArgumentException("no proof from size " + oldSize + " to size " + size);
        }
        List<Digest> proof = new ArrayList<>();
        subproof(oldSize, 0, size, true, roots, proof);
        return List.copyOf(proof);
    }

    private static void subproof(
            long oldEnd, long begin, long end, boolean whole, RangeRoot roots, List<Digest> proof) {
        if (oldEnd == end) {
            if (!whole) {
                proof.add(roots.root(begin, end));
            }
            return;
        }
        long middle = begin + leftLeaves(end - begin);
        if (oldEnd <= middle) {
            subproof(oldEnd, begin, middle, whole, roots, proof);
            proof.add(roots.root(middle, end));
        } else {
            subproof(oldEnd, middle, end, false, roots, proof);
            proof.add(roots.root(begin, middle));
        }
    }

    /// How many hashes the proof of leaf `index` has in the tree of `size` leaves.
    public static int hashes(long index, long size) {
        int hashes = 0;
        for (long begin = 0, end = size; end - begin > 1; hashes++) {
            long middle = begin + leftLeaves(end - begin);
            if (index < middle) {
                end = middle;
            } else {
                begin = middle;
            }
        }
        return hashes;
    }

    /// Whether the proof shows that `leafHash` is leaf `index` of the tree with this size and root.
    public static boolean verifyInclusion(Digest leafHash, long index, long size, List<Digest> proof, Digest root) {
        Digest proven = root(leafHash, index, size, proof);
        return proven != null && proven.equals(root);
    }

    /// The root of the tree with this size in which the proof places `leafHash` at `index`, or null where it has not
    /// the hashes for that place.
    public static @Nullable Digest root(Digest leafHash, long index, long size, List<Digest> proof) {
        if (index < 0 || index >= size || proof.size() > HASHES_MAX) {
            return null;
        }
        long at = index;
        long last = size - 1;
        Digest node = leafHash;
        for (Digest sibling : proof) {
            if (last == 0) {
                return null;
            }
            if ((at & 1) == 1 || at == last) {
                node = MerkleTree.nodeHash(sibling, node);
                while ((at & 1) == 0 && at != 0) { // a right border without siblings on these levels
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                node = MerkleTree.nodeHash(node, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 ? node : null;
    }

    /// Whether the proof shows that the tree (`size`, `root`) only added leaves to the tree (`oldSize`, `oldRoot`).
    public static boolean verifyConsistency(long oldSize, Digest oldRoot, long size, Digest root, List<Digest> proof) {
        if (oldSize < 1 || oldSize > size || proof.size() > HASHES_MAX) {
            return false;
        }
        if (oldSize == size) {
            return proof.isEmpty() && oldRoot.equals(root);
        }
        int skipped = Long.numberOfTrailingZeros(oldSize);
        long at = (oldSize - 1) >> skipped;
        long last = (size - 1) >> skipped;
        boolean wholeOld = at == 0; // the old tree is one full node of the new one: its root is where both begin
        if (!wholeOld && proof.isEmpty()) {
            return false;
        }
        Digest oldNode = wholeOld ? oldRoot : proof.getFirst();
        Digest node = oldNode;
        for (Digest sibling : proof.subList(wholeOld ? 0 : 1, proof.size())) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                oldNode = MerkleTree.nodeHash(sibling, oldNode);
                node = MerkleTree.nodeHash(sibling, node);
                while ((at & 1) == 0 && at != 0) {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                node = MerkleTree.nodeHash(node, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 && oldNode.equals(oldRoot) && node.equals(root);
    }

    /// The largest power of two below `size`.
    private static long leftLeaves(long size) {
        return Long.highestOneBit(size - 1);
    }
}
