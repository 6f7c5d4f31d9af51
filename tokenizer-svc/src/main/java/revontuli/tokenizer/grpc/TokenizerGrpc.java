package revontuli.tokenizer.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.tokenizer.v1.BatchEncodeTextsRequest;
import revontuli.api.tokenizer.v1.BatchEncodeTextsResponse;
import revontuli.api.tokenizer.v1.CountTokensRequest;
import revontuli.api.tokenizer.v1.CountTokensResponse;
import revontuli.api.tokenizer.v1.DecodeTokensRequest;
import revontuli.api.tokenizer.v1.DecodeTokensResponse;
import revontuli.api.tokenizer.v1.EncodeDocumentRequest;
import revontuli.api.tokenizer.v1.EncodeDocumentResponse;
import revontuli.api.tokenizer.v1.EncodeTextRequest;
import revontuli.api.tokenizer.v1.EncodeTextResponse;
import revontuli.api.tokenizer.v1.GetTokenizerRequest;
import revontuli.api.tokenizer.v1.ListTokenizersRequest;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.tokenizer.TokenizerConfig;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.tokenizer.vocabulary.Registration;
import revontuli.tokenizer.vocabulary.Tokenizers;

/// TokenizerService over gRPC.
@GrpcService
class TokenizerGrpc extends TokenizerServiceGrpc.TokenizerServiceImplBase {
    private final Encoder encoder;
    private final Tokenizers tokenizers;
    private final Registration registration;
    private final Admission admission;
    private final Offload offload;
    private final TokenizerConfig config;

    TokenizerGrpc(
            Encoder encoder,
            Tokenizers tokenizers,
            Registration registration,
            Admission admission,
            Offload offload,
            TokenizerConfig config) {
        this.encoder = encoder;
        this.tokenizers = tokenizers;
        this.registration = registration;
        this.admission = admission;
        this.offload = offload;
        this.config = config;
    }

    @Override
    public void listTokenizers(ListTokenizersRequest request, StreamObserver<ListTokenizersResponse> answers) {
        offload.unary(answers, () -> {
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "");
            List<RegisteredTokenizer> found = tokenizers.list(page.after(), page.size() + 1);
            return Protos.page(found, page);
        });
    }

    @Override
    public void getTokenizer(GetTokenizerRequest request, StreamObserver<Tokenizer> answers) {
        offload.unary(answers, () -> {
            String id = ResourceNames.parse("name", "tokenizers", request.getName());
            return Protos.tokenizer(tokenizers.find(id).orElseThrow(() -> Protos.noSuch(id)));
        });
    }

    @Override
    public void registerTokenizer(RegisterTokenizerRequest request, StreamObserver<Tokenizer> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            String id = ResourceNames.parse("name", "tokenizers", request.getName());
            ByteString file = request.getTokenizerJson();
            if (file.isEmpty() || file.size() > config.fileBytesMax().asLongValue()) {
                throw Fault.invalid(
                        "TEXT_TOO_LARGE",
                        "tokenizer_json",
                        "must have 1 to " + config.fileBytesMax().asLongValue() + " bytes");
            }
            return Protos.tokenizer(registration.register(
                    CallContext.caller(), id, file.toByteArray(), Protos.requestId(request.getRequestId())));
        });
    }

    @Override
    public void encodeText(EncodeTextRequest request, StreamObserver<EncodeTextResponse> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what =
                    Protos.request(request.getTokenizer(), request.getSpecialTokens(), request.getTokenizerDigest());
            return Protos.encoded(encoder.encode(what, request.getText(), request.getWithOffsets()));
        });
    }

    @Override
    public void decodeTokens(DecodeTokensRequest request, StreamObserver<DecodeTokensResponse> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what = Protos.request(request.getTokenizer(), request.getTokenizerDigest());
            int[] ids =
                    request.getIdsList().stream().mapToInt(Integer::intValue).toArray();
            return Protos.decoded(encoder.decode(what, ids, request.getSkipSpecialTokens()));
        });
    }

    @Override
    public void countTokens(CountTokensRequest request, StreamObserver<CountTokensResponse> answers) {
        offload.unary(
                answers,
                () -> Protos.counted(encoder.count(Protos.request(request.getTokenizer(), ""), request.getText())));
    }

    @Override
    public void batchEncodeTexts(BatchEncodeTextsRequest request, StreamObserver<BatchEncodeTextsResponse> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what =
                    Protos.request(request.getTokenizer(), request.getSpecialTokens(), request.getTokenizerDigest());
            return Protos.batch(encoder.encodeAll(what, request.getTextsList()));
        });
    }

    @Override
    public StreamObserver<EncodeDocumentRequest> encodeDocument(StreamObserver<EncodeDocumentResponse> answers) {
        return NotBuilt.stream(answers, offload, "EncodeDocument; BatchEncodeTexts takes pieces of up to 1 MiB");
    }
}
