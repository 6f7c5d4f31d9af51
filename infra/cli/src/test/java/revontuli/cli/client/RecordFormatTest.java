package revontuli.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.AuditRecord;

class RecordFormatTest {
    @Test
    void aCellIsOneCellWhateverIsInIt() {
        assertThat(RecordFormat.cell("plain")).isEqualTo("plain");
        assertThat(RecordFormat.cell("a,b")).isEqualTo("\"a,b\"");
        assertThat(RecordFormat.cell("say \"hi\"\n")).isEqualTo("\"say \"\"hi\"\"\n\"");
        assertThat(RecordFormat.cell("=1+1")).as("no formula").isEqualTo("'=1+1");
        assertThat(RecordFormat.cell("")).isEmpty();
    }

    @Test
    void aRecordHasAsManyCellsAsTheHeader() {
        AuditRecord record = AuditRecord.newBuilder()
                .setIndex(7)
                .setAction("job.queued")
                .setSubject("jobs/j")
                .setTenant("demo")
                .setActor("users/o")
                .setService("trainer-svc")
                .putDigests("model", "sha256:aa")
                .putDigests("base", "sha256:bb")
                .setLeaf(ByteString.copyFromUtf8("{\"record\":{}}"))
                .build();

        assertThat(RecordFormat.header().split(",")).hasSize(9);
        assertThat(RecordFormat.csv(record))
                .isEqualTo("7,1970-01-01T00:00:00Z,job.queued,jobs/j,demo,users/o,trainer-svc,"
                        + "base=sha256:bb model=sha256:aa,\"{\"\"record\"\":{}}\"");
    }
}
