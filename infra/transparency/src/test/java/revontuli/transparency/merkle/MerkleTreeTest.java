package revontuli.transparency.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import revontuli.transparency.crypto.Digest;

class MerkleTreeTest {
    private static final long SEED = 6962;

    @ParameterizedTest
    @CsvSource({
        // leaves "revontuli 0", "revontuli 1", ...; computed from the definition with another implementation (Python)
        "0,e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1,3092a8a015afbd1237f922012bb38f2018aeb1b5c2f7be624c4bcb74abbe48c1",
        "2,9ee71af59e0cacbcca9f194aa530c3f971bd28d3042c179d8e1800ce42986ef0",
        "3,c85c6cddd7b1e99810946aef5d27a5092219548e6970f7d2350f51a0cc4bb9dc",
        "5,57b94939ea6a541cab1bb6bdc8bbe74338a8f0633f804571e95dd2cb1885ed0e",
        "7,0b15a1e91c74e3b06c525b9b2254972362549c2ad29ad7efe249d86e0e07f302",
        "8,26e8718cee42a6a6b613a486cecd2d54e6224139e07fd8a799b673a09981287f",
        "13,6d04fc49f7eb4cfb9303dd7f275d0cd1cd095174653ccb1eb1858e513c18eb77",
        "33,f2b8c17de7d6aa7b5cfaae5685d8b293959a1ff9d5227aaef102c918c55474a2"
    })
    void rootsAreThoseOfTheDefinition(int size, String root) {
        assertThat(treeOf(leaves(size)).root().hex()).isEqualTo(root);
    }

    @Test
    void proofsAreThoseOfTheDefinition() {
        MerkleProofs.RangeRoot roots = MerkleProofs.over(leaves(13));

        assertThat(MerkleProofs.inclusion(8, 13, roots))
                .extracting(hash -> hash.hex().substring(0, 16))
                .containsExactly("855b3561f5b50365", "08e2a4f95d16cf24", "7c406f14830fcfd3", "26e8718cee42a6a6");
        assertThat(MerkleProofs.consistency(6, 13, roots))
                .extracting(hash -> hash.hex().substring(0, 16))
                .containsExactly("641568317d4eeadc", "368b8da65caede7c", "6cf1216af6276cd9", "098c44d2b7ab7247");
    }

    @Test
    void appendingAgreesWithTheRecursiveDefinitionAtRandomSizes() {
        Random random = new Random(SEED);
        List<Digest> leaves = leaves(2_000);
        for (int i = 0; i < 60; i++) {
            int size = random.nextInt(leaves.size() + 1);
            List<Digest> some = leaves.subList(0, size);

            assertThat(treeOf(some).root()).as("seed %d, size %d", SEED, size).isEqualTo(recursiveRoot(some));
        }
    }

    @Test
    void aTreeGoesOnFromItsRange() {
        List<Digest> leaves = leaves(70);
        MerkleTree whole = new MerkleTree();
        MerkleTree interrupted = new MerkleTree();
        for (int i = 0; i < leaves.size(); i++) {
            interrupted = new MerkleTree(interrupted.size(), interrupted.range());

            assertThat(whole.append(leaves.get(i))).isEqualTo(i);
            interrupted.append(leaves.get(i));

            assertThat(interrupted.root()).isEqualTo(whole.root());
            assertThat(interrupted.size()).isEqualTo(i + 1);
        }
    }

    @Test
    void aRangeMustFitItsSize() {
        List<Digest> range = treeOf(leaves(6)).range();

        assertThatThrownBy(() -> new MerkleTree(7, range)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MerkleTree(-1, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyInclusionProofVerifiesAndNoOtherStatementDoes() {
        List<Digest> leaves = leaves(34);
        for (int size = 1; size <= 33; size++) {
            Digest root = treeOf(leaves.subList(0, size)).root();
            for (int index = 0; index < size; index++) {
                List<Digest> proof = MerkleProofs.inclusion(index, size, MerkleProofs.over(leaves));
                Digest leaf = leaves.get(index);

                assertThat(MerkleProofs.verifyInclusion(leaf, index, size, proof, root))
                        .isTrue();
                assertThat(MerkleProofs.verifyInclusion(leaves.get(33), index, size, proof, root))
                        .isFalse();
                assertThat(MerkleProofs.verifyInclusion(leaf, (index + 1) % size, size, proof, root))
                        .isEqualTo(size == 1);
                assertThat(MerkleProofs.verifyInclusion(leaf, size, size, proof, root))
                        .isFalse();
                assertThat(MerkleProofs.verifyInclusion(leaf, -1, size, proof, root))
                        .isFalse();
                for (List<Digest> wrong : mutations(proof)) {
                    assertThat(MerkleProofs.verifyInclusion(leaf, index, size, wrong, root))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void everyConsistencyProofVerifiesAndNoOtherStatementDoes() {
        List<Digest> leaves = leaves(33);
        List<Digest> other = new ArrayList<>(leaves);
        other.set(0, leaves.get(32));
        for (int size = 1; size <= 33; size++) {
            Digest root = treeOf(leaves.subList(0, size)).root();
            for (int old = 1; old <= size; old++) {
                Digest oldRoot = treeOf(leaves.subList(0, old)).root();
                Digest otherRoot = treeOf(other.subList(0, old)).root();
                List<Digest> proof = MerkleProofs.consistency(old, size, MerkleProofs.over(leaves));

                assertThat(MerkleProofs.verifyConsistency(old, oldRoot, size, root, proof))
                        .isTrue();
                assertThat(MerkleProofs.verifyConsistency(old, otherRoot, size, root, proof))
                        .isFalse();
                assertThat(MerkleProofs.verifyConsistency(old, oldRoot, size, otherRoot, proof))
                        .isFalse();
                assertThat(MerkleProofs.verifyConsistency(0, oldRoot, size, root, proof))
                        .isFalse();
                assertThat(MerkleProofs.verifyConsistency(size + 1, oldRoot, size, root, proof))
                        .isFalse();
                for (List<Digest> wrong : mutations(proof)) {
                    assertThat(MerkleProofs.verifyConsistency(old, oldRoot, size, root, wrong))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void anInnerNodeIsNoLeaf() {
        List<Digest> leaves = leaves(4);
        Digest left = MerkleTree.nodeHash(leaves.get(0), leaves.get(1));
        Digest right = MerkleTree.nodeHash(leaves.get(2), leaves.get(3));
        Digest root = MerkleTree.nodeHash(left, right);

        assertThat(MerkleProofs.verifyInclusion(left, 0, 4, List.of(right), root))
                .isFalse();
        assertThat(MerkleProofs.verifyInclusion(root, 0, 4, List.of(), root)).isFalse();
    }

    @Test
    void proofsOutsideTheTreeAreRefused() {
        MerkleProofs.RangeRoot roots = MerkleProofs.over(leaves(4));

        assertThatThrownBy(() -> MerkleProofs.inclusion(4, 4, roots)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MerkleProofs.inclusion(-1, 4, roots)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MerkleProofs.consistency(0, 4, roots)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MerkleProofs.consistency(5, 4, roots)).isInstanceOf(IllegalArgumentException.class);
    }

    /// A hash changed, left out, doubled or added, and for longer proofs two exchanged.
    private static List<List<Digest>> mutations(List<Digest> proof) {
        List<List<Digest>> mutations = new ArrayList<>();
        Digest strange = Digest.of("strange".getBytes(UTF_8));
        for (int i = 0; i <= proof.size(); i++) {
            List<Digest> added = new ArrayList<>(proof);
            added.add(i, strange);
            mutations.add(added);
            if (i < proof.size()) {
                List<Digest> changed = new ArrayList<>(proof);
                changed.set(i, strange);
                mutations.add(changed);
                List<Digest> without = new ArrayList<>(proof);
                without.remove(i);
                mutations.add(without);
                List<Digest> doubled = new ArrayList<>(proof);
                doubled.add(i, proof.get(i));
                mutations.add(doubled);
            }
        }
        if (proof.size() > 1) {
            mutations.add(proof.reversed());
        }
        return mutations;
    }

    private static List<Digest> leaves(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> MerkleTree.leafHash(("revontuli " + i).getBytes(UTF_8)))
                .toList();
    }

    private static MerkleTree treeOf(List<Digest> leaves) {
        MerkleTree tree = new MerkleTree();
        leaves.forEach(tree::append);
        return tree;
    }

    private static Digest recursiveRoot(List<Digest> leaves) {
        if (leaves.isEmpty()) {
            return Digest.of(new byte[0]);
        }
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int left = Integer.highestOneBit(leaves.size() - 1);
        return MerkleTree.nodeHash(
                recursiveRoot(leaves.subList(0, left)), recursiveRoot(leaves.subList(left, leaves.size())));
    }
}
