package revontuli.trainer.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.trainer.v1.ApproveModelVersionRequest;
import revontuli.api.trainer.v1.GetModelVersionRequest;
import revontuli.api.trainer.v1.ImportModelRequest;
import revontuli.api.trainer.v1.ListModelVersionsRequest;
import revontuli.api.trainer.v1.ListModelVersionsResponse;
import revontuli.api.trainer.v1.ModelServiceGrpc;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.RevokeModelVersionRequest;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.trainer.publish.Approvals;
import revontuli.trainer.publish.Imports;
import revontuli.trainer.publish.ModelCatalog;
import revontuli.trainer.publish.Revocations;
import revontuli.trainer.publish.Signers;

@GrpcService
class ModelGrpc extends ModelServiceGrpc.ModelServiceImplBase {
    private final ModelCatalog catalog;
    private final Imports imports;
    private final Approvals approvals;
    private final Revocations revocations;
    private final Signers signers;
    private final Offload offload;

    ModelGrpc(
            ModelCatalog catalog,
            Imports imports,
            Approvals approvals,
            Revocations revocations,
            Signers signers,
            Offload offload) {
        this.catalog = catalog;
        this.imports = imports;
        this.approvals = approvals;
        this.revocations = revocations;
        this.signers = signers;
        this.offload = offload;
    }

    @Override
    public void importModel(ImportModelRequest request, StreamObserver<ModelVersion> answers) {
        offload.unary(
                answers,
                () -> wire(imports.bring(
                        CallContext.caller(),
                        new Imports.Parcel(
                                name(request.getName()),
                                request.getManifest().toByteArray(),
                                request.getStatement().toByteArray(),
                                Protos.signature(request.getSignature())))));
    }

    @Override
    public void listModelVersions(ListModelVersionsRequest request, StreamObserver<ListModelVersionsResponse> answers) {
        offload.unary(answers, () -> {
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "models");
            List<ModelVersion> found = catalog.page(CallContext.caller(), page.after(), page.size() + 1).stream()
                    .map(this::wire)
                    .toList();
            ListModelVersionsResponse.Builder answer = ListModelVersionsResponse.newBuilder()
                    .addAllVersions(found.subList(0, Math.min(found.size(), page.size())));
            if (found.size() > page.size()) {
                answer.setNextPageToken(
                        page.tokenAfter(found.get(page.size() - 1).getName()));
            }
            return answer.build();
        });
    }

    @Override
    public void getModelVersion(GetModelVersionRequest request, StreamObserver<ModelVersion> answers) {
        offload.unary(answers, () -> wire(catalog.get(CallContext.caller(), name(request.getName()))));
    }

    @Override
    public void approveModelVersion(ApproveModelVersionRequest request, StreamObserver<ModelVersion> answers) {
        offload.unary(
                answers,
                () -> wire(approvals.approve(
                        CallContext.caller(),
                        name(request.getName()),
                        request.getStatementDigest(),
                        Protos.signature(request.getSignature()))));
    }

    @Override
    public void revokeModelVersion(RevokeModelVersionRequest request, StreamObserver<ModelVersion> answers) {
        offload.unary(
                answers,
                () -> wire(revocations.revoke(
                        CallContext.caller(),
                        name(request.getName()),
                        new Revocations.Order(request.getReason(), Protos.signature(request.getSignature())))));
    }

    private ModelVersion wire(revontuli.trainer.publish.ModelVersion version) {
        return Protos.version(version, signers.quorum());
    }

    private static String name(String text) {
        return ResourceNames.parseVersion("name", "models", text);
    }
}
