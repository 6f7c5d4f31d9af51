package revontuli.safety.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.api.safety.v1.BatchModerateTextsRequest;
import revontuli.api.safety.v1.BatchModerateTextsResponse;
import revontuli.api.safety.v1.ModerateDialogueRequest;
import revontuli.api.safety.v1.ModerateStreamRequest;
import revontuli.api.safety.v1.ModerateStreamResponse;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.StreamStart;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.safety.SafetyConfig;
import revontuli.safety.moderate.ModeratedStream;
import revontuli.safety.moderate.Moderation;
import revontuli.safety.screen.Verdict;

/// ModerationService over gRPC.
@GrpcService
class ModerationGrpc extends ModerationServiceGrpc.ModerationServiceImplBase {
    private final Moderation moderation;
    private final Offload offload;
    private final SafetyConfig.Moderation limits;

    ModerationGrpc(Moderation moderation, Offload offload, SafetyConfig config) {
        this.moderation = moderation;
        this.offload = offload;
        this.limits = config.moderation();
    }

    @Override
    public void moderateText(ModerateTextRequest request, StreamObserver<ModerateTextResponse> answers) {
        offload.unary(answers, () -> {
            Moderation.Question question = new Moderation.Question(
                    VerdictProtos.direction(request.getDirection()),
                    request.getText(),
                    request.getSubject(),
                    request.getCommit());
            return VerdictProtos.moderated(moderation.judge(CallContext.caller(), question)).toBuilder()
                    .setSubject(request.getSubject())
                    .build();
        });
    }

    @Override
    public void batchModerateTexts(
            BatchModerateTextsRequest request, StreamObserver<BatchModerateTextsResponse> answers) {
        offload.unary(answers, () -> {
            List<Verdict> verdicts = moderation.judgeAll(
                    CallContext.caller(),
                    VerdictProtos.direction(request.getDirection()),
                    List.copyOf(request.getTextsList()));
            BatchModerateTextsResponse.Builder response = BatchModerateTextsResponse.newBuilder();
            verdicts.forEach(verdict -> response.addVerdicts(VerdictProtos.verdict(verdict)));
            return response.build();
        });
    }

    @Override
    public StreamObserver<ModerateStreamRequest> moderateStream(StreamObserver<ModerateStreamResponse> answers) {
        RequestStream<ModerateStreamRequest> requests = new RequestStream<>(answers);
        Caller caller = CallContext.caller();
        offload.stream(answers, sink -> converse(caller, requests, sink));
        return requests;
    }

    /// One answer a request, in order, until the text ends or is refused.
    private void converse(
            Caller caller, RequestStream<ModerateStreamRequest> requests, Offload.Sink<ModerateStreamResponse> sink)
            throws InterruptedException {
        @Nullable ModeratedStream stream = null;
        try {
            for (long number = 1; ; number++) {
                ModerateStreamRequest request = requests.next(limits.idleMax());
                if (request.hasStart() != (stream == null)) {
                    throw Fault.invalid("START_MISPLACED", "start", "must be in the first message and in no other");
                }
                stream = stream == null ? begin(caller, request.getStart()) : stream;
                ModeratedStream.Release release = stream.append(request.getDelta(), request.getEnd());
                sink.send(VerdictProtos.release(stream, release, number));
                if (release.end().isPresent()) {
                    return;
                }
            }
        } finally {
            if (stream != null) {
                stream.abandon();
            }
        }
    }

    private ModeratedStream begin(Caller caller, StreamStart start) {
        return moderation.begin(caller, VerdictProtos.direction(start.getDirection()), start.getSubject());
    }

    @Override
    public void moderateDialogue(ModerateDialogueRequest request, StreamObserver<ModerateTextResponse> answers) {
        offload.unary(
                answers,
                () -> VerdictProtos.moderated(moderation.judgeDialogue(
                        CallContext.caller(),
                        VerdictProtos.direction(request.getDirection()),
                        List.copyOf(request.getTurnsList()))));
    }
}
