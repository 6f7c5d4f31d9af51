package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.events.v1.DocumentBuried;
import revontuli.api.events.v1.TokenShardWritten;
import revontuli.api.events.v1.TokenizeTaskFailed;
import revontuli.api.events.v1.TokenizeTaskSubmitted;
import revontuli.api.tokenizer.v1.CreateTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.EncodeTextRequest;
import revontuli.api.tokenizer.v1.GetTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.ListTokenizeTasksRequest;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.TokenizeTask;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc.TokenizeTaskServiceBlockingStub;
import revontuli.api.tokenizer.v1.TokenizeTaskState;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.shard.TokenShard;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.record.SealedRecord;

/// Files of documents become token shards, once each, whatever comes twice, comes late or is no document.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "tokenizer"))
class BulkTest {
    private static final String NAME = "tokenizers/bulk";
    private static final String TASKS = "revontuli.tokenizer.task";
    private static final String SUBMITTED = "revontuli.tokenizer.task.submitted.v1";
    private static final String RESULTS = "revontuli.tokenizer.shard";
    private static final String DEAD = TASKS + ".dead.tokenizer-svc";

    private final TokenizeTaskServiceBlockingStub operator =
            TokenizeTaskServiceGrpc.newBlockingStub(Grpc.as("operator"));

    @Inject
    ArtifactStore artifacts;

    @Inject
    DataSource database;

    private Digest tokenizer = Digest.of(TinyTokenizer.json());

    @BeforeEach
    void aTokenizerIsRegistered() {
        TokenizerServiceGrpc.newBlockingStub(Grpc.as("operator"))
                .registerTokenizer(RegisterTokenizerRequest.newBuilder()
                        .setName(NAME)
                        .setTokenizerJson(ByteString.copyFrom(TinyTokenizer.json()))
                        .build());
    }

    private Digest put(String... lines) throws IOException {
        return artifacts.put(
                new ByteArrayInputStream((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static String document(String id, String text) {
        return "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}";
    }

    private static String unique() {
        return UUID.randomUUID().toString();
    }

    private TokenizeTask create(Digest dataset) {
        return operator.createTokenizeTask(CreateTokenizeTaskRequest.newBuilder()
                .setDatasetDigest(dataset.toString())
                .setTokenizerDigest(tokenizer.toString())
                .build());
    }

    private TokenizeTask ended(String name) {
        return Eventually.get("end of " + name, () -> {
            TokenizeTask task = operator.getTokenizeTask(
                    GetTokenizeTaskRequest.newBuilder().setName(name).build());
            boolean over = task.getState() == TokenizeTaskState.TOKENIZE_TASK_STATE_DONE
                    || task.getState() == TokenizeTaskState.TOKENIZE_TASK_STATE_FAILED;
            return over ? Optional.of(task) : Optional.empty();
        });
    }

    private static <M extends Message> List<M> events(String topic, String type, String key, Parser<M> parser) {
        List<M> found = new ArrayList<>();
        for (TopicProbe.Seen seen : TopicProbe.all(topic)) {
            if (seen.key().equals(key) && seen.header("ce_type").equals(type)) {
                try {
                    found.add(parser.parseFrom(seen.value()));
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return found;
    }

    private static List<String> records(String subject) {
        return TopicProbe.all("revontuli.audit.record").stream()
                .filter(seen -> seen.header("ce_type").equals("revontuli.audit.record.sealed.v1"))
                .map(seen -> SealedRecord.parse(seen.value()).record().event())
                .filter(event -> event.subject().name().equals(subject))
                .map(event -> event.act().action())
                .toList();
    }

    @Test
    void fileBecomesAShardWithTheIdsOfSingleCalls() throws Exception {
        List<String> texts = List.of("hello " + unique(), "ä好👩 hell", "x");
        Digest dataset = put(document("a", texts.get(0)), document("b", texts.get(1)), document("c", texts.get(2)));

        TokenizeTask done = ended(create(dataset).getName());

        assertThat(done.getState()).isEqualTo(TokenizeTaskState.TOKENIZE_TASK_STATE_DONE);
        Digest digest = Digest.parse(done.getShardDigest());
        TokenShard shard = TokenShard.open(artifacts.path(digest));
        assertThat(shard.header().dataset()).isEqualTo(dataset);
        assertThat(shard.header().tokenizer()).isEqualTo(tokenizer);
        assertThat(shard.documents()).isEqualTo(3).isEqualTo(done.getDocumentCount());
        for (int d = 0; d < 3; d++) {
            List<Integer> ids = new ArrayList<>();
            for (long at = shard.start(d); at < shard.end(d); at++) {
                ids.add(shard.id(at));
            }
            assertThat(ids)
                    .isEqualTo(TokenizerServiceGrpc.newBlockingStub(Grpc.as("caller"))
                            .encodeText(EncodeTextRequest.newBuilder()
                                    .setTokenizer(NAME)
                                    .setText(texts.get(d))
                                    .build())
                            .getIdsList());
        }
        TokenShardWritten written = Eventually.get(
                "result",
                () -> events(RESULTS, RESULTS + ".written.v1", done.getName(), TokenShardWritten.parser()).stream()
                        .findFirst());
        assertThat(written)
                .isEqualTo(TokenShardWritten.newBuilder()
                        .setTask(done.getName())
                        .setDatasetDigest(dataset.toString())
                        .setTokenizerDigest(tokenizer.toString())
                        .setShardDigest(digest.toString())
                        .setShardByteCount(done.getShardByteCount())
                        .setDocumentCount(3)
                        .setTokenCount(shard.header().counts().tokens())
                        .setTextByteCount(texts.stream()
                                .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
                                .sum())
                        .build());
        Eventually.holds("records", () -> records(done.getName())
                .equals(List.of("tokenization.requested", "tokenization.finished")));
    }

    @Test
    void whatComesTwiceIsDoneOnce() throws Exception {
        Digest dataset = put(document("a", unique()));
        String name = create(dataset).getName();
        ended(name);
        byte[] event = TokenizeTaskSubmitted.newBuilder()
                .setTask(name)
                .setTenant("demo")
                .setDatasetDigest(dataset.toString())
                .setTokenizerDigest(tokenizer.toString())
                .build()
                .toByteArray();
        Map<String, String> headers = Map.of("ce_id", unique(), "ce_type", SUBMITTED, "ce_subject", name);
        TopicProbe.send(TASKS, name, headers, event);
        TopicProbe.send(TASKS, name, headers, event);
        TopicProbe.sendEvent(TASKS, name, SUBMITTED, event);
        assertThat(create(dataset).getState()).isEqualTo(TokenizeTaskState.TOKENIZE_TASK_STATE_DONE);
        // a later task of the same partition is done, so the ones before it were taken
        String marker = "marker-" + unique();
        TopicProbe.sendEvent(TASKS, name, SUBMITTED, marker.getBytes(StandardCharsets.UTF_8));
        TopicProbe.await(DEAD, seen -> new String(seen.value(), StandardCharsets.UTF_8).equals(marker));

        assertThat(events(RESULTS, RESULTS + ".written.v1", name, TokenShardWritten.parser()))
                .hasSize(1);
        assertThat(records(name)).containsExactly("tokenization.requested", "tokenization.finished");
    }

    @Test
    void taskPutOnTheTopicByOthersIsDoneToo() throws Exception {
        Digest dataset = put(document("a", unique()));
        String name = create(put(document("b", unique()))).getName(); // for the form of a name
        assertThat(name).matches("tokenizeTasks/t-[0-9a-f]{40}");
        String both = "tokenize\n" + dataset + "\n" + tokenizer + "\n";
        String own = "tokenizeTasks/t-"
                + Digest.of(both.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 40);
        TopicProbe.sendEvent(
                TASKS,
                own,
                SUBMITTED,
                TokenizeTaskSubmitted.newBuilder()
                        .setTask(own)
                        .setTenant("demo")
                        .setDatasetDigest(dataset.toString())
                        .setTokenizerDigest(tokenizer.toString())
                        .build()
                        .toByteArray());

        Eventually.holds(
                "result",
                () -> events(RESULTS, RESULTS + ".written.v1", own, TokenShardWritten.parser())
                                .size()
                        == 1);
    }

    @Test
    void linesThatAreNoDocumentsAreBuriedAndCounted() throws Exception {
        String secret = "secret" + unique();
        Digest dataset = put(document("a", unique()), "{\"id\":\"b\",\"text\":\"" + secret, document("c", "hell"));

        TokenizeTask done = ended(create(dataset).getName());

        assertThat(done.getDocumentCount()).isEqualTo(2);
        assertThat(done.getBadLineCount()).isEqualTo(1);
        TokenShard shard = TokenShard.open(artifacts.path(Digest.parse(done.getShardDigest())));
        assertThat(List.of(shard.line(0), shard.line(1))).containsExactly(1L, 3L);
        TopicProbe.Seen dead = TopicProbe.await(DEAD, seen -> seen.key().equals(done.getName()));
        DocumentBuried buried = DocumentBuried.parseFrom(dead.value());
        assertThat(dead.header("dead-letter-reason")).isEqualTo("MALFORMED_LINE");
        assertThat(buried.getLine()).isEqualTo(2);
        assertThat(new String(dead.value(), StandardCharsets.UTF_8)).doesNotContain(secret);
    }

    @Test
    void badLinesAtTheLimitAreTakenAndOneMoreFailsTheTask() throws Exception {
        List<String> lines = new ArrayList<>(List.of(document("a", unique())));
        while (lines.size() < 21) {
            lines.add("{");
        }
        TokenizeTask done = ended(create(put(lines.toArray(new String[0]))).getName());
        assertThat(done.getState()).isEqualTo(TokenizeTaskState.TOKENIZE_TASK_STATE_DONE);
        assertThat(done.getBadLineCount()).isEqualTo(20);

        lines.add("{");
        TokenizeTask failed = ended(create(put(lines.toArray(new String[0]))).getName());
        assertThat(failed.getState()).isEqualTo(TokenizeTaskState.TOKENIZE_TASK_STATE_FAILED);
        assertThat(failed.getReason()).isEqualTo("TOO_MANY_BAD_LINES");
        assertThat(
                        Eventually.get(
                                        "failure", () -> events(
                                                        RESULTS,
                                                        RESULTS + ".failed.v1",
                                                        failed.getName(),
                                                        TokenizeTaskFailed.parser())
                                                .stream()
                                                .findFirst())
                                .getReason())
                .isEqualTo("TOO_MANY_BAD_LINES");
    }

    @Test
    void taskOfADeadWorkerIsTakenUpByAnother() throws Exception {
        Digest dataset = put(document("a", unique()));
        String name = ended(create(dataset).getName()).getName();
        // as a worker leaves it that dies in the middle of its work
        assertThat(update(
                        "update tokenize_task set state = 'RUNNING', shard_digest = null, end_time = null,"
                                + " lease_until = clock_timestamp() - interval '1 second' where id = ?",
                        name))
                .isEqualTo(1);

        TokenizeTask again = ended(name);

        assertThat(again.getState()).isEqualTo(TokenizeTaskState.TOKENIZE_TASK_STATE_DONE);
        List<TokenShardWritten> results = Eventually.get("two results", () -> Optional.of(
                        events(RESULTS, RESULTS + ".written.v1", name, TokenShardWritten.parser()))
                .filter(found -> found.size() == 2));
        assertThat(results.getFirst()).isEqualTo(results.getLast()); // the same bytes under the same digest
    }

    private int update(String sql, String name) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name.substring("tokenizeTasks/".length()));
            return statement.executeUpdate();
        }
    }

    @Test
    void failedTaskMayBeAskedForAgain() throws Exception {
        Digest dataset = put("{");
        TokenizeTask first = ended(create(dataset).getName());
        assertThat(first.getReason()).isEqualTo("NO_DOCUMENTS");

        assertThat(create(dataset).getState()).isNotEqualTo(TokenizeTaskState.TOKENIZE_TASK_STATE_DONE);
        Eventually.holds(
                "second failure",
                () -> events(RESULTS, RESULTS + ".failed.v1", first.getName(), TokenizeTaskFailed.parser())
                                .size()
                        == 2);
    }

    @Test
    void unknownDigestsAreToldAtOnce() throws Exception {
        Digest unknown = Digest.of(unique().getBytes(StandardCharsets.UTF_8));

        assertThat(Grpc.refusedBy(() -> create(unknown)).reason()).isEqualTo("NO_SUCH_ARTIFACT");
        Digest dataset = put(document("a", "x"));
        tokenizer = unknown;
        assertThat(Grpc.refusedBy(() -> create(dataset)).reason()).isEqualTo("TOKENIZER_NOT_REGISTERED");
        assertThat(Grpc.refusedBy(() -> operator.createTokenizeTask(CreateTokenizeTaskRequest.getDefaultInstance()))
                        .details())
                .containsEntry("field", "dataset_digest");
        assertThat(Grpc.refusedBy(() -> operator.getTokenizeTask(GetTokenizeTaskRequest.newBuilder()
                                .setName("tokenizeTasks/none")
                                .build()))
                        .reason())
                .isEqualTo("NO_SUCH_TASK");
        assertThat(Grpc.refusedBy(() -> TokenizeTaskServiceGrpc.newBlockingStub(Grpc.as("caller"))
                                .listTokenizeTasks(ListTokenizeTasksRequest.getDefaultInstance()))
                        .reason())
                .isEqualTo("ROLE_MISSING");
    }

    @Test
    void tasksAreListedForTheirTenantAlone() throws Exception {
        String name = create(put(document("a", unique()))).getName();

        assertThat(operator.listTokenizeTasks(ListTokenizeTasksRequest.newBuilder()
                                .setPageSize(1000)
                                .build())
                        .getTasksList())
                .extracting(TokenizeTask::getName)
                .contains(name);
        assertThat(TokenizeTaskServiceGrpc.newBlockingStub(Grpc.as("guest"))
                        .listTokenizeTasks(ListTokenizeTasksRequest.getDefaultInstance())
                        .getTasksList())
                .isEmpty();
    }
}
