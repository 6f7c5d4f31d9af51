package revontuli.safety.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import revontuli.api.safety.v1.EraseSubjectRequest;
import revontuli.api.safety.v1.EraseSubjectResponse;
import revontuli.api.safety.v1.Hold;
import revontuli.api.safety.v1.ListHoldsRequest;
import revontuli.api.safety.v1.ListHoldsResponse;
import revontuli.api.safety.v1.PlaceHoldRequest;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.api.safety.v1.PruneRecordsRequest;
import revontuli.api.safety.v1.PruneRecordsResponse;
import revontuli.api.safety.v1.ReleaseHoldRequest;
import revontuli.api.safety.v1.ReleaseHoldResponse;
import revontuli.platform.event.Admission;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.ResourceNames;
import revontuli.safety.ledger.Pruning;
import revontuli.safety.privacy.Erasure;
import revontuli.safety.privacy.LegalHolds;

/// PrivacyService over gRPC.
@GrpcService
class PrivacyGrpc extends PrivacyServiceGrpc.PrivacyServiceImplBase {
    private final Erasure erasure;
    private final LegalHolds holds;
    private final Pruning pruning;
    private final Admission admission;
    private final Offload offload;

    PrivacyGrpc(Erasure erasure, LegalHolds holds, Pruning pruning, Admission admission, Offload offload) {
        this.erasure = erasure;
        this.holds = holds;
        this.pruning = pruning;
        this.admission = admission;
        this.offload = offload;
    }

    @Override
    public void eraseSubject(EraseSubjectRequest request, StreamObserver<EraseSubjectResponse> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            Erasure.Erased erased = erasure.erase(
                    CallContext.caller(),
                    new Erasure.Wish(request.getSubject(), request.getReason(), request.getLegalBasis()));
            return EraseSubjectResponse.newBuilder()
                    .setName(erased.name())
                    .addAllCommitments(erased.commitments())
                    .build();
        });
    }

    @Override
    public void placeHold(PlaceHoldRequest request, StreamObserver<Hold> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            return proto(
                    holds.place(CallContext.caller(), request.getTenant(), request.getSubject(), request.getReason()));
        });
    }

    @Override
    public void releaseHold(ReleaseHoldRequest request, StreamObserver<ReleaseHoldResponse> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            String hold = ResourceNames.parse("name", "holds", request.getName());
            holds.release(CallContext.caller(), "holds/" + hold);
            return ReleaseHoldResponse.getDefaultInstance();
        });
    }

    @Override
    public void listHolds(ListHoldsRequest request, StreamObserver<ListHoldsResponse> answers) {
        offload.unary(answers, () -> ListHoldsResponse.newBuilder()
                .addAllHolds(holds.lasting().stream().map(PrivacyGrpc::proto).toList())
                .build());
    }

    @Override
    public void pruneRecords(PruneRecordsRequest request, StreamObserver<PruneRecordsResponse> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            Pruning.Outcome outcome = request.getValidateOnly()
                    ? pruning.look(CallContext.caller(), request.getKeepDays())
                    : pruning.prune(CallContext.caller(), request.getKeepDays(), request.getMaxRecords());
            return PruneRecordsResponse.newBuilder()
                    .setName(outcome.name())
                    .setRecords(outcome.found().records())
                    .setLeafBytes(outcome.found().leafBytes())
                    .setFirstIndex(outcome.found().first())
                    .setLastIndex(outcome.found().last())
                    .setHeld(outcome.found().held())
                    .setMore(outcome.more())
                    .build();
        });
    }

    private static Hold proto(revontuli.safety.privacy.Hold hold) {
        return Hold.newBuilder()
                .setName(hold.name())
                .setTenant(hold.tenant())
                .setSubject(hold.subject())
                .setReason(hold.reason())
                .setPlaceTime(Times.proto(hold.placed()))
                .build();
    }
}
