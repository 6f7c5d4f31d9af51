package revontuli.safety.ledger;

import java.util.ArrayList;
import java.util.List;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.TilePath;
import revontuli.transparency.merkle.Tiles;

/// A hash tile that is full and will never change.
public record FullTile(int level, long index, List<Digest> hashes, Digest root) {
    public FullTile {
        hashes = List.copyOf(hashes);
    }

    /// The tiles that become full when leaves are appended to a log of `size`, of all levels. What stands in the
    /// partial tiles before is asked of `before`, and only where a tile fills up.
    static List<FullTile> filledBy(long size, List<Digest> leafHashes, Tiles.Reader before) {
        List<FullTile> full = new ArrayList<>();
        List<Digest> added = leafHashes;
        for (int level = 0; !added.isEmpty() && level <= TilePath.LEVEL_MAX; level++) {
            long count = TilePath.countAt(level, size);
            int partial = (int) (count % TilePath.FULL);
            if (partial + added.size() < TilePath.FULL) {
                break;
            }
            List<Digest> hashes = new ArrayList<>();
            if (partial > 0) {
                hashes.addAll(before.hashes(TilePath.of(level, count / TilePath.FULL, size)));
            }
            hashes.addAll(added);
            List<Digest> roots = new ArrayList<>();
            for (int from = 0; from + TilePath.FULL <= hashes.size(); from += TilePath.FULL) {
                List<Digest> tile = hashes.subList(from, from + TilePath.FULL);
                Digest root = Tiles.root(tile);
                full.add(new FullTile(level, count / TilePath.FULL + from / TilePath.FULL, tile, root));
                roots.add(root);
            }
            added = roots;
        }
        return List.copyOf(full);
    }
}
