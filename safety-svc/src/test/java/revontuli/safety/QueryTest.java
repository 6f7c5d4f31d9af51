package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.GetLineageRequest;
import revontuli.api.safety.v1.GetStateAsOfRequest;
import revontuli.api.safety.v1.Lineage;
import revontuli.api.safety.v1.LineageDirection;
import revontuli.api.safety.v1.ModelAsOf;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;
import revontuli.api.safety.v1.StateAsOf;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// Windows of time over many blocks, page tokens, what was in force, and what rests on a subject.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class QueryTest {
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    @Inject
    LogView log;

    private final String mark = "q" + UUID.randomUUID().toString().substring(0, 8);

    @Test
    void aWindowOfTimeFindsEveryRecordInItThoughOneCameLate() {
        Instant begin = LONG_AGO.plus(Duration.ofDays(Math.floorMod(mark.hashCode(), 1_000)));
        try (TestSource trainer = TestSource.open("trainer-svc")) {
            List<TestSource.Act> acts = new ArrayList<>();
            for (int i = 0; i < 2_500; i++) {
                acts.add(trainer.act("test.act", "things/" + mark).at(begin.plusSeconds(i)));
            }
            acts.add(trainer.act("test.late", "things/" + mark).at(begin.plusSeconds(10)));
            trainer.sendAll(acts);
            log.awaitEntered(trainer);
        }
        QueryRecordsRequest.Builder window = QueryRecordsRequest.newBuilder()
                .setFromTime(proto(begin.plusSeconds(5)))
                .setToTime(proto(begin.plusSeconds(15)))
                .setPageSize(1_000);

        List<AuditRecord> oldest = auditor(window.build()).getRecordsList();
        List<AuditRecord> newest =
                auditor(window.clone().setNewestFirst(true).build()).getRecordsList();

        assertThat(oldest).hasSize(11);
        assertThat(oldest.getLast().getAction()).isEqualTo("test.late");
        assertThat(newest).isEqualTo(oldest.reversed());
        assertThat(auditor(window.clone()
                                .setAction("test.*")
                                .setSubject("things/" + mark)
                                .build())
                        .getRecordsList())
                .isEqualTo(oldest);
        assertThat(auditor(window.setFromTime(proto(LONG_AGO.minusSeconds(9)))
                                .setToTime(proto(LONG_AGO.minusSeconds(8)))
                                .build())
                        .getRecordsList())
                .isEmpty();
        assertThat(log.number("select count(*) from audit_span")).isGreaterThan(2);
    }

    @Test
    void aPageTokenIsGoodForItsOwnQueryOnly() {
        try (TestSource trainer = TestSource.open("trainer-svc")) {
            List<TestSource.Act> acts = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                acts.add(trainer.act("test.paged", "things/" + mark));
            }
            trainer.sendAll(acts);
            log.awaitEntered(trainer);
        }
        QueryRecordsRequest request = QueryRecordsRequest.newBuilder()
                .setSubject("things/" + mark)
                .setPageSize(2)
                .build();
        String token = auditor(request).getNextPageToken();

        assertThat(auditor(request.toBuilder().setPageToken(token).build()).getRecordsCount())
                .isEqualTo(2);
        for (QueryRecordsRequest foreign : List.of(
                request.toBuilder().setAction("test.paged").build(),
                request.toBuilder().setNewestFirst(true).build(),
                request.toBuilder().setSubject("things/other").build())) {
            assertThat(Grpc.refusedBy(() -> auditor(
                                    foreign.toBuilder().setPageToken(token).build()))
                            .reason())
                    .isEqualTo("BAD_PAGE_TOKEN");
        }
        assertThat(Grpc.refusedBy(() -> AuditLogServiceGrpc.newBlockingStub(Grpc.as("guest"))
                                .queryRecords(
                                        request.toBuilder().setPageToken(token).build()))
                        .reason())
                .as("the token of another tenant")
                .isEqualTo("BAD_PAGE_TOKEN");
    }

    @Test
    void aWindowOfTimeMayLieInSeveralPlacesOfTheLog() {
        Instant begin = Instant.now().minus(Duration.ofDays(300)).minusSeconds(Math.floorMod(mark.hashCode(), 100_000));
        String subject = "things/" + mark;
        try (TestSource trainer = TestSource.open("trainer-svc")) {
            for (int place = 0; place < 3; place++) {
                List<TestSource.Act> acts = new ArrayList<>();
                acts.add(trainer.act("test.timed", subject).at(begin.plusSeconds(place)));
                acts.add(trainer.act("test.timed", subject).at(begin.plusSeconds(60 + place))); // behind the window
                for (int i = 0; place < 2 && i < 2 * 1024; i++) { // whole blocks that do not touch it
                    acts.add(trainer.act("test.filled", "things/filling"));
                }
                trainer.sendAll(acts);
            }
            log.awaitEntered(trainer);
        }
        for (boolean newestFirst : new boolean[] {false, true}) {
            QueryRecordsRequest.Builder request = QueryRecordsRequest.newBuilder()
                    .setAction("test.timed")
                    .setFromTime(proto(begin))
                    .setToTime(proto(begin.plusSeconds(60)))
                    .setNewestFirst(newestFirst)
                    .setPageSize(2);
            QueryRecordsResponse first = auditor(request.build());
            QueryRecordsResponse second =
                    auditor(request.setPageToken(first.getNextPageToken()).build());

            List<Long> found = new ArrayList<>();
            first.getRecordsList().forEach(record -> found.add(record.getIndex()));
            second.getRecordsList().forEach(record -> found.add(record.getIndex()));
            assertThat(first.getRecordsCount()).isEqualTo(2);
            assertThat(second.getNextPageToken()).isEmpty();
            assertThat(found)
                    .hasSize(3)
                    .isSortedAccordingTo(newestFirst ? Comparator.reverseOrder() : Comparator.naturalOrder());
            assertThat(Math.abs(found.getFirst() - found.getLast())).isGreaterThan(4 * 1024);
        }
    }

    @Test
    void whatWasInForceIsToldFromTheRecordsUpToThen() {
        Instant begin = Instant.now().minus(Duration.ofDays(400)).minusSeconds(Math.floorMod(mark.hashCode(), 100_000));
        String first = "models/" + mark + "/versions/1";
        String second = "models/" + mark + "/versions/2";
        try (TestSource trainer = TestSource.open("trainer-svc");
                TestSource safety = TestSource.open("inference-svc")) {
            trainer.sendAll(List.of(
                    trainer.act("model.imported", first)
                            .at(begin)
                            .digest("model", digest("1"))
                            .fact("kid", "aa"),
                    trainer.act("model.promoted", second)
                            .at(begin.plusSeconds(100))
                            .digest("model", digest("2"))
                            .fact("signers", Json.Items.ofTexts(List.of("users/a", "users/b"))),
                    trainer.act("model.revoked", second)
                            .at(begin.plusSeconds(200))
                            .digest("model", digest("2"))));
            safety.sendAll(List.of(safety.act("policy.activated", "policies/" + mark + "/versions/1")
                    .at(begin.plusSeconds(50))
                    .digest("policy", digest("policy"))));
            log.awaitEntered(trainer);
            log.awaitEntered(safety);
        }

        assertThat(names(asOf(begin.minusSeconds(1)))).isEmpty();
        assertThat(asOf(begin.plusSeconds(49)).getPolicy().getName()).isNotEqualTo("policies/" + mark + "/versions/1");
        StateAsOf both = asOf(begin.plusSeconds(150));
        assertThat(both.getPolicy().getName()).isEqualTo("policies/" + mark + "/versions/1");
        assertThat(both.getPolicy().getDigest()).isEqualTo(digest("policy").toString());
        assertThat(names(both)).containsExactly(first, second);
        assertThat(both.getModelsList()).extracting(ModelAsOf::getCurrent).containsExactly(false, true);
        assertThat(both.getModels(0).getApprovalsList()).containsExactly("keys/aa");
        assertThat(both.getModels(1).getApprovalsList()).containsExactly("users/a", "users/b");
        StateAsOf revoked = asOf(begin.plusSeconds(200));
        assertThat(names(revoked)).as("at the very microsecond").containsExactly(first);
        assertThat(revoked.getModels(0).getCurrent()).isTrue();
    }

    @Test
    void aTimeMustBeAndMustNotBeToCome() {
        assertThat(Grpc.refusedBy(() -> asOf(Instant.now().plusSeconds(3_600))).reason())
                .isEqualTo("BAD_TIME");
        assertThat(Grpc.refusedBy(() -> AuditLogServiceGrpc.newBlockingStub(Grpc.as("caller"))
                                .getStateAsOf(GetStateAsOfRequest.getDefaultInstance()))
                        .reason())
                .isEqualTo("BAD_TIME");
        assertThat(Grpc.refusedBy(() -> AuditLogServiceGrpc.newBlockingStub(Grpc.as("caller"))
                                .getStateAsOf(GetStateAsOfRequest.newBuilder()
                                        .setTime(proto(LONG_AGO))
                                        .setModel("aurora")
                                        .build()))
                        .reason())
                .isEqualTo("MALFORMED_NAME");
    }

    @Test
    void theWalkGoesTheOtherWayToo() {
        String dataset = "datasets/" + mark;
        String job = "jobs/" + mark;
        String model = "models/" + mark + "/versions/1";
        String generation = "generations/" + mark;
        try (TestSource trainer = TestSource.open("trainer-svc");
                TestSource inference = TestSource.open("inference-svc")) {
            trainer.sendAll(List.of(
                    trainer.act("dataset.registered", dataset).digest("dataset", digest("data")),
                    trainer.act("job.submitted", job)
                            .from("", "QUEUED")
                            .fact(
                                    "data_sets",
                                    Json.fields().with(dataset, digest("data").toString())),
                    trainer.act("model.registered", model)
                            .digest("model", digest("1"))
                            .fact("job", job),
                    trainer.act("model.promoted", model)
                            .digest("model", digest("1"))
                            .fact("signers", Json.Items.ofTexts(List.of("users/" + mark)))));
            inference.sendAll(List.of(
                    inference
                            .act("generation.admitted", generation)
                            .digest("model", digest("1"))
                            .fact("model", model),
                    inference
                            .act("generation.replayed", generation)
                            .fact("outcome", "bit-equal")
                            .fact("model", model),
                    inference
                            .act("generation.admitted", "generations/foreign-" + mark)
                            .by("users/guest", "guest")
                            .fact("model", model)));
            log.awaitEntered(trainer);
            log.awaitEntered(inference);
        }

        Lineage ofData = dependents("caller", dataset);

        assertThat(ofData.getEdgesList())
                .extracting(edge -> edge.getFrom() + " " + edge.getRelation() + " " + edge.getTo())
                .contains(
                        job + " trained-on " + dataset,
                        model + " trained-by " + job,
                        generation + " generated-by " + model)
                .noneMatch(edge -> edge.contains("foreign"));
        assertThat(ofData.getEdgesList()).anyMatch(edge -> edge.getRelation().equals("replay-of"));
        assertThat(dependents("auditor", dataset).getNodesList())
                .anyMatch(node -> node.getSubject().equals("generations/foreign-" + mark));
        assertThat(dependents("caller", "users/" + mark).getEdgesList())
                .anyMatch(edge -> edge.getRelation().equals("approved-by")
                        && edge.getFrom().equals(model));
        assertThat(Grpc.refusedBy(() -> dependents("caller", "datasets/none-" + mark))
                        .reason())
                .isEqualTo("NO_SUCH_SUBJECT");
    }

    private static Lineage dependents(String who, String subject) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as(who))
                .getLineage(GetLineageRequest.newBuilder()
                        .setSubject(subject)
                        .setDirection(LineageDirection.LINEAGE_DIRECTION_DEPENDENTS)
                        .build());
    }

    private StateAsOf asOf(Instant time) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .getStateAsOf(GetStateAsOfRequest.newBuilder()
                        .setTime(proto(time))
                        .setModel("models/" + mark)
                        .build());
    }

    private static List<String> names(StateAsOf state) {
        return state.getModelsList().stream().map(ModelAsOf::getName).toList();
    }

    private static QueryRecordsResponse auditor(QueryRecordsRequest request) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as("auditor")).queryRecords(request);
    }

    private static Timestamp proto(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    private Digest digest(String what) {
        return Digest.of((mark + what).getBytes(StandardCharsets.UTF_8));
    }
}
