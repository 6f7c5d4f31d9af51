package revontuli.transparency.merkle;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

/// The bytes of tiles and entry bundles (C2SP `tlog-tiles`), and proofs out of tiles.
public final class Tiles {
    /// Longest entry: a bundle counts its bytes with 16 bits.
    public static final int ENTRY_BYTES_MAX = 65_535;

    private Tiles() {}

    /// The hashes of one tile, as many as its width says; a log's own store, or files somebody else keeps.
    @FunctionalInterface
    public interface Reader {
        List<Digest> hashes(TilePath tile);
    }

    /// A hash tile: its hashes one after the other, 32 bytes each.
    public static byte[] bytes(List<Digest> hashes) {
        checkWidth(hashes.size());
        byte[] bytes = new byte[hashes.size() * Digest.BYTES];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(hashes.get(i).value(), 0, bytes, i * Digest.BYTES, Digest.BYTES);
        }
        return bytes;
    }

    public static List<Digest> parse(byte[] tile) {
        if (tile.length % Digest.BYTES != 0) {
            throw new MalformedException(
                    "a hash tile must be hashes of " + Digest.BYTES + " bytes, not " + tile.length);
        }
        checkWidth(tile.length / Digest.BYTES);
        List<Digest> hashes = new ArrayList<>();
        for (int at = 0; at < tile.length; at += Digest.BYTES) {
            hashes.add(Digest.ofValue(Arrays.copyOfRange(tile, at, at + Digest.BYTES)));
        }
        return List.copyOf(hashes);
    }

    /// An entry bundle: every leaf behind its length as two bytes, the larger first.
    public static byte[] bundle(List<byte[]> leaves) {
        checkWidth(leaves.size());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] leaf : leaves) {
            if (leaf.length > ENTRY_BYTES_MAX) {
                throw new MalformedException("an entry may have " + ENTRY_BYTES_MAX + " bytes, not " + leaf.length);
            }
            out.write(leaf.length >> 8);
            out.write(leaf.length);
            out.writeBytes(leaf);
        }
        return out.toByteArray();
    }

    public static List<byte[]> parseBundle(byte[] bundle) {
        List<byte[]> leaves = new ArrayList<>();
        int at = 0;
        while (at < bundle.length) {
            int begin = at + 2;
            int end = begin > bundle.length ? begin : begin + (((bundle[at] & 0xff) << 8) | (bundle[at + 1] & 0xff));
            if (end > bundle.length) {
                throw new MalformedException("the entry bundle ends inside its entry " + leaves.size());
            }
            leaves.add(Arrays.copyOfRange(bundle, begin, end));
            checkWidth(leaves.size());
            at = end;
        }
        checkWidth(leaves.size());
        return List.copyOf(leaves);
    }

    /// The root of up to 256 hashes, as a tree of their own: what a full tile is in the level above.
    public static Digest root(List<Digest> hashes) {
        MerkleTree tree = new MerkleTree();
        hashes.forEach(tree::append);
        return tree.root();
    }

    /// Range roots, as proofs ask for them, of the tree of `size` leaves out of its tiles. Every tile is read once.
    /// What the reader gives is believed: whoever does not trust it verifies the proof that is made of it.
    public static MerkleProofs.RangeRoot roots(long size, Reader reader) {
        Map<TilePath, List<Digest>> known = new HashMap<>();
        Reader once = tile -> known.computeIfAbsent(tile, reader::hashes);
        return (begin, end) -> root(begin, end, size, once);
    }

    private static Digest root(long begin, long end, long size, Reader reader) {
        long leaves = end - begin;
        if (Long.bitCount(leaves) != 1) {
            long middle = begin + Long.highestOneBit(leaves - 1);
            return MerkleTree.nodeHash(root(begin, middle, size, reader), root(middle, end, size, reader));
        }
        int height = Long.numberOfTrailingZeros(leaves); // an aligned full subtree: it lies within one tile
        int level = height / 8;
        long first = begin >> (8 * level);
        int from = (int) (first % TilePath.FULL);
        List<Digest> tile = reader.hashes(TilePath.of(level, first / TilePath.FULL, size));
        return root(tile.subList(from, from + (1 << (height % 8))));
    }

    private static void checkWidth(int width) {
        if (width < 1 || width > TilePath.FULL) {
            throw new MalformedException("a tile has 1 to " + TilePath.FULL + " entries, not " + width);
        }
    }
}
