package revontuli.transparency.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import revontuli.transparency.export.TestLog;
import revontuli.transparency.json.MalformedException;

/// The quick reader against the strict one: what the quick one takes, the strict one takes and reads alike.
class LeafScanTest {
    private static final int CHANGES = Integer.getInteger("revontuli.scans", 60_000);
    private static final long SEED = Long.getLong("revontuli.seed", 20_261_125);

    /// Pieces that decide: what is refused, what is rare, what is at a limit.
    private static final List<String> PIECES = List.of(
            "\"",
            "\\",
            "\\u0041",
            "\u007f",
            "\u00e4",
            "\ud83c\udf32",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "{}",
            "[]",
            "0",
            "00",
            "9007199254740993000",
            "true",
            "false",
            "null",
            " ",
            "\"a\":true,",
            "\"a\":{\"b\":[\"c\",false]},",
            "\"\":\"\",",
            "-02-29T",
            "-02-30T",
            "24:00",
            "23:59:60",
            "1969",
            "9999",
            "A",
            "a",
            "z",
            ".",
            "..",
            "-",
            "_",
            "/",
            "[[[[[[[[[[[[[]]]]]]]]]]]]]",
            "[[[[[[[[[[[[[[]]]]]]]]]]]]]]",
            "x".repeat(257),
            "x".repeat(49_152));

    @Test
    void whatTheQuickReaderTakesIsReadAlike() {
        List<SealedRecord> leaves = TestLog.generated(SEED, 60).leaves();
        Random random = new Random(SEED);
        int common = 0;
        int uncommon = 0;
        for (int i = 0; i < CHANGES; i++) {
            byte[] record = leaves.get(random.nextInt(leaves.size())).recordBytes();
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                record = changed(record, random);
            }
            LeafHead quick = LeafScan.head(record, 0, record.length);
            if (quick == null) {
                uncommon++;
            } else {
                common++;
                assertThat(LeafHead.of(AuditRecord.parse(record)))
                        .as("%s", new String(record, UTF_8))
                        .isEqualTo(quick);
            }
        }
        assertThat(common).isGreaterThan(CHANGES / 4);
        assertThat(uncommon).isGreaterThan(CHANGES / 4);
    }

    @Test
    void everyRecordOfAnOrdinaryLogIsCommon() {
        for (SealedRecord leaf : TestLog.generated(SEED, 60).leaves()) {
            byte[] record = leaf.recordBytes();
            assertThat(LeafScan.head(record, 0, record.length)).isEqualTo(LeafHead.of(leaf.record()));
        }
    }

    @Test
    void whatIsUncommonIsReadAllTheSame() throws IOException {
        byte[] golden = golden();

        LeafView read = LeafView.read(golden);

        assertThat(read.head()).isEqualTo(LeafHead.of(SealedRecord.parse(golden).record()));
        assertThat(read.leafHash()).isEqualTo(SealedRecord.parse(golden).leafHash());
        assertThat(LeafScan.head(golden, "{\"record\":".length(), golden.length - 105))
                .as("facts with escapes and other scripts")
                .isNull();
    }

    @Test
    void wholeLeavesAreTakenAndRefusedAlike() {
        List<SealedRecord> leaves = TestLog.generated(SEED + 1, 60).leaves();
        Random random = new Random(SEED);
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < CHANGES / 4; i++) {
            byte[] leaf = changed(leaves.get(random.nextInt(leaves.size())).leaf(), random);
            String strict = outcome(() -> describe(SealedRecord.parse(leaf)));
            String view = outcome(() -> {
                LeafView read = LeafView.read(leaf);
                return describe(read.head(), read.signedBytes(), read.signature());
            });
            assertThat(view).as("%s", new String(leaf, UTF_8)).isEqualTo(strict);
            if (strict.startsWith("refused")) {
                refused.add(strict);
            }
        }
        assertThat(refused).hasSizeGreaterThan(CHANGES / 16);
    }

    private static String describe(SealedRecord leaf) {
        return describe(LeafHead.of(leaf.record()), leaf.signedBytes(), leaf.signature());
    }

    private static String describe(LeafHead head, byte[] signed, byte[] signature) {
        return head + " " + Arrays.hashCode(signed) + " " + Arrays.hashCode(signature);
    }

    private interface Reading {
        String read();
    }

    private static String outcome(Reading reading) {
        try {
            return reading.read();
        } catch (MalformedException e) {
            return "refused: " + e.getMessage();
        }
    }

    /// One byte changed, taken out or put in, or a piece put over what is there.
    private static byte[] changed(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        byte[] piece =
                switch (random.nextInt(4)) {
                    case 0 -> new byte[] {(byte) (bytes[at] ^ (1 << random.nextInt(8)))};
                    case 1 -> new byte[0];
                    case 2 -> new byte[] {bytes[random.nextInt(bytes.length)], bytes[at]};
                    default -> PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8);
                };
        int over = random.nextBoolean() ? 1 : Math.min(bytes.length - at, piece.length);
        byte[] changed = new byte[bytes.length - over + piece.length];
        System.arraycopy(bytes, 0, changed, 0, at);
        System.arraycopy(piece, 0, changed, at, piece.length);
        System.arraycopy(bytes, at + over, changed, at + piece.length, bytes.length - at - over);
        return changed;
    }

    private static byte[] golden() throws IOException {
        try (InputStream in = Objects.requireNonNull(LeafScanTest.class.getResourceAsStream("/golden/leaf-v1.json"))) {
            byte[] file = in.readAllBytes();
            return Arrays.copyOf(file, file.length - 1);
        }
    }
}
