package revontuli.safety.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.safety.v1.ActivatePolicyVersionRequest;
import revontuli.api.safety.v1.ActivateTenantOverrideRequest;
import revontuli.api.safety.v1.GetPolicyVersionRequest;
import revontuli.api.safety.v1.GetTenantOverrideRequest;
import revontuli.api.safety.v1.ListPolicyVersionsRequest;
import revontuli.api.safety.v1.ListPolicyVersionsResponse;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.TenantOverride;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.safety.moderate.PolicyOverride;
import revontuli.safety.moderate.PolicyShelf;
import revontuli.safety.moderate.PolicyVersion;
import revontuli.safety.moderate.TenantPolicies;
import revontuli.safety.screen.RecordedCases;

/// PolicyService over gRPC.
@GrpcService
class PolicyGrpc extends PolicyServiceGrpc.PolicyServiceImplBase {
    private final PolicyShelf policies;
    private final TenantPolicies tenants;
    private final RecordedCases cases;
    private final Offload offload;

    PolicyGrpc(PolicyShelf policies, TenantPolicies tenants, RecordedCases cases, Offload offload) {
        this.policies = policies;
        this.tenants = tenants;
        this.cases = cases;
        this.offload = offload;
    }

    @Override
    public void listPolicyVersions(
            ListPolicyVersionsRequest request, StreamObserver<ListPolicyVersionsResponse> answers) {
        offload.unary(answers, () -> {
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "policies");
            long before = Places.number(page.after()).orElse(Long.MAX_VALUE);
            List<PolicyVersion> found = policies.list(before, page.size() + 1);
            ListPolicyVersionsResponse.Builder response = ListPolicyVersionsResponse.newBuilder();
            found.stream().limit(page.size()).forEach(version -> response.addVersions(proto(version)));
            if (found.size() > page.size()) {
                response.setNextPageToken(
                        page.tokenAfter(Long.toString(found.get(page.size() - 1).position())));
            }
            return response.build();
        });
    }

    @Override
    public void getPolicyVersion(
            GetPolicyVersionRequest request, StreamObserver<revontuli.api.safety.v1.PolicyVersion> answers) {
        offload.unary(answers, () -> {
            String[] parts = ResourceNames.parseVersion("name", "policies", request.getName())
                    .split("/", -1);
            return proto(policies.get(parts[1], Integer.parseInt(parts[3])));
        });
    }

    @Override
    public void activatePolicyVersion(
            ActivatePolicyVersionRequest request, StreamObserver<revontuli.api.safety.v1.PolicyVersion> answers) {
        offload.unary(
                answers,
                () -> proto(policies.activate(
                        CallContext.caller(), request.getYamlBytes().toByteArray(), cases)));
    }

    @Override
    public void activateTenantOverride(ActivateTenantOverrideRequest request, StreamObserver<TenantOverride> answers) {
        offload.unary(
                answers,
                () -> proto(tenants.activate(
                        CallContext.caller(),
                        request.getYamlBytes().toByteArray(),
                        request.getApproval().toByteArray(),
                        cases)));
    }

    @Override
    public void getTenantOverride(GetTenantOverrideRequest request, StreamObserver<TenantOverride> answers) {
        offload.unary(answers, () -> proto(tenants.get(CallContext.caller())));
    }

    private TenantOverride proto(PolicyOverride override) {
        return TenantOverride.newBuilder()
                .setName(override.name().resource())
                .setDigest(override.name().digest())
                .setYamlBytes(ByteString.copyFrom(override.yaml()))
                .setLoosens(tenants.loosens(override))
                .setCreateTime(Times.proto(override.created()))
                .build();
    }

    private revontuli.api.safety.v1.PolicyVersion proto(PolicyVersion version) {
        return revontuli.api.safety.v1.PolicyVersion.newBuilder()
                .setName(version.name().resource())
                .setDigest(version.name().digest())
                .setYamlBytes(ByteString.copyFrom(version.yaml()))
                .setInForce(policies.isInForce(version))
                .setCreateTime(Times.proto(version.created()))
                .build();
    }
}
