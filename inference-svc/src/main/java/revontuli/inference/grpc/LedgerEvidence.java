package revontuli.inference.grpc;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;
import revontuli.inference.InferenceConfig;
import revontuli.inference.generate.Replayer;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.Peers;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.SealedRecord;

/// The log of safety-svc as evidence. This service asks as itself, for every tenant, and hands on only what the caller
/// may see.
@ApplicationScoped
class LedgerEvidence implements Replayer.Evidence {
    private static final String PEER = "safety";
    private static final int RECORDS_MAX = 100;

    private final Peers peers;
    private final InferenceConfig.Safety config;

    LedgerEvidence(Peers peers, InferenceConfig config) {
        this.peers = peers;
        this.config = config.safety();
    }

    @Override
    public List<SealedRecord> of(Caller caller, String generation) {
        QueryRecordsRequest request = QueryRecordsRequest.newBuilder()
                .setSubject(generation)
                .setService("inference-svc")
                .setPageSize(RECORDS_MAX)
                .build();
        try {
            QueryRecordsResponse answer =
                    Context.ROOT.call(() -> AuditLogServiceGrpc.newBlockingStub(peers.to(PEER, caller.tenant()))
                            .withDeadlineAfter(config.promptPatience().toMillis(), TimeUnit.MILLISECONDS)
                            .queryRecords(request));
            return answer.getRecordsList().stream()
                    .map(AuditRecord::getLeaf)
                    .map(leaf -> SealedRecord.parse(leaf.toByteArray()))
                    .filter(leaf ->
                            mayReplay(caller, leaf.record().event().act().tenant()))
                    .toList();
        } catch (StatusRuntimeException failed) {
            throw unavailable("safety-svc: " + failed.getStatus().getCode());
        } catch (MalformedException damaged) {
            throw unavailable("a record cannot be read: " + damaged.getMessage());
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) { // what the context's call declares
            throw new IllegalStateException("the call to safety-svc failed", failed);
        }
    }

    private static boolean mayReplay(Caller caller, String tenant) {
        return caller.tenant().equals(tenant) || caller.has(Role.AUDITOR);
    }

    private static RuntimeException unavailable(String why) {
        return new Fault.Unavailable(
                        "EVIDENCE_UNAVAILABLE",
                        "the log gives no evidence of the generation (" + why + "); try again",
                        Map.of("cause", why))
                .toException();
    }
}
