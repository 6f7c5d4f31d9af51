package revontuli.transparency.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.export.TestLog;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// One signature over several records of a source.
class SealedTogetherTest {
    private final TestLog log = new TestLog();
    private final TestLog.Source source = log.open("inference");

    @Test
    void everyLeafShowsAloneThatItsSourceSignedIt() {
        for (int size = 1; size <= 130; size += size < 10 ? 1 : 40) {
            List<AuditRecord> records = records(size);
            List<SealedRecord> sealed = SealedRecord.sealAll(records, source.key());

            assertThat(sealed).hasSize(size);
            Set<String> signatures = new HashSet<>();
            for (int i = 0; i < size; i++) {
                SealedRecord read = SealedRecord.parse(sealed.get(i).leaf());
                assertThat(read.record()).isEqualTo(records.get(i));
                assertThat(read.recordBytes()).isEqualTo(records.get(i).bytes());
                assertThat(read.isSignedBy(source.key().verifyingKey())).isTrue();
                assertThat(read.isSignedBy(TestLog.keyOf(99).verifyingKey())).isFalse();
                signatures.add(StrictBase64.encode(read.signature()));
            }
            assertThat(signatures)
                    .hasSize((size + SealedRecord.SEALED_TOGETHER_MAX - 1) / SealedRecord.SEALED_TOGETHER_MAX);
        }
    }

    @Test
    void oneRecordAloneIsSealedAsEver() {
        AuditRecord record = records(1).getFirst();

        assertThat(SealedRecord.sealAll(List.of(record), source.key()))
                .containsExactly(SealedRecord.seal(record, source.key()));
        assertThat(SealedRecord.sealAll(List.of(), source.key())).isEmpty();
    }

    @Test
    void everyChangedByteIsMalformedOrNotSigned() {
        byte[] leaf = SealedRecord.sealAll(records(5), source.key()).get(3).leaf();
        for (int i = 0; i < leaf.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = leaf.clone();
                changed[i] ^= (byte) (1 << bit);
                try {
                    assertThat(SealedRecord.parse(changed)
                                    .isSignedBy(source.key().verifyingKey()))
                            .as("byte %d, bit %d", i, bit)
                            .isFalse();
                } catch (MalformedException malformed) {
                    assertThat(malformed.getMessage()).isNotEmpty();
                }
            }
        }
    }

    @Test
    void thePlaceHasOneSpelling() {
        String leaf =
                new String(SealedRecord.sealAll(records(5), source.key()).get(3).leaf(), UTF_8);
        for (List<String> change : List.of(
                List.of("\"index\":\"3\"", "\"index\":\"03\""),
                List.of("\"index\":\"3\"", "\"index\":\"\""),
                List.of("\"index\":\"3\"", "\"index\":\"5\""),
                List.of("\"index\":\"3\"", "\"index\":\"4\""),
                List.of("\"index\":\"3\"", "\"index\":\"-1\""),
                List.of("\"index\":\"3\"", "\"index\":\"00003\""),
                List.of("\"size\":\"5\"", "\"size\":\"05\""),
                List.of("\"size\":\"5\"", "\"size\":\"1\""),
                List.of("\"size\":\"5\"", "\"size\":\"0\""),
                List.of("\"size\":\"5\"", "\"size\":\"1025\""),
                List.of("\"size\":\"5\"", "\"size\":\"99999\""),
                List.of("\"path\":\"", "\"path\":\"AAAA"),
                List.of("\"batch\":{", "\"batch\":{ "),
                List.of("\"path\":", "\"Path\":"))) {
            String changed = leaf.replace(change.getFirst(), change.getLast());
            assertThat(changed).isNotEqualTo(leaf);
            assertThatThrownBy(() -> SealedRecord.parse(changed.getBytes(UTF_8)))
                    .as("%s", change)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void aSignatureOverABatchIsNoneOverARecord() {
        SealedRecord together = SealedRecord.sealAll(records(2), source.key()).getFirst();
        String alone = "{\"record\":" + new String(together.recordBytes(), UTF_8) + ",\"signature\":\""
                + StrictBase64.encode(together.signature()) + "\"}";

        assertThat(SealedRecord.parse(alone.getBytes(UTF_8))
                        .isSignedBy(source.key().verifyingKey()))
                .isFalse();
    }

    @Test
    void recordsOfTwoSourcesAreNotSealedTogether() {
        List<AuditRecord> records = new ArrayList<>(records(2));
        records.add(
                log.open("trainer").seal("a.b", "jobs/x", "", "", Json.fields()).record());

        assertThatThrownBy(() -> SealedRecord.sealAll(records, source.key()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSignatureIsComputedOnceForABatch() {
        int[] computed = {0};
        SigningKey key = source.key();
        LastSignature last = new LastSignature((message, signature) -> {
            computed[0]++;
            return key.verifyingKey().verifies(message, signature);
        });

        for (SealedRecord leaf : SealedRecord.sealAll(records(64), key)) {
            assertThat(last.verifies(leaf.signedBytes(), leaf.signature())).isTrue();
        }
        assertThat(computed[0]).isEqualTo(1);
        byte[] wrong =
                SealedRecord.sealAll(records(2), TestLog.keyOf(99)).getFirst().signature();
        assertThat(last.verifies(SealedRecord.seal(records(1).getFirst(), key).signedBytes(), wrong))
                .isFalse();
    }

    private List<AuditRecord> records(int count) {
        List<AuditRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(source.seal("generation.finished", "generations/g" + i, "", "", Json.fields())
                    .record());
        }
        return records;
    }
}
