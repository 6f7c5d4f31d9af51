package revontuli.trainer.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.trainer.v1.Dataset;
import revontuli.api.trainer.v1.DatasetServiceGrpc;
import revontuli.api.trainer.v1.GetDatasetRequest;
import revontuli.api.trainer.v1.ListDatasetsRequest;
import revontuli.api.trainer.v1.ListDatasetsResponse;
import revontuli.api.trainer.v1.RegisterDatasetRequest;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.trainer.dataset.DatasetCatalog;

@GrpcService
class DatasetGrpc extends DatasetServiceGrpc.DatasetServiceImplBase {
    private static final int REQUEST_CHARS_MAX = 128;

    private final DatasetCatalog catalog;
    private final Offload offload;

    DatasetGrpc(DatasetCatalog catalog, Offload offload) {
        this.catalog = catalog;
        this.offload = offload;
    }

    @Override
    public void registerDataset(RegisterDatasetRequest request, StreamObserver<Dataset> answers) {
        offload.unary(answers, () -> {
            ResourceNames.parse("name", "datasets", request.getName());
            requireRequestId(request.getRequestId());
            return Protos.dataset(catalog.register(
                    CallContext.caller(),
                    request.getName(),
                    Protos.digest("digest", request.getDigest()),
                    new revontuli.trainer.dataset.Dataset.Description(
                            request.getLanguage(), request.getLicense(), request.getOrigin()),
                    request.getRequestId()));
        });
    }

    @Override
    public void getDataset(GetDatasetRequest request, StreamObserver<Dataset> answers) {
        offload.unary(answers, () -> {
            ResourceNames.parse("name", "datasets", request.getName());
            return Protos.dataset(catalog.get(CallContext.caller(), request.getName()));
        });
    }

    @Override
    public void listDatasets(ListDatasetsRequest request, StreamObserver<ListDatasetsResponse> answers) {
        offload.unary(answers, () -> {
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "datasets");
            List<Dataset> found = catalog.page(CallContext.caller(), page.after(), page.size() + 1).stream()
                    .map(Protos::dataset)
                    .toList();
            ListDatasetsResponse.Builder answer = ListDatasetsResponse.newBuilder()
                    .addAllDatasets(found.subList(0, Math.min(found.size(), page.size())));
            if (found.size() > page.size()) {
                answer.setNextPageToken(
                        page.tokenAfter(found.get(page.size() - 1).getName()));
            }
            return answer.build();
        });
    }

    private static void requireRequestId(String id) {
        if (id.length() > REQUEST_CHARS_MAX || id.chars().anyMatch(Character::isISOControl)) {
            throw Fault.invalid(
                    "OUT_OF_RANGE", "request_id", "must be one line of at most " + REQUEST_CHARS_MAX + " characters");
        }
    }
}
