package revontuli.trainer.grpc;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import revontuli.api.safety.v1.ListPolicyVersionsRequest;
import revontuli.api.safety.v1.ListPolicyVersionsResponse;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.PolicyVersion;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.Peers;
import revontuli.trainer.run.PolicyInForce;
import revontuli.transparency.crypto.Digest;

/// The policy in force, as safety-svc says.
@ApplicationScoped
class SafetyPeer implements PolicyInForce {
    private final Peers peers;

    SafetyPeer(Peers peers) {
        this.peers = peers;
    }

    @Override
    public Digest digest() {
        ListPolicyVersionsResponse versions = PeerCalls.call(
                "POLICY", () -> PolicyServiceGrpc.newBlockingStub(peers.to("safety", Caller.SYSTEM_TENANT))
                        .withDeadlineAfter(PeerCalls.DEADLINE)
                        .listPolicyVersions(ListPolicyVersionsRequest.getDefaultInstance()));
        return versions.getVersionsList().stream()
                .filter(PolicyVersion::getInForce)
                .findFirst()
                .map(version -> Digest.parse(version.getDigest()))
                .orElseThrow(() -> new Fault.Unavailable(
                                "POLICY_UNAVAILABLE", "safety-svc names no policy in force", Map.of())
                        .toException());
    }
}
