package revontuli.safety.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.MerkleProofs;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.merkle.TilePath;
import revontuli.transparency.merkle.Tiles;

class FullTileTest {
    private static final long SEED = 65_536;

    private final List<Digest> leaves = new ArrayList<>();
    private final Map<TilePath, FullTile> tiles = new HashMap<>();

    @Test
    void whateverTheBatchesTheTilesAreThoseOfTheTree() {
        Random random = new Random(SEED);
        MerkleTree tree = new MerkleTree();
        while (leaves.size() < 70_000) {
            int from = leaves.size();
            List<Digest> batch = IntStream.range(from, from + 1 + random.nextInt(3_000))
                    .mapToObj(i -> MerkleTree.leafHash(("leaf " + i).getBytes(StandardCharsets.UTF_8)))
                    .toList();
            for (FullTile tile : FullTile.filledBy(from, batch, this::hashes)) {
                TilePath path = new TilePath(tile.level(), tile.index(), TilePath.FULL);
                assertThat(tiles.put(path, tile)).as("%s is written once", path).isNull();
            }
            leaves.addAll(batch);
            batch.forEach(tree::append);

            long size = leaves.size();
            MerkleProofs.RangeRoot roots = Tiles.roots(size, this::hashes);
            long index = random.nextInt(leaves.size());
            List<Digest> proof = MerkleProofs.inclusion(index, size, roots);
            assertThat(MerkleProofs.verifyInclusion(leaves.get((int) index), index, size, proof, tree.root()))
                    .as("seed %d, leaf %d of %d", SEED, index, size)
                    .isTrue();
        }
        assertThat(tiles.keySet())
                .containsExactlyInAnyOrderElementsOf(TilePath.all(leaves.size()).stream()
                        .filter(tile -> tile.isFull() && tile.level() >= 0)
                        .toList());
        assertThat(tiles.keySet().stream().filter(tile -> tile.level() == 1)).hasSize(1);
    }

    @Test
    void nothingIsReadWhereNoTileFillsUp() {
        Tiles.Reader nothing = tile -> {
            throw new AssertionError("reads " + tile);
        };
        List<Digest> one = List.of(MerkleTree.leafHash(new byte[0]));

        assertThat(FullTile.filledBy(254, one, nothing)).isEmpty();
        assertThat(FullTile.filledBy(256, one, nothing)).isEmpty();
        assertThat(FullTile.filledBy(0, List.of(), nothing)).isEmpty();
    }

    /// As the database answers: leaves, and the roots of full tiles one level below.
    private List<Digest> hashes(TilePath tile) {
        int from = (int) tile.index() * TilePath.FULL;
        return IntStream.range(from, from + tile.width())
                .mapToObj(i -> tile.level() == 0
                        ? leaves.get(i)
                        : Objects.requireNonNull(tiles.get(new TilePath(tile.level() - 1, i, TilePath.FULL)))
                                .root())
                .toList();
    }
}
