package revontuli.transparency.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

class TilesTest {
    private static final long SEED = 256;

    @ParameterizedTest
    @CsvSource({
        "0,1234067,256,tile/0/x001/x234/067",
        "-1,0,7,tile/entries/000.p/7",
        "-1,5,256,tile/entries/005",
        "2,0,1,tile/2/000.p/1",
        "0,999,255,tile/0/999.p/255",
        "0,1000,256,tile/0/x001/000",
        "7,0,127,tile/7/000.p/127",
        "0,36028797018963967,256,tile/0/x036/x028/x797/x018/x963/967"
    })
    void pathsAreThoseOfTheSpecification(int level, long index, int width, String path) {
        TilePath tile = new TilePath(level, index, width);

        assertThat(tile).hasToString(path);
        assertThat(TilePath.parse(path)).isEqualTo(tile);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tile/0",
                "tile/0/1",
                "tile/0/01",
                "tile/0/0001",
                "tile/0/x000/001",
                "tile/0/001/002",
                "tile/0/x001",
                "tile/00/001",
                "tile/8/000",
                "tile/-1/000",
                "tile/entry/000",
                "tile/0/000.p/0",
                "tile/0/000.p/256",
                "tile/0/000.p/07",
                "tile/0/000.p/",
                "tile/0/000.p/1/",
                "tile/7/001",
                "tile/0/x036/x028/x797/x018/x963/968",
                "tile/0/x999/x999/x999/x999/x999/x999/999",
                "/tile/0/000",
                "tile/0/../000",
                "tile/0/\u0661\u0661\u0661"
            })
    void whatIsNoPathIsMalformed(String path) {
        assertThatThrownBy(() -> TilePath.parse(path)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aTreeHasTheTilesOfTheSpecification() {
        List<TilePath> tiles = TilePath.all(70_000);

        assertThat(tiles.stream().filter(tile -> tile.level() == 0 && tile.isFull()))
                .hasSize(273);
        assertThat(tiles.stream().filter(tile -> tile.level() >= 0 && !tile.isFull()))
                .containsExactly(new TilePath(0, 273, 112), new TilePath(1, 1, 17), new TilePath(2, 0, 1));
        assertThat(tiles.stream().filter(tile -> tile.level() == 1 && tile.isFull()))
                .hasSize(1);
        assertThat(tiles.stream().filter(tile -> tile.level() == TilePath.ENTRIES))
                .hasSize(274);
        assertThat(TilePath.all(256))
                .containsExactly(new TilePath(-1, 0, 256), new TilePath(0, 0, 256), new TilePath(1, 0, 1));
        assertThat(TilePath.all(0)).isEmpty();
        assertThat(new TilePath(1, 1, 17).firstLeaf()).isEqualTo(65_536);
        assertThatThrownBy(() -> TilePath.of(0, 1, 256)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hashTilesAndBundlesComeBack() {
        for (int width : new int[] {1, 2, 255, 256}) {
            List<Digest> hashes = leaves(width);
            List<byte[]> entries = IntStream.range(0, width)
                    .mapToObj(i -> ("x".repeat(i % 3 == 0 ? i * 7 : 0)).getBytes(UTF_8))
                    .toList();

            assertThat(Tiles.parse(Tiles.bytes(hashes))).isEqualTo(hashes);
            assertThat(Tiles.parseBundle(Tiles.bundle(entries))).containsExactlyElementsOf(entries);
        }
        byte[] longest = new byte[Tiles.ENTRY_BYTES_MAX];
        assertThat(Tiles.parseBundle(Tiles.bundle(List.of(longest)))).containsExactly(longest);
        assertThat(Tiles.bundle(List.of("abc".getBytes(UTF_8)))).containsExactly(0, 3, 'a', 'b', 'c');
    }

    @Test
    void whatIsNoTileIsMalformed() {
        byte[] oneTooMany = new byte[257 * 2];
        List<byte[]> tooLong = List.of(new byte[Tiles.ENTRY_BYTES_MAX + 1]);
        for (byte[] wrong : List.of(new byte[0], new byte[31], new byte[33], new byte[257 * 32])) {
            assertThatThrownBy(() -> Tiles.parse(wrong)).isInstanceOf(MalformedException.class);
        }
        for (byte[] wrong :
                List.of(new byte[0], new byte[] {0}, new byte[] {0, 1}, new byte[] {-1, -1, 1}, oneTooMany)) {
            assertThatThrownBy(() -> Tiles.parseBundle(wrong)).isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> Tiles.bundle(tooLong)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Tiles.bytes(List.of())).isInstanceOf(MalformedException.class);
    }

    @Test
    void proofsOutOfTilesAreThoseOutOfLeaves() {
        List<Digest> leaves = leaves(70_000);
        Random random = new Random(SEED);
        for (int size : new int[] {1, 255, 256, 257, 511, 65_536, 65_537, 66_000, 70_000}) {
            Map<TilePath, Integer> reads = new HashMap<>();
            MerkleProofs.RangeRoot roots = Tiles.roots(size, store(leaves, size, reads));
            MerkleProofs.RangeRoot plain = MerkleProofs.over(leaves);
            MerkleTree tree = new MerkleTree();
            leaves.subList(0, size).forEach(tree::append);
            for (int i = 0; i < 6; i++) {
                int index = i == 0 ? size - 1 : random.nextInt(size);
                List<Digest> inclusion = MerkleProofs.inclusion(index, size, roots);
                List<Digest> consistency = MerkleProofs.consistency(index + 1, size, roots);

                assertThat(MerkleProofs.verifyInclusion(leaves.get(index), index, size, inclusion, tree.root()))
                        .as("seed %d, leaf %d of %d", SEED, index, size)
                        .isTrue();
                assertThat(consistency)
                        .as("seed %d, %d to %d", SEED, index + 1, size)
                        .isEqualTo(i < 2 ? MerkleProofs.consistency(index + 1, size, plain) : consistency);
                MerkleTree old = new MerkleTree();
                leaves.subList(0, index + 1).forEach(old::append);
                assertThat(MerkleProofs.verifyConsistency(index + 1, old.root(), size, tree.root(), consistency))
                        .isTrue();
            }
            assertThat(reads.values()).allMatch(times -> times == 1);
        }
    }

    /// A store as the specification says it: every tile holds the roots of full tiles of the level below.
    private static Tiles.Reader store(List<Digest> leaves, int size, Map<TilePath, Integer> reads) {
        List<List<Digest>> levels = new ArrayList<>();
        levels.add(leaves.subList(0, size));
        while (levels.getLast().size() >= 256) {
            List<Digest> below = levels.getLast();
            levels.add(IntStream.range(0, below.size() / 256)
                    .mapToObj(i -> Tiles.root(below.subList(i * 256, i * 256 + 256)))
                    .toList());
        }
        return tile -> {
            reads.merge(tile, 1, Integer::sum);
            int from = Math.toIntExact(tile.index() * 256);
            return levels.get(tile.level()).subList(from, from + tile.width());
        };
    }

    private static List<Digest> leaves(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> MerkleTree.leafHash(("revontuli " + i).getBytes(UTF_8)))
                .toList();
    }
}
