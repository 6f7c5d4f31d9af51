package revontuli.transparency.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.TlogProof.Outcome;

class TlogProofTest {
    private static final SigningKey KEY = SigningKey.ofSeed(new byte[32]);
    private static final String ORIGIN = "revontuli/test";
    private static final int SIZE = 13;
    private static final byte[] LEAF = leaf(8);
    private static final byte[] NOTHING = {};

    @Test
    void aProofComesBackAndProves() {
        for (byte[] extra : List.of(NOTHING, "opening".getBytes(UTF_8), new byte[TlogProof.EXTRA_BYTES_MAX])) {
            TlogProof proof = proof(8, extra);
            TlogProof read = TlogProof.parse(proof.bytes());

            assertThat(read.bytes()).isEqualTo(proof.bytes());
            assertThat(read.extra()).isEqualTo(extra);
            assertThat(read.verify(LEAF, ORIGIN, KEY.verifyingKey())).isEqualTo(Outcome.PROVEN);
        }
    }

    @Test
    void theFileIsTheOneOfTheSpecification() {
        String file = new String(proof(8, "x".getBytes(UTF_8)).bytes(), UTF_8);

        assertThat(file)
                .startsWith("c2sp.org/tlog-proof@v1\nextra eA==\nindex 8\n")
                .contains("\n\n" + ORIGIN + "\n" + SIZE + "\n");
        assertThat(file.lines().skip(3).takeWhile(line -> !line.isEmpty())).hasSize(4);
    }

    @Test
    void whatItDoesNotProveIsNamed() {
        TlogProof proof = proof(8, NOTHING);
        SigningKey stranger = SigningKey.generate();
        TlogProof moved = new TlogProof(NOTHING, 9, proof.hashes(), proof.checkpoint());

        assertThat(proof.verify(leaf(9), ORIGIN, KEY.verifyingKey())).isEqualTo(Outcome.NOT_INCLUDED);
        assertThat(moved.verify(LEAF, ORIGIN, KEY.verifyingKey())).isEqualTo(Outcome.NOT_INCLUDED);
        assertThat(proof.verify(LEAF, ORIGIN, stranger.verifyingKey())).isEqualTo(Outcome.NOT_SIGNED);
        assertThat(proof.verify(LEAF, "revontuli/other", KEY.verifyingKey())).isEqualTo(Outcome.OTHER_LOG);
    }

    @Test
    void everyFlippedBitIsFoundOutsideOfTheExtraData() {
        byte[] file = proof(8, NOTHING).bytes();
        for (int bit = 0; bit < file.length * 8; bit++) {
            byte[] changed = file.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));

            Outcome outcome;
            try {
                outcome = TlogProof.parse(changed).verify(LEAF, ORIGIN, KEY.verifyingKey());
            } catch (MalformedException _) {
                continue;
            }
            assertThat(outcome).as("bit %d", bit).isNotEqualTo(Outcome.PROVEN);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c2sp.org/tlog-proof@v2\nindex 8\nHASH\n\nNOTE",
                "index 8\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 08\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex -1\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex  8\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 8\nindex 8\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 8\nextra eA==\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nextra \nindex 8\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nextra eB==\nindex 8\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nextra eA\nindex 8\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nextra eA==\nextra eA==\nindex 8\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 8\nAAAA\n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 8\nHASH \n\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 8\nHASH\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 8\n\nHASH\n\nNOTE",
                "c2sp.org/tlog-proof@v1\r\nindex 8\r\nHASH\r\n\r\nNOTE",
                "c2sp.org/tlog-proof@v1\nindex 8\nHASH\n\n",
                "c2sp.org/tlog-proof@v1\nindex 8\nHASH\n\nno checkpoint\n",
                "c2sp.org/tlog-proof@v1\nindex 8\nHASH\n\nNOTE\n",
                "\nc2sp.org/tlog-proof@v1\nindex 8\nHASH\n\nNOTE",
                ""
            })
    void whatIsNoProofIsMalformed(String form) {
        String hash =
                new String(proof(8, NOTHING).bytes(), UTF_8).lines().toList().get(2);
        String note = new String(proof(8, NOTHING).checkpoint().bytes(), UTF_8);
        byte[] file = form.replace("HASH", hash).replace("NOTE", note).getBytes(UTF_8);

        assertThatThrownBy(() -> TlogProof.parse(file)).isInstanceOf(MalformedException.class);
    }

    @Test
    void limitsHold() {
        SignedNote note = proof(8, NOTHING).checkpoint();
        Digest hash = MerkleTree.leafHash(LEAF);
        TlogProof longest = new TlogProof(NOTHING, 8, Collections.nCopies(MerkleProofs.HASHES_MAX, hash), note);
        List<Digest> tooMany = Collections.nCopies(MerkleProofs.HASHES_MAX + 1, hash);
        byte[] tooLong = Arrays.copyOf("c2sp.org/tlog-proof@v1\n".getBytes(UTF_8), TlogProof.BYTES_MAX + 1);
        List<String> lines =
                new ArrayList<>(new String(longest.bytes(), UTF_8).lines().toList());
        lines.add(2, lines.get(2));
        byte[] tooManyLines = String.join("\n", lines).getBytes(UTF_8);

        assertThat(TlogProof.parse(longest.bytes()).hashes()).hasSize(MerkleProofs.HASHES_MAX);
        assertThatThrownBy(() -> new TlogProof(NOTHING, 8, tooMany, note)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new TlogProof(NOTHING, -1, List.of(), note)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new TlogProof(new byte[TlogProof.EXTRA_BYTES_MAX + 1], 8, List.of(), note))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> TlogProof.parse(tooLong)).hasMessageContaining("bytes");
        assertThatThrownBy(() -> TlogProof.parse(tooManyLines)).hasMessageContaining("63 hashes");
    }

    private static TlogProof proof(int index, byte[] extra) {
        List<Digest> leaves = IntStream.range(0, SIZE)
                .mapToObj(i -> MerkleTree.leafHash(leaf(i)))
                .toList();
        MerkleTree tree = new MerkleTree();
        leaves.forEach(tree::append);
        SignedNote note = new Checkpoint(ORIGIN, SIZE, tree.root()).sign(KEY);
        return new TlogProof(extra, index, MerkleProofs.inclusion(index, SIZE, MerkleProofs.over(leaves)), note);
    }

    private static byte[] leaf(int i) {
        return ("revontuli " + i).getBytes(UTF_8);
    }
}
