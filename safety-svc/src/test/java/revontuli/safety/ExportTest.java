package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.ExportRecordsRequest;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.transparency.export.Verification;
import revontuli.transparency.json.Json;

/// An export over the wire stands up to the offline verifier, and one changed byte does not.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class ExportTest {
    @Inject
    LogView log;

    @TempDir
    Path folder;

    @BeforeEach
    void fillTheLog() {
        try (TestSource source = TestSource.open("inference-svc")) {
            String mark = UUID.randomUUID().toString();
            source.sendAll(IntStream.range(0, 300)
                    .mapToObj(i -> source.act("generation.admitted", "generations/" + mark + i)
                            .fact("filler", Json.text("x".repeat(i == 0 ? 40_000 : 10))))
                    .toList());
            log.awaitEntered(source);
        }
    }

    @Test
    void aWholeExportVerifies() throws IOException {
        WireExport exported = WireExport.from(0);

        Verification verification = verify(exported);

        assertThat(verification.ok()).as(verification.message()).isTrue();
        assertThat(verification.entries()).isEqualTo(exported.leaves().size());
        assertThat(exported.messages()).isGreaterThan(2);
        assertThat(exported.kept()).isNotEmpty();
        assertThat(verification.compared().kept()).isEqualTo(exported.kept().size());
        assertThat(exported.end().getLogName()).isEqualTo(LedgerKeys.ORIGIN);
        assertThat(exported.end().getLogKey().toByteArray())
                .isEqualTo(LedgerKeys.logKey().verifyingKey().raw());
    }

    @Test
    void oneChangedByteIsFoundAtItsIndex() throws IOException {
        WireExport exported = WireExport.from(0);
        int at = exported.leaves().size() / 2;
        byte[] leaf = exported.leaves().get(at);
        int letter = new String(leaf, StandardCharsets.ISO_8859_1).indexOf("\"tenant\":\"") + 10;
        leaf[letter] = (byte) (leaf[letter] == 'x' ? 'y' : 'x');

        Verification verification = verify(exported);

        assertThat(verification.ok()).isFalse();
        assertThat(verification.firstBad()).isEqualTo(at);
        assertThat(verification.reason()).isEqualTo(Verification.Reason.BAD_SIGNATURE);
    }

    @Test
    void aCutTailIsFound() throws IOException {
        WireExport exported = WireExport.from(0);
        exported.leaves().removeLast();

        assertThat(verify(exported).reason()).isEqualTo(Verification.Reason.TRUNCATED);
    }

    @Test
    void anExportGoesOnWhereAnotherEnded() {
        List<byte[]> all = WireExport.from(0).leaves();
        List<byte[]> rest = WireExport.from(all.size() - 5).leaves();

        assertThat(rest).hasSizeGreaterThanOrEqualTo(5);
        assertThat(rest.getFirst()).isEqualTo(all.get(all.size() - 5));
    }

    @Test
    void anExportLeavesARecordAndIsForAuditorsOnly() {
        long before = log.count("action = 'audit.exported'");
        WireExport.from(0);

        log.awaitCount(before + 1, "action = 'audit.exported'");
        assertThat(Grpc.refusedBy(() -> stub("operator").exportRecords(from(0)).next())
                        .reason())
                .isEqualTo("ROLE_MISSING");
    }

    @Test
    void anIndexOutsideTheLogIsRefused() {
        for (long index : new long[] {-1, 1L << 40}) {
            assertThat(Grpc.refusedBy(() ->
                                    stub("auditor").exportRecords(from(index)).next())
                            .reason())
                    .isEqualTo("BAD_FILTER");
        }
    }

    private Verification verify(WireExport exported) throws IOException {
        return exported.verify(folder);
    }

    private static ExportRecordsRequest from(long index) {
        return ExportRecordsRequest.newBuilder().setFromIndex(index).build();
    }

    private static AuditLogServiceGrpc.AuditLogServiceBlockingStub stub(String name) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as(name));
    }
}
