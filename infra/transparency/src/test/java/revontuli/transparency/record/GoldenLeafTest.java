package revontuli.transparency.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent.Act;
import revontuli.transparency.record.AuditEvent.Subject;
import revontuli.transparency.record.AuditEvent.Times;
import revontuli.transparency.record.AuditEvent.Writer;

/// Pins the byte form of a leaf for ever.
///
/// `golden/leaf-v1.json`, `golden/leaf-batch-v1.json` (of three records that were sealed together, the middle one) and
/// their hashes may never change, whatever else does: logs in the world hold leaves of these forms, and a reader that
/// no longer reads them has lost its evidence. A new form gets another golden file beside these.
class GoldenLeafTest {
    private static final String LEAF_HASH = "sha256:aa831f5fe1b5960378a45f8d316c8ea68fb1a58e40941f69c930ed316c1931a8";

    private static final String BATCH_LEAF_HASH =
            "sha256:1fbd4f761e10ad879c1280a377778399ff31b4e494b2345ba0f1c6037800115e";

    @Test
    void theLeafIsWrittenAsEver() throws IOException {
        SealedRecord sealed = SealedRecord.seal(record(), SigningKey.ofSeed(new byte[32]));

        assertThat(sealed.leaf()).isEqualTo(golden());
        assertThat(sealed.leafHash()).hasToString(LEAF_HASH);
    }

    @Test
    void theLeafIsReadAsEver() throws IOException {
        SealedRecord read = SealedRecord.parse(golden());

        assertThat(read.record()).isEqualTo(record());
        assertThat(read.isSignedBy(SigningKey.ofSeed(new byte[32]).verifyingKey()))
                .isTrue();
        assertThat(read.leafHash()).hasToString(LEAF_HASH);
    }

    @Test
    void theLeafOfABatchIsWrittenAndReadAsEver() throws IOException {
        List<AuditRecord> records = new ArrayList<>();
        for (long number = 7; number <= 9; number++) {
            records.add(new AuditRecord(record().source(), number, record().event()));
        }
        SealedRecord sealed =
                SealedRecord.sealAll(records, SigningKey.ofSeed(new byte[32])).get(1);
        byte[] golden = golden("leaf-batch-v1.json");
        SealedRecord read = SealedRecord.parse(golden);

        assertThat(sealed.leaf()).isEqualTo(golden);
        assertThat(read.record()).isEqualTo(records.get(1));
        assertThat(read.isSignedBy(SigningKey.ofSeed(new byte[32]).verifyingKey()))
                .isTrue();
        assertThat(read.leafHash()).hasToString(BATCH_LEAF_HASH);
    }

    private static byte[] golden() throws IOException {
        return golden("leaf-v1.json");
    }

    /// The file's last newline is not part of the leaf.
    private static byte[] golden(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(GoldenLeafTest.class.getResourceAsStream("/golden/" + name))) {
            byte[] file = in.readAllBytes();
            return Arrays.copyOf(file, file.length - 1);
        }
    }

    private static AuditRecord record() {
        byte[] digit = new byte[32];
        Arrays.fill(digit, (byte) 0x11);
        TreeMap<String, Digest> digests = new TreeMap<>(Map.of("model", Digest.ofValue(digit), "policy", Digest.of()));
        Json.Fields facts = Json.fields()
                .with("commitment", "hmac-sha256:58b4ee2458c858cdf15bcfdad7ce82c10ebe30a183d533b446a658ebe64ebba7")
                .with("text", "quote \" backslash \\ tab \t newline \n bell \u0007 a\u0308 \u20ac \u2028 \ud83c\udf0c")
                .with("languages", Json.Items.ofTexts(List.of("fi", "hi", "ja", "vi")))
                .with("sampling", Json.fields().with("seed", "9007199254740993").with("greedy", new Json.Flag(false)))
                .with("\ufb33", "after")
                .with("\ud83d\ude00", "before");
        AuditEvent event = new AuditEvent(
                UUID.fromString("0192f3a4-5b6c-7d8e-9f00-aabbccddeeff"),
                new Writer("inference", Digest.ofValue(digit)),
                new Act("generation.admitted", "demo", "users/aino", "request-1"),
                new Subject("generations/g1", 1, "", "ADMITTED"),
                new Times(Instant.parse("2026-01-31T12:00:00.000001Z"), Instant.parse("2026-01-31T12:00:01Z")),
                digests,
                facts);
        return new AuditRecord("sources/inference-0192f3a4-5b6c-7d8e-9f00-112233445566", 7, event);
    }
}
