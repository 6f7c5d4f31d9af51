package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditLogServiceGrpc.AuditLogServiceBlockingStub;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.GetCheckpointRequest;
import revontuli.api.safety.v1.GetRecordRequest;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.record.SealedRecord;

/// Queries of the log over the wire: filters, pages, tenants, bad input.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class AuditLogTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Inject
    LogView log;

    private final String mark = "m" + UUID.randomUUID().toString().substring(0, 8);
    private final String job = "jobs/" + mark;
    private final String model = "models/" + mark + "/versions/3";
    private final Digest digest = Digest.of(mark.getBytes(StandardCharsets.UTF_8));
    private TestSource source;

    @BeforeEach
    void writeSevenRecords() {
        source = TestSource.open("trainer-svc");
        source.sendAll(List.of(
                source.act("job.submitted", job).from("", "QUEUED").at(NOON),
                source.act("job.started", job).from("QUEUED", "PREPARING").at(NOON.plusSeconds(1)),
                source.act("model.promoted", model)
                        .digest("model", digest)
                        .fact("job", job)
                        .at(NOON.plusSeconds(2)),
                source.act("dataset.registered", "datasets/" + mark)
                        .by("users/" + mark, "demo")
                        .at(NOON.plusSeconds(3)),
                source.act("dataset.registered", "datasets/" + mark + "-g")
                        .by("users/" + mark, "guest")
                        .at(NOON.plusSeconds(4)),
                source.act("generation.admitted", "generations/" + mark)
                        .fact("model", model)
                        .at(NOON.plusSeconds(5))));
        log.awaitEntered(source);
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Test
    void filtersNarrowAndCombine() {
        assertThat(actions(query().setJob(job))).containsExactly("job.submitted", "job.started", "model.promoted");
        assertThat(actions(query().setJob(job).setAction("job.*"))).containsExactly("job.submitted", "job.started");
        assertThat(actions(query().setSubject(job).setAction("job.started"))).containsExactly("job.started");
        assertThat(actions(query().setModel(model))).containsExactly("model.promoted", "generation.admitted");
        assertThat(actions(query().setModel(digest.toString()))).containsExactly("model.promoted");
        assertThat(actions(query().setActor("users/" + mark)))
                .containsExactly("dataset.registered", "dataset.registered");
        assertThat(actions(query().setActor("users/" + mark).setTenant("guest")))
                .hasSize(1);
        assertThat(actions(query().setService("tokenizer-svc").setJob(job))).isEmpty();
        assertThat(actions(query().setJob(job)
                        .setFromTime(stamp(NOON.plusSeconds(1)))
                        .setToTime(stamp(NOON.plusSeconds(2)))))
                .containsExactly("job.started");
        assertThat(actions(query().setJob(job).setNewestFirst(true)))
                .containsExactly("model.promoted", "job.started", "job.submitted");
    }

    @Test
    void aPrefixIsNoPattern() {
        assertThat(actions(query().setJob(job).setAction("jo.*"))).isEmpty();
        assertThat(Grpc.refusedBy(() ->
                                auditor().queryRecords(query().setAction("%").build()))
                        .reason())
                .isEqualTo("BAD_FILTER");
    }

    @Test
    void pagesFollowEachOtherInBothDirections() {
        for (boolean newestFirst : List.of(false, true)) {
            QueryRecordsRequest.Builder request =
                    query().setJob(job).setPageSize(2).setNewestFirst(newestFirst);
            List<String> all = new ArrayList<>();
            QueryRecordsResponse page = auditor().queryRecords(request.build());
            all.addAll(names(page));
            assertThat(page.getNextPageToken()).isNotEmpty();
            page = auditor()
                    .queryRecords(request.setPageToken(page.getNextPageToken()).build());
            all.addAll(names(page));

            assertThat(page.getNextPageToken()).isEmpty();
            assertThat(all).hasSize(3).doesNotHaveDuplicates();
        }
    }

    @Test
    void aPageOfLargeRecordsStaysBelowTheSizeOfAMessage() {
        source.sendAll(IntStream.range(0, 90)
                .mapToObj(i -> source.act("dataset.registered", "datasets/" + mark + "-large" + i)
                        .by("users/large-" + mark, "demo")
                        .fact("filler", "x".repeat(45_000)))
                .toList());
        log.awaitEntered(source);
        QueryRecordsRequest.Builder request =
                query().setActor("users/large-" + mark).setPageSize(1_000);

        QueryRecordsResponse first = auditor().queryRecords(request.build());
        QueryRecordsResponse second = auditor()
                .queryRecords(request.setPageToken(first.getNextPageToken()).build());

        assertThat(first.getSerializedSize()).isLessThan(4 * 1024 * 1024);
        assertThat(first.getRecordsCount()).isBetween(50, 89);
        assertThat(first.getRecordsCount() + second.getRecordsCount()).isEqualTo(90);
        assertThat(second.getNextPageToken()).isEmpty();
    }

    @Test
    void badPagesAreRefused() {
        QueryRecordsResponse page =
                auditor().queryRecords(query().setJob(job).setPageSize(1).build());

        assertThat(reasonOf(query().setPageSize(-1))).isEqualTo("NEGATIVE_PAGE_SIZE");
        assertThat(reasonOf(query().setPageToken("?"))).isEqualTo("BAD_PAGE_TOKEN");
        assertThat(reasonOf(query().setJob("jobs/another").setPageToken(page.getNextPageToken())))
                .isEqualTo("BAD_PAGE_TOKEN");
    }

    @Test
    void badFiltersNameTheirField() {
        assertThat(reasonOf(query().setActor("x".repeat(257)))).isEqualTo("BAD_FILTER");
        assertThat(reasonOf(query().setSubject("a\nb"))).isEqualTo("BAD_FILTER");
        assertThat(reasonOf(query().setFromTime(stamp(NOON)).setToTime(stamp(NOON))))
                .isEqualTo("BAD_FILTER");
        assertThat(reasonOf(query().setFromTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))))
                .isEqualTo("BAD_FILTER");
        assertThat(Grpc.refusedBy(() -> auditor()
                                .queryRecords(
                                        query().setToTime(Timestamp.newBuilder().setNanos(-1))
                                                .build()))
                        .details())
                .containsEntry("field", "to_time");
    }

    @Test
    void othersSeeTheirOwnTenantOnly() {
        QueryRecordsRequest both = query().setActor("users/" + mark).build();

        assertThat(as("caller").queryRecords(both).getRecordsList())
                .extracting(AuditRecord::getTenant)
                .containsExactly("demo");
        assertThat(as("guest").queryRecords(both).getRecordsList())
                .extracting(AuditRecord::getTenant)
                .containsExactly("guest");
        Grpc.Refused refused = Grpc.refusedBy(() ->
                as("guest").queryRecords(both.toBuilder().setTenant("demo").build()));
        assertThat(refused.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refused.reason()).isEqualTo("FOREIGN_TENANT");
    }

    @Test
    void aForeignRecordDoesNotExist() {
        AuditRecord demos =
                auditor().queryRecords(query().setSubject(job).build()).getRecords(0);

        assertThat(as("caller").getRecord(named(demos.getName()))).isEqualTo(demos);
        Grpc.Refused foreign = Grpc.refusedBy(() -> as("guest").getRecord(named(demos.getName())));
        Grpc.Refused none = Grpc.refusedBy(() -> as("guest").getRecord(named("records/999999999")));
        assertThat(foreign.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(foreign.reason()).isEqualTo(none.reason()).isEqualTo("NO_SUCH_RECORD");
        assertThat(foreign.message().replaceAll("[0-9]+", "n"))
                .isEqualTo(none.message().replaceAll("[0-9]+", "n"));
    }

    @Test
    void aRecordHasItsExactLeaf() {
        AuditRecord record = auditor()
                .queryRecords(query().setModel(digest.toString()).build())
                .getRecords(0);

        SealedRecord leaf = SealedRecord.parse(record.getLeaf().toByteArray());
        assertThat(leaf.record().event().subject().name())
                .isEqualTo(record.getSubject())
                .isEqualTo(model);
        assertThat(record.getDigestsMap()).containsEntry("model", digest.toString());
        assertThat(record.getEventTime()).isEqualTo(stamp(NOON.plusSeconds(2)));
    }

    @Test
    void malformedNamesAreRefused() {
        for (String name : List.of("", "records/", "records/-1", "records/01", "records/1x", "jobs/1")) {
            assertThat(Grpc.refusedBy(() -> auditor().getRecord(named(name))).reason())
                    .isEqualTo("MALFORMED_NAME");
        }
    }

    @Test
    void aQueryLeavesARecordOfItself() {
        auditor().queryRecords(query().setSubject("marks/" + mark).build());

        log.awaitCount(
                1,
                "action = 'audit.queried' and actor = 'users/auditor' and convert_from(leaf, 'UTF8') like ?",
                "%\"subject\":\"marks/" + mark + "\"%");
    }

    @Test
    void theCheckpointCoversTheLog() {
        long size = log.number("select size from audit_head");
        Checkpoint checkpoint = Eventually.get("a checkpoint over " + size + " leaves", () -> {
            String note = auditor()
                    .getCheckpoint(GetCheckpointRequest.getDefaultInstance())
                    .getCheckpoint();
            return Checkpoint.open(
                            note.getBytes(StandardCharsets.UTF_8),
                            LedgerKeys.logKey().verifyingKey())
                    .filter(opened -> opened.size() >= size);
        });
        assertThat(checkpoint.origin()).isEqualTo(LedgerKeys.ORIGIN);
        assertThat(Grpc.refusedBy(() -> as("operator").getCheckpoint(GetCheckpointRequest.getDefaultInstance()))
                        .reason())
                .isEqualTo("ROLE_MISSING");
    }

    private List<String> actions(QueryRecordsRequest.Builder request) {
        return auditor().queryRecords(request.build()).getRecordsList().stream()
                .map(AuditRecord::getAction)
                .toList();
    }

    private static String reasonOf(QueryRecordsRequest.Builder request) {
        return Grpc.refusedBy(() -> auditor().queryRecords(request.build())).reason();
    }

    private static List<String> names(QueryRecordsResponse page) {
        return page.getRecordsList().stream().map(AuditRecord::getName).toList();
    }

    private static QueryRecordsRequest.Builder query() {
        return QueryRecordsRequest.newBuilder();
    }

    private static GetRecordRequest named(String name) {
        return GetRecordRequest.newBuilder().setName(name).build();
    }

    private static Timestamp stamp(Instant time) {
        return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
    }

    private static AuditLogServiceBlockingStub auditor() {
        return as("auditor");
    }

    private static AuditLogServiceBlockingStub as(String name) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as(name));
    }
}
