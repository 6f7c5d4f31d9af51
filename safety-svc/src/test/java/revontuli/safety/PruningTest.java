package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.GetInclusionProofRequest;
import revontuli.api.safety.v1.GetRecordRequest;
import revontuli.api.safety.v1.Hold;
import revontuli.api.safety.v1.PlaceHoldRequest;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.api.safety.v1.PruneRecordsRequest;
import revontuli.api.safety.v1.PruneRecordsResponse;
import revontuli.api.safety.v1.ReleaseHoldRequest;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.transparency.export.Verification;
import revontuli.transparency.merkle.TlogProof;
import revontuli.transparency.record.PrunedLeaf;
import revontuli.transparency.record.SealedRecord;

/// Records leave the log when their retention is over, and neither before nor without a trace.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class PruningTest {
    private final Instant old = Instant.now().minus(Duration.ofDays(200));
    private final Instant veryOld = Instant.now().minus(Duration.ofDays(3_700));

    @Inject
    LogView log;

    @TempDir
    Path folder;

    private final String mark = UUID.randomUUID().toString();
    private final String plain = "generations/plain-" + mark;
    private final String held = "generations/held-" + mark;
    private final String fresh = "generations/fresh-" + mark;
    private final String job = "jobs/" + mark;
    private final String policy = "policies/" + mark;
    private SealedRecord first;

    @BeforeEach
    void fillTheLog() {
        try (TestSource source = TestSource.open("inference-svc")) {
            first = source.next(
                    source.act("generation.admitted", plain).at(old).fact("odd", "\u0000 \\u0000 \"subject_number\""));
            source.send(first);
            source.send(source.next(source.act("generation.finished", plain).at(old)));
            source.send(source.next(source.act("generation.admitted", held).at(old)));
            source.send(source.next(source.act("generation.admitted", fresh)));
            source.send(source.next(source.act("generation.finished", plain)));
            source.send(source.next(source.act("policy.tried", policy).at(veryOld)));
            source.send(source.next(source.act("test.tried", "jobs/x" + mark).at(old)));
            source.send(source.next(source.act("test.tried", job).at(veryOld)));
            log.awaitEntered(source);
        }
    }

    @Test
    void onlyWhatIsOldEnoughAndHeldByNobodyLeavesAndItsPlaceStays() throws IOException {
        Hold hold = privacy()
                .placeHold(PlaceHoldRequest.newBuilder()
                        .setTenant("demo")
                        .setSubject(held)
                        .setReason("a case")
                        .build());
        PruneRecordsRequest.Builder all = PruneRecordsRequest.newBuilder();
        assertThat(privacy().pruneRecords(all.build()).getRecords())
                .as("no checkpoint is old enough, whatever the records say of themselves")
                .isZero();
        long index = index(plain);
        coverLongAgo(200, index(job) + 1);

        PruneRecordsResponse dry =
                privacy().pruneRecords(all.setValidateOnly(true).build());
        assertThat(dry.getRecords()).isGreaterThanOrEqualTo(2);
        assertThat(dry.getHeld()).isGreaterThanOrEqualTo(1);
        assertThat(dry.getMore()).isTrue();
        assertThat(log.count("subject = ?", plain)).isEqualTo(3);
        PruneRecordsResponse later = privacy().pruneRecords(all.setKeepDays(400).build());
        assertThat(later.getRecords()).isZero();

        PruneRecordsResponse some = privacy()
                .pruneRecords(PruneRecordsRequest.newBuilder().setMaxRecords(1).build());
        assertThat(some.getRecords()).isEqualTo(1);
        assertThat(some.getMore()).isTrue();
        PruneRecordsResponse pruned = privacy().pruneRecords(PruneRecordsRequest.getDefaultInstance());

        assertThat(pruned.getRecords() + 1).isEqualTo(dry.getRecords());
        assertThat(pruned.getMore()).isFalse();
        assertThat(log.count("subject = ?", plain)).as("the young one stays").isOne();
        for (String kept : new String[] {held, fresh, job, policy, "jobs/x" + mark}) {
            assertThat(log.count("subject = ?", kept)).as(kept).isOne();
        }
        assertThat(log.number(
                        "select count(*) from audit_pruned where leaf_hash = ?",
                        first.leafHash().value()))
                .isOne();
        assertThat(log.numberFor("demo", "select count(*) from audit_pruned"))
                .as("what is left of a pruned record is no tenant's")
                .isZero();
        assertThat(log.numberFor("demo", "select count(*) from audit_record where tenant <> 'demo'"))
                .isZero();
        log.awaitCount(1, "action = ? and subject = ?", PrunedLeaf.ACTION, pruned.getName());
        assertPlaceIsProved(index);
        assertExportHolds(dry.getRecords());

        privacy()
                .releaseHold(
                        ReleaseHoldRequest.newBuilder().setName(hold.getName()).build());
        coverLongAgo(3_660, index(job) + 1);
        privacy().pruneRecords(PruneRecordsRequest.getDefaultInstance());
        assertThat(log.count("subject = ?", held)).as("released").isZero();
        assertThat(log.count("subject = ?", job)).as("after ten years").isZero();
        assertThat(log.count("subject = ?", policy)).as("kept for good").isOne();
        assertExportHolds(dry.getRecords() + 2);
    }

    private void assertPlaceIsProved(long index) {
        assertThat(Grpc.refusedBy(() -> audit("auditor").getRecord(name(index))).reason())
                .isEqualTo("RECORD_PRUNED");
        assertThat(Grpc.refusedBy(() -> audit("caller").getRecord(name(index))).reason())
                .isEqualTo("NO_SUCH_RECORD");
        GetInclusionProofRequest request =
                GetInclusionProofRequest.newBuilder().setIndex(index).build();
        assertThat(Grpc.refusedBy(() -> audit("caller").getInclusionProof(request))
                        .reason())
                .isEqualTo("NO_SUCH_RECORD");
        TlogProof proof = TlogProof.parse(
                audit("auditor").getInclusionProof(request).getTlogProof().toByteArray());
        assertThat(proof.verify(
                        first.leaf(), LedgerKeys.ORIGIN, LedgerKeys.logKey().verifyingKey()))
                .as("whoever kept the record can still show that it was there")
                .isEqualTo(TlogProof.Outcome.PROVEN);
    }

    /// An export right after a pruning waits until its record is in the log.
    private void assertExportHolds(long gone) throws IOException {
        Eventually.holds("every pruning's record is in the log", () -> log.number("""
                        select count(*) from audit_pruning p where not exists
                            (select from audit_record where subject = p.pruning and action = 'ledger.pruned')""") == 0);
        Verification verification =
                WireExport.from(0).verify(folder.resolve(UUID.randomUUID().toString()));

        assertThat(verification.ok()).as(verification.message()).isTrue();
        assertThat(verification.pruned()).isGreaterThanOrEqualTo(gone);
        assertThat(verification.pruned()).isEqualTo(log.number("select count(*) from audit_pruned"));
    }

    @Test
    void aWrongWishIsRefused() {
        for (PruneRecordsRequest wrong : new PruneRecordsRequest[] {
            PruneRecordsRequest.newBuilder().setKeepDays(-1).build(),
            PruneRecordsRequest.newBuilder().setKeepDays(40_000).build(),
            PruneRecordsRequest.newBuilder().setMaxRecords(-1).build(),
            PruneRecordsRequest.newBuilder().setMaxRecords(10_001).build(),
            PruneRecordsRequest.newBuilder()
                    .setKeepDays(-1)
                    .setValidateOnly(true)
                    .build()
        }) {
            assertThat(Grpc.refusedBy(() -> privacy().pruneRecords(wrong)).reason())
                    .isEqualTo("BAD_PRUNING");
        }
        assertThat(Grpc.refusedBy(() -> PrivacyServiceGrpc.newBlockingStub(Grpc.as("operator"))
                                .pruneRecords(PruneRecordsRequest.getDefaultInstance()))
                        .reason())
                .isEqualTo("ROLE_MISSING");
    }

    /// As if a checkpoint over these leaves had been signed so many days ago.
    private void coverLongAgo(int days, long size) {
        Eventually.holds(
                "a checkpoint over " + size,
                () -> log.number("select count(*) from audit_checkpoint where size >= ?", size) > 0);
        log.execute("insert into audit_checkpoint (size, root, note, create_time) select size, root, note,"
                + " now() - interval '" + days + " days' from audit_checkpoint where size >= " + size
                + " order by position limit 1");
    }

    private long index(String subject) {
        return log.number("select min(index) from audit_record where subject = ?", subject);
    }

    private static GetRecordRequest name(long index) {
        return GetRecordRequest.newBuilder().setName("records/" + index).build();
    }

    private static PrivacyServiceGrpc.PrivacyServiceBlockingStub privacy() {
        return PrivacyServiceGrpc.newBlockingStub(Grpc.as("auditor"));
    }

    private static AuditLogServiceGrpc.AuditLogServiceBlockingStub audit(String who) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as(who));
    }
}
