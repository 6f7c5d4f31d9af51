package revontuli.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.AuditRecord;

class WireTest {
    @Test
    void theFirstRecordHasAnIndexToo() {
        assertThat(Wire.json(AuditRecord.newBuilder().setAction("source.opened").build()))
                .contains("\"index\":\"0\"")
                .contains("\"action\":\"source.opened\"");
    }
}
