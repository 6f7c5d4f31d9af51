package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.events.v1.ApiKeyChanged;
import revontuli.api.tokenizer.v1.BatchEncodeTextsRequest;
import revontuli.api.tokenizer.v1.CountTokensRequest;
import revontuli.api.tokenizer.v1.DecodeTokensRequest;
import revontuli.api.tokenizer.v1.EncodeTextRequest;
import revontuli.api.tokenizer.v1.EncodeTextResponse;
import revontuli.api.tokenizer.v1.GetTokenizerRequest;
import revontuli.api.tokenizer.v1.ListTokenizersRequest;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.SpecialTokens;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc.TokenizerServiceBlockingStub;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.LoadGate;
import revontuli.testkit.TestCallers;
import revontuli.testkit.TopicProbe;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.record.SealedRecord;

/// The whole service over real sockets, with a real database and broker behind it.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "tokenizer"))
class TokenizerServiceTest {
    private static final String NAME = "tokenizers/tiny";

    private final TokenizerServiceBlockingStub caller = TokenizerServiceGrpc.newBlockingStub(Grpc.as("caller"));
    private final TokenizerServiceBlockingStub operator = TokenizerServiceGrpc.newBlockingStub(Grpc.as("operator"));

    @BeforeEach
    void aTokenizerIsRegistered() {
        register(NAME, TinyTokenizer.json());
    }

    private Tokenizer register(String name, byte[] json) {
        return operator.registerTokenizer(RegisterTokenizerRequest.newBuilder()
                .setName(name)
                .setTokenizerJson(ByteString.copyFrom(json))
                .build());
    }

    private static EncodeTextRequest.Builder encode(String text) {
        return EncodeTextRequest.newBuilder().setTokenizer(NAME).setText(text);
    }

    @Test
    void everyTextComesBackFromItsIds() {
        for (String text : List.of(
                "hello world",
                "",
                "Hyvää päivää, revontulet!",
                "नमस्ते दुनिया",
                "オーロラが見える",
                "Xin chào, cực quang",
                "a\u0000b 👩‍🚀 \r\n")) {
            EncodeTextResponse encoded = caller.encodeText(encode(text).build());

            assertThat(caller.decodeTokens(DecodeTokensRequest.newBuilder()
                                    .setTokenizer(NAME)
                                    .addAllIds(encoded.getIdsList())
                                    .build())
                            .getText())
                    .isEqualTo(text);
        }
    }

    @Test
    void textsOverTheLibrarysOwnLimitAreNotCut() {
        String text = "hello ".repeat(5_000);

        assertThat(caller.encodeText(encode(text).build()).getIdsCount()).isGreaterThan(9_000);
    }

    @Test
    void offsetsCountBytesAndUtf16Units() {
        EncodeTextResponse encoded =
                caller.encodeText(encode("ä👩hello").setWithOffsets(true).build());

        var last = encoded.getOffsets(encoded.getOffsetsCount() - 1);
        assertThat(encoded.getOffsetsCount()).isEqualTo(encoded.getIdsCount());
        assertThat(List.of(last.getByteStart(), last.getByteEnd(), last.getUtf16Start(), last.getUtf16End()))
                .isEqualTo(List.of(6, 11, 3, 8));
    }

    @Test
    void specialTokensInTextAreTextUnlessAskedFor() {
        String text = "a<|endoftext|>b";

        assertThat(caller.encodeText(encode(text).build()).getIdsList()).doesNotContain(0);
        assertThat(caller.encodeText(encode(text)
                                .setSpecialTokens(SpecialTokens.SPECIAL_TOKENS_AS_TOKENS)
                                .build())
                        .getIdsList())
                .contains(0);
        Grpc.Refused refused = Grpc.refusedBy(() -> caller.encodeText(encode(text)
                .setSpecialTokens(SpecialTokens.SPECIAL_TOKENS_REJECT)
                .build()));
        assertThat(refused.reason()).isEqualTo("SPECIAL_TOKEN_IN_TEXT");
        assertThat(refused.details()).containsEntry("at", "1");
    }

    @Test
    void batchAndCountAgreeWithSingleCalls() {
        List<String> texts = List.of("hello", "revontulet loimuavat", "極光");

        var batch = caller.batchEncodeTexts(BatchEncodeTextsRequest.newBuilder()
                .setTokenizer(NAME)
                .addAllTexts(texts)
                .build());

        for (int i = 0; i < texts.size(); i++) {
            List<Integer> alone =
                    caller.encodeText(encode(texts.get(i)).build()).getIdsList();
            assertThat(batch.getEncodings(i).getIdsList()).isEqualTo(alone);
            assertThat(caller.countTokens(CountTokensRequest.newBuilder()
                                    .setTokenizer(NAME)
                                    .setText(texts.get(i))
                                    .build())
                            .getTokenCount())
                    .isEqualTo(alone.size());
        }
    }

    @Test
    void tokenizerIsAContractByItsDigest() {
        String digest = Digest.of(TinyTokenizer.json()).toString();

        assertThat(caller.getTokenizer(
                                GetTokenizerRequest.newBuilder().setName(NAME).build())
                        .getDigest())
                .isEqualTo(digest);
        assertThat(caller.encodeText(encode("x").setTokenizerDigest(digest).build())
                        .getTokenizerDigest())
                .isEqualTo(digest);
        Grpc.Refused refused = Grpc.refusedBy(() -> caller.encodeText(encode("x")
                .setTokenizerDigest(Digest.of(new byte[0]).toString())
                .build()));
        assertThat(refused.code()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(refused.reason()).isEqualTo("TOKENIZER_DIGEST_MISMATCH");
    }

    @Test
    void registrationLeavesOneSignedRecordHoweverOftenItIsRepeated() {
        String name = "tokenizers/t-" + UUID.randomUUID().toString().substring(0, 8);
        register(name, TinyTokenizer.json());
        register(name, TinyTokenizer.json());

        SealedRecord record =
                Eventually.get("record of " + name, () -> records(name).stream().findFirst());

        assertThat(record.isSignedBy(TestCallers.signingKey("tokenizer-svc").verifyingKey()))
                .isTrue();
        assertThat(record.record().event().act().action()).isEqualTo("tokenizer.registered");
        assertThat(record.record().event().act().actor()).isEqualTo("users/operator");
        assertThat(records(name)).hasSize(1);
    }

    private static List<SealedRecord> records(String subject) {
        return TopicProbe.all("revontuli.audit.record").stream()
                .filter(seen -> seen.header("ce_type").equals("revontuli.audit.record.sealed.v1"))
                .map(seen -> SealedRecord.parse(seen.value()))
                .filter(leaf -> leaf.record().event().subject().name().equals(subject))
                .toList();
    }

    @Test
    void otherBytesUnderATakenNameAreRefused() {
        byte[] other = new String(TinyTokenizer.json(), StandardCharsets.UTF_8)
                .replace(",\"hell o\"", "")
                .getBytes(StandardCharsets.UTF_8);

        assertThat(Grpc.refusedBy(() -> register(NAME, other)).reason()).isEqualTo("TOKENIZER_EXISTS");
    }

    @Test
    void malformedTokenizersAreRefusedWithTheirReason() {
        for (String json :
                List.of("", "{", "[]", "{\"model\":{}}", "{\"model\":{\"vocab\":{\"a\":0}}}", "[".repeat(100_000))) {
            Grpc.Refused refused =
                    Grpc.refusedBy(() -> register("tokenizers/broken", json.getBytes(StandardCharsets.UTF_8)));

            assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refused.details()).containsEntry("field", "tokenizer_json");
        }
    }

    @Test
    void textAtTheLimitIsTakenAndOnePastItRefused() {
        String limit = "a".repeat(1024 * 1024);

        assertThat(caller.countTokens(CountTokensRequest.newBuilder()
                                .setTokenizer(NAME)
                                .setText(limit)
                                .build())
                        .getByteCount())
                .isEqualTo(1024 * 1024);
        Grpc.Refused refused =
                Grpc.refusedBy(() -> caller.encodeText(encode(limit + "a").build()));
        assertThat(refused.reason()).isEqualTo("TEXT_TOO_LARGE");
        assertThat(refused.details()).containsEntry("field", "text").containsEntry("limit", "1048576");
    }

    @Test
    void whoHasNoKeyOrNoRoleIsRefused() {
        EncodeTextRequest request = encode("x").build();

        assertThat(Grpc.refusedBy(() -> stub(Grpc.anonymous()).encodeText(request))
                        .reason())
                .isEqualTo("KEY_MISSING");
        assertThat(Grpc.refusedBy(() -> stub(Grpc.withKey("secret")).encodeText(request))
                        .reason())
                .isEqualTo("KEY_MALFORMED");
        assertThat(Grpc.refusedBy(() -> stub(Grpc.withKey(TestCallers.apiKey("stranger")))
                                .encodeText(request))
                        .reason())
                .isEqualTo("KEY_UNKNOWN");
        assertThat(Grpc.refusedBy(() -> stub(Grpc.as("nobody")).encodeText(request))
                        .reason())
                .isEqualTo("ROLE_MISSING");
        Grpc.Refused refused =
                Grpc.refusedBy(() -> caller.registerTokenizer(RegisterTokenizerRequest.getDefaultInstance()));
        assertThat(refused.code()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refused.details()).containsEntry("roles", "operator");
    }

    private static TokenizerServiceBlockingStub stub(Channel channel) {
        return TokenizerServiceGrpc.newBlockingStub(channel);
    }

    @Test
    void aKeyMadeElsewhereWorksHereUntilItIsRevoked() {
        String text = TestCallers.apiKey("made elsewhere");
        ApiKeyChanged made = ApiKeyChanged.newBuilder()
                .setName("apiKeys/elsewhere")
                .setSha256(Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex())
                .setPrincipal("users/new")
                .setTenant("demo")
                .addRoles("caller")
                .build();

        changed(made);
        Eventually.holds("answer to the new key", () -> answers(text));

        changed(made.toBuilder().setRevoked(true).build());
        Eventually.holds("refusal of the revoked key", () -> !answers(text));
    }

    private static void changed(ApiKeyChanged event) {
        TopicProbe.sendEvent(
                "revontuli.safety.apikey", event.getName(), "revontuli.safety.apikey.changed.v1", event.toByteArray());
    }

    private static boolean answers(String key) {
        try {
            stub(Grpc.withKey(key)).encodeText(encode("x").build());
            return true;
        } catch (StatusRuntimeException _) {
            return false;
        }
    }

    @Test
    void anEventThatCannotBeReadGoesToTheDeadLettersWithItsReason() {
        String key = "apiKeys/broken-" + UUID.randomUUID();
        TopicProbe.sendEvent(
                "revontuli.safety.apikey", key, "revontuli.safety.apikey.changed.v1", new byte[] {(byte) 0xFF, 1, 2});

        TopicProbe.Seen dead = TopicProbe.await(
                "revontuli.safety.apikey.dead.tokenizer-svc", seen -> seen.key().equals(key));

        assertThat(dead.header("dead-letter-reason")).isEqualTo("MALFORMED_EVENT");
        assertThat(dead.value()).isEqualTo(new byte[] {(byte) 0xFF, 1, 2});
    }

    @Test
    void wrongNamesAndIdsAreNamed() {
        assertThat(Grpc.refusedBy(() -> caller.encodeText(EncodeTextRequest.newBuilder()
                                .setTokenizer("tiny")
                                .build()))
                        .reason())
                .isEqualTo("MALFORMED_NAME");
        Grpc.Refused unknown = Grpc.refusedBy(() -> caller.encodeText(
                EncodeTextRequest.newBuilder().setTokenizer("tokenizers/none").build()));
        assertThat(unknown.code()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(unknown.reason()).isEqualTo("NO_SUCH_TOKENIZER");
        for (int id : List.of(-1, 262, Integer.MAX_VALUE)) {
            assertThat(Grpc.refusedBy(() -> caller.decodeTokens(DecodeTokensRequest.newBuilder()
                                    .setTokenizer(NAME)
                                    .addAllIds(List.of(5, id))
                                    .build()))
                            .details())
                    .containsEntry("field", "ids[1]");
        }
    }

    @Test
    void pagesAreWalkedToTheirEnd() {
        for (char c = 'a'; c <= 'e'; c++) {
            register("tokenizers/page-" + c, TinyTokenizer.json());
        }
        List<String> names = new ArrayList<>();
        String token = "";
        do {
            ListTokenizersResponse page = caller.listTokenizers(ListTokenizersRequest.newBuilder()
                    .setPageSize(2)
                    .setPageToken(token)
                    .build());
            assertThat(page.getTokenizersCount()).isLessThanOrEqualTo(2);
            page.getTokenizersList().forEach(tokenizer -> names.add(tokenizer.getName()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(names).isSorted().doesNotHaveDuplicates().contains("tokenizers/page-a", "tokenizers/page-e", NAME);
    }

    @Test
    void negativePageSizeAndForeignTokensAreRefused() {
        assertThat(Grpc.refusedBy(() -> caller.listTokenizers(ListTokenizersRequest.newBuilder()
                                .setPageSize(-1)
                                .build()))
                        .reason())
                .isEqualTo("NEGATIVE_PAGE_SIZE");
        assertThat(Grpc.refusedBy(() -> caller.listTokenizers(ListTokenizersRequest.newBuilder()
                                .setPageToken("AAAA")
                                .build()))
                        .reason())
                .isEqualTo("BAD_PAGE_TOKEN");
    }

    @Test
    void invalidUtf8OnTheWireIsAnInvalidArgument() {
        byte[] wire = {0x0A, 2, 't', '/', 0x12, 2, (byte) 0xC3, (byte) 0x28};

        Grpc.Refused refused = Grpc.refusedBy(
                () -> ClientCalls.blockingUnaryCall(Grpc.as("caller"), rawEncodeText(), CallOptions.DEFAULT, wire));

        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.reason()).isEqualTo("UNREADABLE_REQUEST");
    }

    private static MethodDescriptor<byte[], byte[]> rawEncodeText() {
        MethodDescriptor.Marshaller<byte[]> raw = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                return new byte[0];
            }
        };
        return MethodDescriptor.newBuilder(raw, raw)
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(TokenizerServiceGrpc.getEncodeTextMethod().getFullMethodName())
                .build();
    }

    @Test
    void manyCallsAtOnceNeitherFailNorHang() {
        EncodeTextRequest request = encode("hello revontulet").build();
        List<Integer> expected = caller.encodeText(request).getIdsList();

        LoadGate.Outcome outcome = LoadGate.run(64, 5_000, Duration.ofSeconds(60), n -> assertThat(
                        caller.encodeText(request).getIdsList())
                .isEqualTo(expected));

        assertThat(outcome.failures()).isEmpty();
        assertThat(Map.of("completed", outcome.completed(), "hung", outcome.hung()))
                .isEqualTo(Map.of("completed", 5_000, "hung", 0));
    }
}
