package revontuli.platform.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

class TokenShardTest {
    private static final Digest DATASET = Digest.of(new byte[] {1});
    private static final Digest TOKENIZER = Digest.of(new byte[] {2});

    @TempDir
    Path folder;

    private byte[] written(int vocabulary, int[]... documents) throws IOException {
        try (TokenShardWriter writer = new TokenShardWriter(folder, DATASET, TOKENIZER, vocabulary)) {
            for (int d = 0; d < documents.length; d++) {
                writer.add(documents[d], 10 * d, d + 5L);
            }
            writer.leaveOut();
            return Files.readAllBytes(writer.finish());
        }
    }

    private TokenShard opened(byte[] bytes) throws IOException {
        Path file = folder.resolve("shard");
        Files.write(file, bytes);
        return TokenShard.open(file);
    }

    @Test
    void documentsComeBackInTwoAndInFourBytes() throws IOException {
        for (int vocabulary : new int[] {65_536, 65_537}) {
            int[][] documents = {{1, 2, vocabulary - 1}, {}, {0}, {7, 7}};
            TokenShard shard = opened(written(vocabulary, documents));

            assertThat(shard.header())
                    .isEqualTo(new ShardHeader(
                            DATASET,
                            TOKENIZER,
                            vocabulary == 65_536 ? 2 : 4,
                            vocabulary,
                            new ShardHeader.Counts(4, 6, 60, 1)));
            for (int d = 0; d < documents.length; d++) {
                assertThat(shard.end(d) - shard.start(d)).isEqualTo(documents[d].length);
                for (int i = 0; i < documents[d].length; i++) {
                    assertThat(shard.id(shard.start(d) + i)).isEqualTo(documents[d][i]);
                }
                assertThat(shard.textBytes(d)).isEqualTo(10 * d);
                assertThat(shard.line(d)).isEqualTo(d + 5);
            }
        }
    }

    @Test
    void theFormIsPinned() throws IOException {
        assertThat(HexFormat.of().formatHex(written(300, new int[] {1, 258}, new int[] {3})))
                .isEqualTo("5256544e53485244" + "01000000" + "02000000" // magic, version, bytes of an id
                        + "0200000000000000" + "0300000000000000" // documents, tokens
                        + "0a00000000000000" + "0100000000000000" // text bytes, lines left out
                        + "2c01000000000000" + "8800000000000000" // vocabulary, start of the index
                        + DATASET.hex()
                        + TOKENIZER.hex()
                        + "0100" + "0201" + "0300" + "0000" // ids, zeros up to a multiple of 8
                        + "0200000000000000" + "00000000" + "05000000" // end, text bytes, line
                        + "0300000000000000" + "0a000000" + "06000000");
    }

    @Test
    void nothingLeavesADraftBehind() throws IOException {
        written(300, new int[] {1});

        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        byte[] good = written(300, new int[] {1, 258}, new int[] {3});

        assertThatThrownBy(() -> opened(new byte[0])).isInstanceOf(MalformedException.class);
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> opened(cut)).isInstanceOf(MalformedException.class);
        }
        byte[] longer = Arrays.copyOf(good, good.length + 1);
        assertThatThrownBy(() -> opened(longer)).isInstanceOf(MalformedException.class);
        for (int at = 0; at < good.length; at++) {
            boolean free = in(at, 40, 48) // lines left out
                    || in(at, 48, 52) // a vocabulary of another size of the same width
                    || in(at, 64, 136) // digests and ids
                    || at == 136 // where the first document ends, between none and all
                    || in(at, 148, 152) // number of the first line
                    || in(at, 164, 168); // number of the second line
            for (int bit = 0; bit < 8 && !free; bit++) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << bit);
                int place = at;
                assertThatThrownBy(() -> opened(bad)).as("byte %d", place).isInstanceOf(MalformedException.class);
            }
        }
    }

    private static boolean in(int at, int from, int to) {
        return from <= at && at < to;
    }

    @Test
    void randomBytesNeverEscape() throws IOException {
        Random random = new Random(3);
        byte[] good = written(70_000, new int[] {1, 258}, new int[] {3});
        for (int round = 0; round < 500; round++) {
            byte[] bad = good.clone();
            for (int n = 0; n < 4; n++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                TokenShard shard = opened(bad);
                for (long d = 0; d < shard.documents(); d++) {
                    for (long at = shard.start(d); at < shard.end(d); at++) {
                        shard.id(at);
                    }
                }
            } catch (MalformedException e) {
                assertThat(e).hasMessageContaining("token shard");
            }
        }
    }

    @Test
    void idsOutsideTheVocabularyAreNotWritten() {
        assertThatThrownBy(() -> written(300, new int[] {300})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> written(300, new int[] {-1})).isInstanceOf(IllegalStateException.class);
    }
}
