package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.tokenizer.v1.BatchDecodeTokensRequest;
import revontuli.api.tokenizer.v1.BatchEncodeTextsRequest;
import revontuli.api.tokenizer.v1.CountTokensRequest;
import revontuli.api.tokenizer.v1.DecodeStreamRequest;
import revontuli.api.tokenizer.v1.DecodeStreamResponse;
import revontuli.api.tokenizer.v1.DocumentEnd;
import revontuli.api.tokenizer.v1.EncodeDocumentRequest;
import revontuli.api.tokenizer.v1.EncodeDocumentResponse;
import revontuli.api.tokenizer.v1.EncodeTextRequest;
import revontuli.api.tokenizer.v1.InvalidUtf8;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.ServingPath;
import revontuli.api.tokenizer.v1.SpecialTokens;
import revontuli.api.tokenizer.v1.TokenIds;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc.TokenizerServiceBlockingStub;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Digest;

/// Documents and ids that come in pieces, and bytes that are no text.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "tokenizer"))
class StreamTest {
    private static final String NAME = "tokenizers/streamed";
    private static final String TEXT = "hello aä好👩‍🚀 revontulet <|endoftext|> hell ";
    private static final byte[] BAD = {'h', 'e', (byte) 0xFF, 'x'};

    private final TokenizerServiceBlockingStub caller = TokenizerServiceGrpc.newBlockingStub(Grpc.as("caller"));
    private final TokenizerServiceGrpc.TokenizerServiceStub streaming = TokenizerServiceGrpc.newStub(Grpc.as("caller"));

    @BeforeEach
    void aTokenizerIsRegistered() {
        TokenizerServiceGrpc.newBlockingStub(Grpc.as("operator"))
                .registerTokenizer(RegisterTokenizerRequest.newBuilder()
                        .setName(NAME)
                        .setTokenizerJson(ByteString.copyFrom(TinyTokenizer.json()))
                        .build());
    }

    private static List<EncodeDocumentRequest> document(EncodeDocumentRequest.Builder first, byte[] text, int step) {
        List<EncodeDocumentRequest> requests = new ArrayList<>();
        for (int from = 0; from < text.length; from += step) {
            EncodeDocumentRequest.Builder request =
                    from == 0 ? first.setTokenizer(NAME) : EncodeDocumentRequest.newBuilder();
            requests.add(request.setPiece(ByteString.copyFrom(text, from, Math.min(step, text.length - from)))
                    .build());
        }
        return requests;
    }

    private List<EncodeDocumentResponse> encode(EncodeDocumentRequest.Builder first, byte[] text, int step)
            throws Exception {
        return Streaming.converse(streaming::encodeDocument, document(first, text, step));
    }

    private static List<Integer> ids(List<EncodeDocumentResponse> answers) {
        return answers.stream().flatMap(answer -> answer.getIdsList().stream()).toList();
    }

    private Grpc.Refused refused(EncodeDocumentRequest.Builder first, byte[] text, int step) {
        return Grpc.Refused.of(catchThrowable(() -> encode(first, text, step)));
    }

    @Test
    void documentInPiecesGetsTheIdsOfOneCall() throws Exception {
        byte[] text = TEXT.repeat(40).getBytes(StandardCharsets.UTF_8);
        for (SpecialTokens specials :
                List.of(SpecialTokens.SPECIAL_TOKENS_AS_TEXT, SpecialTokens.SPECIAL_TOKENS_AS_TOKENS)) {
            List<Integer> whole = caller.encodeText(EncodeTextRequest.newBuilder()
                            .setTokenizer(NAME)
                            .setTextUtf8(ByteString.copyFrom(text))
                            .setSpecialTokens(specials)
                            .build())
                    .getIdsList();
            for (int step : List.of(1, 2, 3, 7, 1000, 100_000)) {
                List<EncodeDocumentResponse> answers =
                        encode(EncodeDocumentRequest.newBuilder().setSpecialTokens(specials), text, step);
                DocumentEnd end = answers.getLast().getEnd();

                assertThat(ids(answers)).as("step %d", step).isEqualTo(whole);
                assertThat(end.getTokenCount()).isEqualTo(whole.size());
                assertThat(end.getByteCount()).isEqualTo(text.length);
                assertThat(end.getTokenizerDigest())
                        .isEqualTo(Digest.of(TinyTokenizer.json()).toString());
                assertThat(end.getServingPath()).isNotEqualTo(ServingPath.SERVING_PATH_UNSPECIFIED);
            }
        }
    }

    @Test
    void badBytesOfADocumentAreRefusedWithTheirPositionOrReplacedAndCounted() throws Exception {
        for (int step : List.of(1, 4)) {
            Grpc.Refused refused = refused(EncodeDocumentRequest.newBuilder(), BAD, step);
            assertThat(refused.reason()).isEqualTo("INVALID_UTF8");
            assertThat(refused.details()).containsEntry("at", "2").containsEntry("field", "piece");

            List<EncodeDocumentResponse> answers = encode(
                    EncodeDocumentRequest.newBuilder().setInvalidUtf8(InvalidUtf8.INVALID_UTF8_REPLACE), BAD, step);
            assertThat(ids(answers))
                    .isEqualTo(caller.encodeText(EncodeTextRequest.newBuilder()
                                    .setTokenizer(NAME)
                                    .setText("he\uFFFDx")
                                    .build())
                            .getIdsList());
            assertThat(answers.getLast().getEnd().getReplacedCount()).isEqualTo(1);
        }
    }

    @Test
    void specialTokenOfADocumentIsRefusedWhereverThePiecesSplitIt() {
        byte[] text = "aä<|endoftext|>".getBytes(StandardCharsets.UTF_8);
        for (int step = 1; step <= text.length; step++) {
            Grpc.Refused refused = refused(
                    EncodeDocumentRequest.newBuilder().setSpecialTokens(SpecialTokens.SPECIAL_TOKENS_REJECT),
                    text,
                    step);
            assertThat(refused.reason()).as("step %d", step).isEqualTo("SPECIAL_TOKEN_IN_TEXT");
            assertThat(refused.details()).containsEntry("at", "3");
        }
    }

    @Test
    void wrongBeginningsAndPiecesAreNamed() {
        EncodeDocumentRequest first =
                EncodeDocumentRequest.newBuilder().setTokenizer(NAME).build();

        assertThat(Grpc.Refused.of(catchThrowable(
                                () -> Streaming.converse(streaming::encodeDocument, List.of(first, first))))
                        .reason())
                .isEqualTo("START_MISPLACED");
        assertThat(Grpc.Refused.of(catchThrowable(() -> Streaming.converse(streaming::encodeDocument, List.of())))
                        .reason())
                .isEqualTo("START_MISPLACED");
        assertThat(refused(
                                EncodeDocumentRequest.newBuilder()
                                        .setTokenizerDigest(
                                                Digest.of(new byte[0]).toString()),
                                BAD,
                                4)
                        .reason())
                .isEqualTo("TOKENIZER_DIGEST_MISMATCH");
        Grpc.Refused large = refused(EncodeDocumentRequest.newBuilder(), new byte[1024 * 1024 + 1], 1024 * 1024 + 1);
        assertThat(large.reason()).isEqualTo("PIECE_TOO_LARGE");
        assertThat(large.details()).containsEntry("limit", "1048576");
    }

    @Test
    void idsInPiecesGetTheTextOfOneCallInWholeCharacters() throws Exception {
        List<Integer> ids = caller.encodeText(EncodeTextRequest.newBuilder()
                        .setTokenizer(NAME)
                        .setText(TEXT.repeat(3))
                        .build())
                .getIdsList();
        List<DecodeStreamRequest> requests = new ArrayList<>();
        for (int id : ids) {
            requests.add(DecodeStreamRequest.newBuilder()
                    .setTokenizer(requests.isEmpty() ? NAME : "")
                    .addIds(id)
                    .build());
        }

        List<DecodeStreamResponse> answers = Streaming.converse(streaming::decodeStream, requests);

        assertThat(answers.stream().map(DecodeStreamResponse::getText).collect(Collectors.joining()))
                .isEqualTo(TEXT.repeat(3));
        assertThat(answers).allSatisfy(answer -> assertThat(answer.getText()).doesNotContain("\uFFFD"));
        assertThat(answers.getLast().getEnd().getTokenCount()).isEqualTo(ids.size());
    }

    @Test
    void unknownIdOfAStreamIsNamedByItsPlace() {
        Grpc.Refused refused = Grpc.Refused.of(catchThrowable(() -> Streaming.converse(
                streaming::decodeStream,
                List.of(
                        DecodeStreamRequest.newBuilder()
                                .setTokenizer(NAME)
                                .addIds(5)
                                .build(),
                        DecodeStreamRequest.newBuilder().addIds(6).addIds(9_999).build()))));

        assertThat(refused.reason()).isEqualTo("UNKNOWN_TOKEN_ID");
        assertThat(refused.details()).containsEntry("field", "ids[2]");
    }

    @Test
    void bytesInsteadOfAStringAreCheckedHere() {
        EncodeTextRequest.Builder bad =
                EncodeTextRequest.newBuilder().setTokenizer(NAME).setTextUtf8(ByteString.copyFrom(BAD));

        Grpc.Refused refused = Grpc.refusedBy(() -> caller.encodeText(bad.build()));
        assertThat(refused.reason()).isEqualTo("INVALID_UTF8");
        assertThat(refused.details()).containsEntry("at", "2").containsEntry("field", "text_utf8");
        assertThat(caller.encodeText(bad.setInvalidUtf8(InvalidUtf8.INVALID_UTF8_REPLACE)
                                .build())
                        .getReplacedCount())
                .isEqualTo(1);
        assertThat(Grpc.refusedBy(() -> caller.encodeText(bad.setText("x").build()))
                        .reason())
                .isEqualTo("TEXT_TWICE");
        Grpc.Refused inBatch = Grpc.refusedBy(() -> caller.batchEncodeTexts(BatchEncodeTextsRequest.newBuilder()
                .setTokenizer(NAME)
                .addTextsUtf8(ByteString.copyFromUtf8("good"))
                .addTextsUtf8(ByteString.copyFrom(BAD))
                .build()));
        assertThat(inBatch.details()).containsEntry("field", "texts_utf8[1]").containsEntry("at", "2");
    }

    @Test
    void everyAnswerSaysWhoServedIt() {
        var encoded = caller.encodeText(EncodeTextRequest.newBuilder()
                .setTokenizer(NAME)
                .setText("hello ä")
                .setWithOffsets(true)
                .build());
        var counted = caller.countTokens(CountTokensRequest.newBuilder()
                .setTokenizer(NAME)
                .setText("hello ä")
                .build());
        var batch = caller.batchEncodeTexts(BatchEncodeTextsRequest.newBuilder()
                .setTokenizer(NAME)
                .addTextsUtf8(ByteString.copyFromUtf8("hello ä"))
                .build());
        var decoded = caller.batchDecodeTokens(BatchDecodeTokensRequest.newBuilder()
                .setTokenizer(NAME)
                .addLists(TokenIds.newBuilder().addAllIds(encoded.getIdsList()))
                .addLists(TokenIds.newBuilder())
                .build());

        assertThat(encoded.getTokensList()).containsExactly("hello", "Ġ", "Ã", "¤");
        assertThat(batch.getEncodings(0).getIdsList()).isEqualTo(encoded.getIdsList());
        assertThat(decoded.getTextsList()).containsExactly("hello ä", "");
        assertThat(List.of(
                        encoded.getServingPath(),
                        counted.getServingPath(),
                        batch.getServingPath(),
                        decoded.getServingPath()))
                .doesNotContain(ServingPath.SERVING_PATH_UNSPECIFIED);
    }

    @Test
    void aBadListOfABatchIsNamed() {
        Grpc.Refused refused = Grpc.refusedBy(() -> caller.batchDecodeTokens(BatchDecodeTokensRequest.newBuilder()
                .setTokenizer(NAME)
                .addLists(TokenIds.newBuilder().addIds(3))
                .addLists(TokenIds.newBuilder().addIds(3).addIds(-1))
                .build()));

        assertThat(refused.details()).containsEntry("field", "lists[1].ids[1]");
    }
}
