package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.events.v1.TokenizeTaskProgressed;
import revontuli.api.tokenizer.v1.ChatRole;
import revontuli.api.tokenizer.v1.CreateTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.DecodeStreamRequest;
import revontuli.api.tokenizer.v1.DecodeStreamResponse;
import revontuli.api.tokenizer.v1.EncodeDocumentRequest;
import revontuli.api.tokenizer.v1.EncodeDocumentResponse;
import revontuli.api.tokenizer.v1.GetTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.RegisterTemplateRequest;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.RoleFrame;
import revontuli.api.tokenizer.v1.ServingPath;
import revontuli.api.tokenizer.v1.TemplateFrame;
import revontuli.api.tokenizer.v1.TemplatePart;
import revontuli.api.tokenizer.v1.TokenizeTask;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc.TokenizeTaskServiceBlockingStub;
import revontuli.api.tokenizer.v1.TokenizeTaskState;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc.TokenizerServiceBlockingStub;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.crypto.Digest;

/// What happens at limits and one past them, and what is told of long work.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "tokenizer"))
class LimitTest {
    private static final String NAME = "tokenizers/limited";
    private static final String OF_LIBRARY = "tokenizers/of-library";

    private final TokenizerServiceBlockingStub operator = TokenizerServiceGrpc.newBlockingStub(Grpc.as("operator"));
    private final TokenizerServiceGrpc.TokenizerServiceStub streaming = TokenizerServiceGrpc.newStub(Grpc.as("caller"));
    private final TokenizeTaskServiceBlockingStub tasks = TokenizeTaskServiceGrpc.newBlockingStub(Grpc.as("operator"));

    @Inject
    ArtifactStore artifacts;

    @Inject
    TokenizerConfig config;

    /// A test before this one may have left more events than the broker has taken yet.
    @BeforeEach
    void tokenizersAreRegistered() {
        Eventually.holds("room for a registration", () -> {
            try {
                register(NAME, TinyTokenizer.json());
                return true;
            } catch (StatusRuntimeException e) {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                return false;
            }
        });
        String lower = new String(TinyTokenizer.json(), StandardCharsets.UTF_8)
                .replace("\"normalizer\":null", "\"normalizer\":{\"type\":\"Lowercase\"}");
        register(OF_LIBRARY, lower.getBytes(StandardCharsets.UTF_8));
    }

    private Tokenizer register(String name, byte[] json) {
        return operator.registerTokenizer(RegisterTokenizerRequest.newBuilder()
                .setName(name)
                .setTokenizerJson(ByteString.copyFrom(json))
                .build());
    }

    private Grpc.Refused notRegistered(String old, String replacement) {
        String json = new String(TinyTokenizer.json(), StandardCharsets.UTF_8);
        assertThat(json).contains(old);
        return Grpc.refusedBy(() ->
                register("tokenizers/hostile", json.replace(old, replacement).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void hostileFilesAreRefusedWhicheverCodeWouldServeThem() {
        String lower = "\"normalizer\":{\"type\":\"Lowercase\"}";
        String split = "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\"},"
                + "\"behavior\":\"Isolated\",\"invert\":false},\"x\":{";
        String ofLibrary = lower + ",\"y\":null";
        for (Grpc.Refused refused : List.of(
                notRegistered("\"h e\"", "\" a\""), // would merge for ever
                notRegistered("\"he\":", "\"hf\":"),
                notRegistered("\"hello\":", "\"hello\":1e99,\"x\":"),
                notRegistered("\"hell\":", "\"hell\":5,\"x\":"),
                notRegistered("<fim_prefix>\",\"single", "x".repeat(100_000) + "\",\"single"),
                notRegistered("\"normalizer\":null", ofLibrary + ",\"model\":7"),
                notRegistered("\"pre_tokenizer\":{", split),
                notRegistered("\"normalizer\":null", "\"normalizer\":{\"type\":\"Unheard\"}"))) {
            assertThat(refused.reason()).as(refused.toString()).isEqualTo("MALFORMED_TOKENIZER");
            assertThat(refused.details()).containsEntry("field", "tokenizer_json");
        }
    }

    private List<DecodeStreamResponse> decode(int ids) throws Exception {
        return Streaming.converse(
                streaming::decodeStream,
                List.of(DecodeStreamRequest.newBuilder()
                        .setTokenizer(NAME)
                        .addAllIds(Collections.nCopies(ids, 100))
                        .build()));
    }

    @Test
    void oneMessageOfAStreamHoldsSoManyIdsAndNotOneMore() throws Exception {
        int most = config.pieceIdsMax();
        assertThat(decode(most).getLast().getEnd().getTokenCount()).isEqualTo(most);

        Grpc.Refused refused = Grpc.Refused.of(catchThrowable(() -> decode(most + 1)));
        assertThat(refused.reason()).isEqualTo("PIECE_TOO_LARGE");
        assertThat(refused.details()).containsEntry("field", "ids").containsEntry("limit", Integer.toString(most));
    }

    private List<EncodeDocumentResponse> encodeByLibrary(int bytes) throws Exception {
        byte[] text = "Ab ".repeat(bytes / 3 + 1).substring(0, bytes).getBytes(StandardCharsets.UTF_8);
        List<EncodeDocumentRequest> pieces = new ArrayList<>();
        for (int from = 0; from < bytes; from += 10_000) {
            pieces.add(EncodeDocumentRequest.newBuilder()
                    .setTokenizer(pieces.isEmpty() ? OF_LIBRARY : "")
                    .setPiece(ByteString.copyFrom(text, from, Math.min(10_000, bytes - from)))
                    .build());
        }
        return Streaming.converse(streaming::encodeDocument, pieces);
    }

    @Test
    void documentForTheLibraryIsCollectedUpToTheLimitAndNotOneByteMore() throws Exception {
        int most = Math.toIntExact(config.libraryDocumentBytesMax().asLongValue());
        EncodeDocumentResponse last = encodeByLibrary(most).getLast();
        assertThat(last.getEnd().getByteCount()).isEqualTo(most);
        assertThat(last.getEnd().getServingPath()).isEqualTo(ServingPath.SERVING_PATH_HUGGING_FACE_LIBRARY);

        Grpc.Refused refused = Grpc.Refused.of(catchThrowable(() -> encodeByLibrary(most + 1)));
        assertThat(refused.reason()).isEqualTo("DOCUMENT_TOO_LARGE_FOR_LIBRARY");
        assertThat(refused.details()).containsEntry("limit", Integer.toString(most));
    }

    @Test
    void aStreamThatFallsSilentIsEndedAfterTheLimitAndNotBefore() throws Exception {
        long begin = System.nanoTime();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        StreamObserver<EncodeDocumentRequest> sender = streaming.encodeDocument(new StreamObserver<>() {
            @Override
            public void onNext(EncodeDocumentResponse answer) {
                // ids of the piece that came
            }

            @Override
            public void onError(Throwable thrown) {
                ended.complete(thrown);
            }

            @Override
            public void onCompleted() {
                ended.complete(new AssertionError("ended well"));
            }
        });
        sender.onNext(EncodeDocumentRequest.newBuilder()
                .setTokenizer(NAME)
                .setPiece(ByteString.copyFromUtf8("hello"))
                .build());

        Grpc.Refused refused = Grpc.Refused.of(ended.get(60, TimeUnit.SECONDS));
        assertThat(refused.reason()).isEqualTo("STREAM_IDLE");
        assertThat(System.nanoTime() - begin)
                .isGreaterThanOrEqualTo(config.streamIdleMax().toNanos());
    }

    private int template(String name, String before) {
        return operator.registerTemplate(RegisterTemplateRequest.newBuilder()
                        .setName(NAME + "/templates/" + name)
                        .setFrame(TemplateFrame.newBuilder()
                                .addRoles(RoleFrame.newBuilder()
                                        .setRole(ChatRole.CHAT_ROLE_USER)
                                        .addBefore(TemplatePart.newBuilder().setText(before))))
                        .build())
                .getVersion();
    }

    @Test
    void templatesAndTheirVersionsEndAtTheLimits() {
        int versions = config.prompt().templateVersionsMax();
        for (int version = 1; version <= versions; version++) {
            assertThat(template("t-1", "v" + version)).isEqualTo(version);
        }
        assertThat(Grpc.refusedBy(() -> template("t-1", "one more")).reason()).isEqualTo("TOO_MANY_TEMPLATES");
        assertThat(template("t-1", "v" + versions)).isEqualTo(versions); // the newest again is no new one

        int most = config.prompt().templatesMax();
        for (int count = 2; count <= most; count++) {
            assertThat(template("t-" + count, "x")).isEqualTo(1);
        }
        Grpc.Refused refused = Grpc.refusedBy(() -> template("one-more", "x"));
        assertThat(refused.reason()).isEqualTo("TOO_MANY_TEMPLATES");
        assertThat(template("t-2", "y")).isEqualTo(2);
    }

    private TokenizeTask shard(List<String> lines) throws IOException {
        byte[] file = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        String name = tasks.createTokenizeTask(CreateTokenizeTaskRequest.newBuilder()
                        .setDatasetDigest(
                                artifacts.put(new ByteArrayInputStream(file)).toString())
                        .setTokenizerDigest(Digest.of(TinyTokenizer.json()).toString())
                        .build())
                .getName();
        return Eventually.get("end of " + name, () -> Optional.of(tasks.getTokenizeTask(
                        GetTokenizeTaskRequest.newBuilder().setName(name).build()))
                .filter(task -> task.getState() == TokenizeTaskState.TOKENIZE_TASK_STATE_DONE
                        || task.getState() == TokenizeTaskState.TOKENIZE_TASK_STATE_FAILED));
    }

    @Test
    void aFileMayHaveSoManyLinesAndItsProgressIsToldMeanwhile() throws Exception {
        int most = Math.toIntExact(config.tasks().documentsMax());
        Random random = new Random(1);
        List<String> lines = new ArrayList<>();
        while (lines.size() < most) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 3_000) {
                text.append(Integer.toString(random.nextInt(1 << 30), 36)).append(' ');
            }
            lines.add("{\"id\":\"" + lines.size() + "\",\"text\":\"" + text + "\"}");
        }

        TokenizeTask done = shard(lines);
        assertThat(done.getState()).isEqualTo(TokenizeTaskState.TOKENIZE_TASK_STATE_DONE);
        assertThat(done.getDocumentCount()).isEqualTo(most);
        List<TokenizeTaskProgressed> told = Eventually.get(
                "progress", () -> Optional.of(progress(done.getName())).filter(found -> !found.isEmpty()));
        assertThat(told).isSortedAccordingTo((a, b) -> Long.compare(a.getDocumentCount(), b.getDocumentCount()));
        assertThat(told.getFirst().getDocumentCount()).isBetween(1L, (long) most);
        assertThat(told.getFirst().getTokenCount())
                .isGreaterThan(told.getFirst().getDocumentCount());
        assertThat(told.getFirst().getTextByteCount())
                .isGreaterThanOrEqualTo(told.getFirst().getTokenCount());

        lines.add("{\"id\":\"one more\",\"text\":\"x\"}");
        TokenizeTask failed = shard(lines);
        assertThat(failed.getState()).isEqualTo(TokenizeTaskState.TOKENIZE_TASK_STATE_FAILED);
        assertThat(failed.getMessage()).contains("line " + (most + 1), "more than " + most + " documents");
    }

    private static List<TokenizeTaskProgressed> progress(String task) {
        List<TokenizeTaskProgressed> found = new ArrayList<>();
        for (TopicProbe.Seen seen : TopicProbe.all("revontuli.tokenizer.shard")) {
            if (seen.key().equals(task) && seen.header("ce_type").equals("revontuli.tokenizer.shard.progressed.v1")) {
                try {
                    found.add(TokenizeTaskProgressed.parseFrom(seen.value()));
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return found;
    }
}
