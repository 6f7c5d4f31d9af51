package revontuli.tokenizer.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.tokenizer.v1.BatchDecodeTokensRequest;
import revontuli.api.tokenizer.v1.BatchDecodeTokensResponse;
import revontuli.api.tokenizer.v1.BatchEncodeTextsRequest;
import revontuli.api.tokenizer.v1.BatchEncodeTextsResponse;
import revontuli.api.tokenizer.v1.CountTokensRequest;
import revontuli.api.tokenizer.v1.CountTokensResponse;
import revontuli.api.tokenizer.v1.DecodeStreamRequest;
import revontuli.api.tokenizer.v1.DecodeStreamResponse;
import revontuli.api.tokenizer.v1.DecodeTokensRequest;
import revontuli.api.tokenizer.v1.DecodeTokensResponse;
import revontuli.api.tokenizer.v1.DescribeTokenizerRequest;
import revontuli.api.tokenizer.v1.EncodeDocumentRequest;
import revontuli.api.tokenizer.v1.EncodeDocumentResponse;
import revontuli.api.tokenizer.v1.EncodeTextRequest;
import revontuli.api.tokenizer.v1.EncodeTextResponse;
import revontuli.api.tokenizer.v1.GetTemplateRequest;
import revontuli.api.tokenizer.v1.GetTokenizerRequest;
import revontuli.api.tokenizer.v1.ListTemplatesRequest;
import revontuli.api.tokenizer.v1.ListTemplatesResponse;
import revontuli.api.tokenizer.v1.ListTokenizersRequest;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.RegisterTemplateRequest;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.RenderChatRequest;
import revontuli.api.tokenizer.v1.RenderFimRequest;
import revontuli.api.tokenizer.v1.RenderedPrompt;
import revontuli.api.tokenizer.v1.Template;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerDescription;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.grpc.RequestStream;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.tokenizer.TokenizerConfig;
import revontuli.tokenizer.describe.TokenizerCatalog;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.Text;
import revontuli.tokenizer.prompt.ChatPrompts;
import revontuli.tokenizer.prompt.FimPrompts;
import revontuli.tokenizer.prompt.TemplateName;
import revontuli.tokenizer.prompt.TemplateRegistry;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.tokenizer.vocabulary.Registration;
import revontuli.tokenizer.vocabulary.Tokenizers;

/// TokenizerService over gRPC.
@GrpcService
class TokenizerGrpc extends TokenizerServiceGrpc.TokenizerServiceImplBase {
    private final Encoder encoder;
    private final Tokenizers tokenizers;
    private final Registration registration;
    private final TokenizerCatalog catalog;
    private final TemplateRegistry templates;
    private final ChatPrompts chats;
    private final FimPrompts fim;
    private final Streams streams;
    private final Admission admission;
    private final Offload offload;
    private final TokenizerConfig config;

    TokenizerGrpc(
            Encoder encoder,
            Tokenizers tokenizers,
            Registration registration,
            TokenizerCatalog catalog,
            TemplateRegistry templates,
            ChatPrompts chats,
            FimPrompts fim,
            Streams streams,
            Admission admission,
            Offload offload,
            TokenizerConfig config) {
        this.encoder = encoder;
        this.tokenizers = tokenizers;
        this.registration = registration;
        this.catalog = catalog;
        this.templates = templates;
        this.chats = chats;
        this.fim = fim;
        this.streams = streams;
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
    public void describeTokenizer(DescribeTokenizerRequest request, StreamObserver<TokenizerDescription> answers) {
        offload.unary(answers, () -> {
            String id = ResourceNames.parse("name", "tokenizers", request.getName());
            return Protos.description(catalog.describe(id, Protos.digest(request.getTokenizerDigest())));
        });
    }

    @Override
    public void encodeText(EncodeTextRequest request, StreamObserver<EncodeTextResponse> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what =
                    Protos.request(request.getTokenizer(), request.getSpecialTokens(), request.getTokenizerDigest());
            Text text = Protos.text(request.getText(), request.getTextUtf8(), request.getInvalidUtf8());
            return Protos.encoded(encoder.encode(what, text, request.getWithOffsets()));
        });
    }

    @Override
    public void decodeTokens(DecodeTokensRequest request, StreamObserver<DecodeTokensResponse> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what = Protos.request(request.getTokenizer(), request.getTokenizerDigest());
            return Protos.decoded(
                    encoder.decode(what, Protos.ids(request.getIdsList()), request.getSkipSpecialTokens()));
        });
    }

    @Override
    public void countTokens(CountTokensRequest request, StreamObserver<CountTokensResponse> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what =
                    Protos.request(request.getTokenizer(), request.getSpecialTokens(), request.getTokenizerDigest());
            Text text = Protos.text(request.getText(), request.getTextUtf8(), request.getInvalidUtf8());
            return Protos.counted(encoder.count(what, text));
        });
    }

    @Override
    public void batchEncodeTexts(BatchEncodeTextsRequest request, StreamObserver<BatchEncodeTextsResponse> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what =
                    Protos.request(request.getTokenizer(), request.getSpecialTokens(), request.getTokenizerDigest());
            return Protos.batch(encoder.encodeAll(what, Protos.texts(request)));
        });
    }

    @Override
    public void batchDecodeTokens(BatchDecodeTokensRequest request, StreamObserver<BatchDecodeTokensResponse> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what = Protos.request(request.getTokenizer(), request.getTokenizerDigest());
            List<int[]> lists = request.getListsList().stream()
                    .map(list -> Protos.ids(list.getIdsList()))
                    .toList();
            return Protos.batch(encoder.decodeAll(what, lists, request.getSkipSpecialTokens()));
        });
    }

    @Override
    public StreamObserver<EncodeDocumentRequest> encodeDocument(StreamObserver<EncodeDocumentResponse> answers) {
        RequestStream<EncodeDocumentRequest> requests = new RequestStream<>(answers);
        offload.stream(answers, sink -> streams.encode(requests, sink));
        return requests;
    }

    @Override
    public StreamObserver<DecodeStreamRequest> decodeStream(StreamObserver<DecodeStreamResponse> answers) {
        RequestStream<DecodeStreamRequest> requests = new RequestStream<>(answers);
        offload.stream(answers, sink -> streams.decode(requests, sink));
        return requests;
    }

    @Override
    public void renderFim(RenderFimRequest request, StreamObserver<RenderedPrompt> answers) {
        offload.unary(answers, () -> {
            Encoder.Request what = Protos.request(request.getTokenizer(), request.getTokenizerDigest());
            FimPrompts.Gap gap = new FimPrompts.Gap(request.getPrefix(), request.getSuffix());
            return PromptProtos.rendered(fim.render(what, gap, PromptProtos.order(request.getOrder())));
        });
    }

    @Override
    public void renderChat(RenderChatRequest request, StreamObserver<RenderedPrompt> answers) {
        offload.unary(answers, () -> PromptProtos.rendered(chats.render(PromptProtos.chat(request))));
    }

    @Override
    public void registerTemplate(RegisterTemplateRequest request, StreamObserver<Template> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            return PromptProtos.template(templates.register(
                    CallContext.caller(),
                    TemplateName.parse("name", request.getName()),
                    PromptProtos.frame(request.getFrame()),
                    Protos.requestId(request.getRequestId())));
        });
    }

    @Override
    public void getTemplate(GetTemplateRequest request, StreamObserver<Template> answers) {
        offload.unary(
                answers,
                () -> PromptProtos.template(templates.get(
                        TemplateName.parse("name", request.getName()), PromptProtos.version(request.getVersion()))));
    }

    @Override
    public void listTemplates(ListTemplatesRequest request, StreamObserver<ListTemplatesResponse> answers) {
        offload.unary(answers, () -> {
            String tokenizer = ResourceNames.parse("parent", "tokenizers", request.getParent());
            Page page = Page.of(request.getPageSize(), request.getPageToken(), tokenizer);
            return PromptProtos.page(templates.list(tokenizer, page.after(), page.size() + 1), page);
        });
    }
}
