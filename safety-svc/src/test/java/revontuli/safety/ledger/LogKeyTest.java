package revontuli.safety.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleTree;

class LogKeyTest {
    @TempDir
    Path folder;

    @Test
    void aHeadGrowsLikeTheTree() {
        MerkleTree tree = new MerkleTree();
        Head head = new Head(0, List.of());
        for (int i = 0; i < 70; i++) {
            Digest leaf = MerkleTree.leafHash(new byte[] {(byte) i});
            tree.append(leaf);
            head = head.grownBy(List.of(leaf));

            assertThat(head.size()).isEqualTo(tree.size());
            assertThat(head.root()).isEqualTo(tree.root());
        }
    }

    @Test
    void aCheckpointOpensWithTheLogsKey() throws IOException {
        SigningKey key = SigningKey.generate();
        Path file = folder.resolve("log.pem");
        key.writePem(file);

        byte[] note = LogKey.read("revontuli/test", file, Optional.empty(), _ -> true)
                .checkpoint(new Head(1, List.of(Digest.of(new byte[0]))))
                .bytes();

        assertThat(Checkpoint.open(note, key.verifyingKey()))
                .hasValueSatisfying(checkpoint -> assertThat(checkpoint.size()).isOne());
        assertThat(Checkpoint.open(note, SigningKey.generate().verifyingKey())).isEmpty();
        assertThat(new String(note, StandardCharsets.UTF_8)).startsWith("revontuli/test\n1\n");
    }

    @Test
    void anOriginThatNoNoteCanCarryStopsTheService() throws IOException {
        Path file = folder.resolve("log.pem");
        SigningKey.generate().writePem(file);

        for (String origin : List.of("", "two words", "a+b", "line\nbreak")) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> LogKey.read(origin, file, Optional.empty(), _ -> true))
                    .withMessageContaining("revontuli.safety.ledger");
        }
    }
}
