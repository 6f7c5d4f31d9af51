package revontuli.transparency.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

/// The vectors that implementations of RFC 6962 and RFC 9162 share: the eight leaves of Certificate Transparency with
/// their roots, the probes of transparency-dev/merkle, and the note of Go's `sumdb`.
class PublicVectorsTest {
    private static final List<Digest> LEAVES = Stream.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .map(hex -> MerkleTree.leafHash(HexFormat.of().parseHex(hex)))
            .toList();

    private static final String[] ROOTS = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    };

    private static final String A = "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=";
    private static final String B = "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=";
    private static final String C = "a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=";
    private static final String D = "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=";
    private static final String E = "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=";
    private static final String F = "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=";
    private static final String G = "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=";
    private static final String H = "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=";
    private static final String FIRST = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=";
    private static final String TWO = "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU=";

    @Test
    void rootsAreThoseOfCertificateTransparency() {
        MerkleTree tree = new MerkleTree();
        for (int size = 0; size <= LEAVES.size(); size++) {
            assertThat(tree.root().hex()).as("size %d", size).isEqualTo(ROOTS[size]);
            if (size < LEAVES.size()) {
                tree.append(LEAVES.get(size));
            }
        }
    }

    static Stream<Arguments> inclusions() {
        return Stream.of(
                Arguments.of(0, 8, List.of(A, B, C)),
                Arguments.of(5, 8, List.of(D, E, F)),
                Arguments.of(2, 3, List.of(TWO)),
                Arguments.of(1, 5, List.of(FIRST, B, D)));
    }

    static Stream<Arguments> consistencies() {
        return Stream.of(
                Arguments.of(1, 1, List.of()),
                Arguments.of(1, 8, List.of(A, B, C)),
                Arguments.of(6, 8, List.of(G, E, F)),
                Arguments.of(2, 5, List.of(B, D)),
                Arguments.of(6, 7, List.of(G, H, F)));
    }

    @ParameterizedTest
    @MethodSource("inclusions")
    void inclusionProofsAreThePublicOnesAndEveryPublicProbeIsRefused(int index, int size, List<String> base64) {
        List<Digest> proof = hashes(base64);
        Digest leaf = LEAVES.get(index);
        Digest root = root(size);
        assertThat(MerkleProofs.inclusion(index, size, MerkleProofs.over(LEAVES)))
                .isEqualTo(proof);
        assertThat(MerkleProofs.verifyInclusion(leaf, index, size, proof, root)).isTrue();

        for (long wrong : new long[] {index - 1L, index + 1L, index ^ 2L}) {
            assertRefused("index " + wrong, MerkleProofs.verifyInclusion(leaf, wrong, size, proof, root));
        }
        for (long wrong : new long[] {size * 2L, size / 2L}) {
            assertRefused("size " + wrong, MerkleProofs.verifyInclusion(leaf, index, wrong, proof, root));
        }
        Digest other = Digest.of("wrong leaf".getBytes(UTF_8));
        assertRefused("wrong leaf", MerkleProofs.verifyInclusion(other, index, size, proof, root));
        assertRefused("wrong root", MerkleProofs.verifyInclusion(leaf, index, size, proof, other));
        assertRefused("empty root", MerkleProofs.verifyInclusion(leaf, index, size, proof, root(0)));
        probes(proof, leaf, root)
                .forEach((probe, wrong) ->
                        assertRefused(probe, MerkleProofs.verifyInclusion(leaf, index, size, wrong, root)));
    }

    @ParameterizedTest
    @MethodSource("consistencies")
    void consistencyProofsAreThePublicOnesAndEveryPublicProbeIsRefused(int old, int size, List<String> base64) {
        List<Digest> proof = hashes(base64);
        Digest oldRoot = root(old);
        Digest root = root(size);
        assertThat(MerkleProofs.consistency(old, size, MerkleProofs.over(LEAVES)))
                .isEqualTo(proof);
        assertThat(MerkleProofs.verifyConsistency(old, oldRoot, size, root, proof))
                .isTrue();

        for (long wrong : new long[] {old - 1L, old + 1L, old ^ 2L}) {
            assertRefused("size1 " + wrong, MerkleProofs.verifyConsistency(wrong, oldRoot, size, root, proof));
        }
        for (long wrong : new long[] {size * 2L, size / 2L}) {
            assertRefused("size2 " + wrong, MerkleProofs.verifyConsistency(old, oldRoot, wrong, root, proof));
        }
        Digest other = Digest.of("wrong root".getBytes(UTF_8));
        assertRefused("wrong root1", MerkleProofs.verifyConsistency(old, other, size, root, proof));
        assertRefused("wrong root2", MerkleProofs.verifyConsistency(old, oldRoot, size, other, proof));
        if (old < size) {
            assertRefused("swapped roots", MerkleProofs.verifyConsistency(old, root, size, oldRoot, proof));
        }
        probes(proof, oldRoot, root)
                .forEach((probe, wrong) ->
                        assertRefused(probe, MerkleProofs.verifyConsistency(old, oldRoot, size, root, wrong)));
    }

    /// The note that Go's `sumdb/note` documents: its text, its key id, its signature.
    @Test
    void theNoteOfPeterNeumannVerifies() {
        String note = """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.

                \u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
                """;
        String vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        NoteKey key = NoteKey.parse(vkey);

        assertThat(key).hasToString(vkey);
        assertThat(SignedNote.parse(note.getBytes(UTF_8)).isSignedBy("PeterNeumann", key.key()))
                .isTrue();
        byte[] changed = note.replace("your problem,", "our problem,").getBytes(UTF_8);
        assertThat(SignedNote.parse(changed).isSignedBy("PeterNeumann", key.key()))
                .isFalse();
        for (String wrong : List.of(
                vkey.replace("c74f20a3", "c74f20a4"),
                vkey.replace("c74f20a3", "C74F20A3"),
                vkey.replace("PeterNeumann", "Peter Neumann"),
                vkey.replace("PeterNeumann", "PeterNewmann"),
                vkey.replace("+ARpc", "+AhpC"),
                vkey.substring(0, vkey.length() - 4),
                "PeterNeumann+c74f20a3",
                "")) {
            assertThatThrownBy(() -> NoteKey.parse(wrong)).as(wrong).isInstanceOf(MalformedException.class);
        }
    }

    private static Map<String, List<Digest>> probes(List<Digest> proof, Digest first, Digest second) {
        Digest garbage = Digest.ofValue(new byte[Digest.BYTES]);
        Map<String, List<Digest>> probes = new TreeMap<>();
        probes.put("trailing garbage", with(proof, proof.size(), garbage));
        probes.put("preceding garbage", with(proof, 0, garbage));
        probes.put("trailing root1", with(proof, proof.size(), first));
        probes.put("preceding root1", with(proof, 0, first));
        probes.put("trailing root2", with(proof, proof.size(), second));
        probes.put("preceding root2", with(proof, 0, second));
        if (!proof.isEmpty()) {
            probes.put("empty proof", List.of());
            probes.put("truncated proof", proof.subList(0, proof.size() - 1));
            probes.put("preceding proof", with(proof, 0, proof.getFirst()));
        }
        for (int i = 0; i < proof.size(); i++) {
            byte[] bytes = proof.get(i).value();
            bytes[0] ^= 1 << 4;
            List<Digest> modified = new ArrayList<>(proof);
            modified.set(i, Digest.ofValue(bytes));
            probes.put("modified proof " + i, modified);
        }
        return probes;
    }

    private static List<Digest> with(List<Digest> proof, int at, Digest more) {
        List<Digest> longer = new ArrayList<>(proof);
        longer.add(at, more);
        return longer;
    }

    private static void assertRefused(String probe, boolean accepted) {
        assertThat(accepted).as(probe).isFalse();
    }

    private static List<Digest> hashes(List<String> base64) {
        return base64.stream()
                .map(text -> Digest.ofValue(Base64.getDecoder().decode(text)))
                .toList();
    }

    private static Digest root(int size) {
        return Digest.parse("sha256:" + Arrays.asList(ROOTS).get(size));
    }
}
