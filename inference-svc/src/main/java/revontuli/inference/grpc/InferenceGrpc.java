package revontuli.inference.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import java.util.stream.IntStream;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.ListModelsRequest;
import revontuli.api.inference.v1.ListModelsResponse;
import revontuli.api.inference.v1.LoadCandidateRequest;
import revontuli.api.inference.v1.LoadedModel;
import revontuli.api.inference.v1.Replay;
import revontuli.api.inference.v1.ReplayGenerationRequest;
import revontuli.api.inference.v1.ScoreTextRequest;
import revontuli.api.inference.v1.ScoreTextResponse;
import revontuli.inference.generate.Replayer;
import revontuli.inference.generate.Samples;
import revontuli.inference.generate.Scorer;
import revontuli.inference.model.Candidates;
import revontuli.inference.model.ServedModel;
import revontuli.inference.model.ServedModels;
import revontuli.inference.model.VersionName;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;

/// The service's door: parses, calls one feature, maps back.
@GrpcService
class InferenceGrpc extends InferenceServiceGrpc.InferenceServiceImplBase {
    private final Samples samples;
    private final Scorer scorer;
    private final Replayer replayer;
    private final Candidates candidates;
    private final ServedModels models;
    private final Offload offload;

    InferenceGrpc(
            Samples samples,
            Scorer scorer,
            Replayer replayer,
            Candidates candidates,
            ServedModels models,
            Offload offload) {
        this.samples = samples;
        this.scorer = scorer;
        this.replayer = replayer;
        this.candidates = candidates;
        this.models = models;
        this.offload = offload;
    }

    @Override
    public void generateText(GenerateTextRequest request, StreamObserver<GenerateTextResponse> answers) {
        offload.stream(answers, sink -> {
            int count = Protos.samples(request);
            List<SinkReader> readers = IntStream.range(0, count)
                    .mapToObj(sample -> new SinkReader(sink, sample))
                    .toList();
            samples.run(CallContext.caller(), List.of(Protos.request(request)), count, readers::get);
        });
    }

    @Override
    public void scoreText(ScoreTextRequest request, StreamObserver<ScoreTextResponse> answers) {
        offload.unary(answers, () -> Protos.score(scorer.score(CallContext.caller(), Protos.question(request))));
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> answers) {
        offload.unary(answers, () -> {
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "models");
            return list(page);
        });
    }

    @Override
    public void loadCandidate(LoadCandidateRequest request, StreamObserver<LoadedModel> answers) {
        offload.unary(answers, () -> {
            candidates.requireLane();
            VersionName name = VersionName.parse("name", request.getName());
            ServedModel loaded = candidates.load(CallContext.caller(), name, request.getDigest(), request.getPurpose());
            return Protos.loaded(loaded, false);
        });
    }

    @Override
    public void replayGeneration(ReplayGenerationRequest request, StreamObserver<Replay> answers) {
        offload.unary(answers, () -> Protos.replay(replayer.replay(CallContext.caller(), Protos.replayed(request))));
    }

    private ListModelsResponse list(Page page) {
        List<ServedModel> rest = models.list().stream()
                .filter(model -> page.after().isEmpty() || Protos.place(model).compareTo(page.after()) > 0)
                .toList();
        List<ServedModel> shown = rest.stream().limit(page.size()).toList();
        ListModelsResponse.Builder answer = ListModelsResponse.newBuilder();
        shown.forEach(model -> answer.addModels(Protos.loaded(model, models.isCurrent(model))));
        if (shown.size() < rest.size()) {
            answer.setNextPageToken(page.tokenAfter(Protos.place(shown.getLast())));
        }
        return answer.build();
    }
}
