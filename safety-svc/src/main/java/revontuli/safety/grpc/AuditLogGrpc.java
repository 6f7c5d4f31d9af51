package revontuli.safety.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.ExportRecordsRequest;
import revontuli.api.safety.v1.ExportRecordsResponse;
import revontuli.api.safety.v1.GetCheckpointRequest;
import revontuli.api.safety.v1.GetCheckpointResponse;
import revontuli.api.safety.v1.GetConsistencyProofRequest;
import revontuli.api.safety.v1.GetConsistencyProofResponse;
import revontuli.api.safety.v1.GetInclusionProofRequest;
import revontuli.api.safety.v1.GetInclusionProofResponse;
import revontuli.api.safety.v1.GetLineageRequest;
import revontuli.api.safety.v1.GetReceiptRequest;
import revontuli.api.safety.v1.GetReceiptResponse;
import revontuli.api.safety.v1.GetRecordRequest;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.safety.ledger.AuditQueries;
import revontuli.safety.ledger.Lineage;

/// AuditLogService over gRPC.
@GrpcService
class AuditLogGrpc extends AuditLogServiceGrpc.AuditLogServiceImplBase {
    private static final int SUBJECT_CHARS_MAX = 256;

    private final AuditQueries queries;
    private final Lineage lineage;
    private final Admission admission;
    private final Offload offload;

    AuditLogGrpc(AuditQueries queries, Lineage lineage, Admission admission, Offload offload) {
        this.queries = queries;
        this.lineage = lineage;
        this.admission = admission;
        this.offload = offload;
    }

    @Override
    public void queryRecords(QueryRecordsRequest request, StreamObserver<QueryRecordsResponse> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            Page page = RecordProtos.page(request);
            AuditQueries.Answer answer = queries.query(
                    CallContext.caller(),
                    RecordProtos.filter(request),
                    RecordProtos.range(page, request.getNewestFirst()));
            return RecordProtos.answer(answer, page);
        });
    }

    @Override
    public void getRecord(GetRecordRequest request, StreamObserver<AuditRecord> answers) {
        offload.unary(
                answers,
                () -> RecordProtos.record(queries.get(CallContext.caller(), RecordProtos.index(request.getName()))));
    }

    @Override
    public void getLineage(GetLineageRequest request, StreamObserver<revontuli.api.safety.v1.Lineage> answers) {
        offload.unary(answers, () -> {
            String subject = request.getSubject();
            if (subject.isEmpty()
                    || subject.length() > SUBJECT_CHARS_MAX
                    || subject.chars().anyMatch(Character::isISOControl)) {
                throw Fault.invalid(
                        "MALFORMED_NAME", "subject", "must be a resource name such as generations/{generation}");
            }
            return RecordProtos.lineage(lineage.walk(CallContext.caller(), subject));
        });
    }

    @Override
    public void exportRecords(ExportRecordsRequest request, StreamObserver<ExportRecordsResponse> answers) {
        offload.stream(answers, sink -> {
            admission.requireRoom();
            AuditQueries.Export export = queries.export(CallContext.caller(), request.getFromIndex());
            sendLeaves(export, sink);
            sink.send(ExportRecordsResponse.newBuilder()
                    .setCheckpoint(new String(export.checkpoint().bytes(), StandardCharsets.UTF_8))
                    .setLogKey(ByteString.copyFrom(queries.key().verifyingKey().raw()))
                    .setLogName(queries.key().origin())
                    .build());
        });
    }

    /// One message after the other, however long the log is.
    private void sendLeaves(AuditQueries.Export export, Offload.Sink<ExportRecordsResponse> sink)
            throws InterruptedException {
        long next = export.from();
        while (next < export.head().size()) {
            List<byte[]> leaves = queries.leaves(export, next);
            if (leaves.isEmpty()) {
                return; // rows are missing: the checkpoint covers them, so the verifier says it
            }
            sink.send(ExportRecordsResponse.newBuilder()
                    .addAllLeaves(leaves.stream().map(ByteString::copyFrom).toList())
                    .build());
            next += leaves.size();
        }
    }

    @Override
    public void getCheckpoint(GetCheckpointRequest request, StreamObserver<GetCheckpointResponse> answers) {
        offload.unary(answers, () -> GetCheckpointResponse.newBuilder()
                .setCheckpoint(new String(queries.checkpoint().bytes(), StandardCharsets.UTF_8))
                .build());
    }

    @Override
    public void getReceipt(GetReceiptRequest request, StreamObserver<GetReceiptResponse> answers) {
        offload.unary(answers, () -> {
            throw Fault.notBuilt("GetReceipt (GetLineage and ExportRecords give the same evidence in parts)");
        });
    }

    @Override
    public void getInclusionProof(GetInclusionProofRequest request, StreamObserver<GetInclusionProofResponse> answers) {
        offload.unary(answers, () -> {
            throw Fault.notBuilt("GetInclusionProof (an export proves every leaf)");
        });
    }

    @Override
    public void getConsistencyProof(
            GetConsistencyProofRequest request, StreamObserver<GetConsistencyProofResponse> answers) {
        offload.unary(answers, () -> {
            throw Fault.notBuilt("GetConsistencyProof (an export proves the whole log)");
        });
    }
}
