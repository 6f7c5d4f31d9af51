package revontuli.safety.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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
import revontuli.api.safety.v1.GetStateAsOfRequest;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;
import revontuli.api.safety.v1.StateAsOf;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.safety.ledger.AuditQueries;
import revontuli.safety.ledger.Checkpoints;
import revontuli.safety.ledger.InForce;
import revontuli.safety.ledger.Lineage;
import revontuli.safety.ledger.Proofs;
import revontuli.safety.ledger.Receipts;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.SignedNote;

/// AuditLogService over gRPC.
@GrpcService
class AuditLogGrpc extends AuditLogServiceGrpc.AuditLogServiceImplBase {
    private static final int SUBJECT_CHARS_MAX = 256;
    private static final int CHECKPOINTS_MAX = 256;

    private final AuditQueries queries;
    private final Lineage lineage;
    private final Proofs proofs;
    private final Receipts receipts;
    private final InForce inForce;
    private final Admission admission;
    private final Offload offload;

    AuditLogGrpc(
            AuditQueries queries,
            Lineage lineage,
            Proofs proofs,
            Receipts receipts,
            InForce inForce,
            Admission admission,
            Offload offload) {
        this.queries = queries;
        this.lineage = lineage;
        this.proofs = proofs;
        this.receipts = receipts;
        this.inForce = inForce;
        this.admission = admission;
        this.offload = offload;
    }

    @Override
    public void queryRecords(QueryRecordsRequest request, StreamObserver<QueryRecordsResponse> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            Page page = RecordProtos.page(request, CallContext.caller());
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
            admission.requireRoom();
            String subject = subject("subject", request.getSubject());
            return RecordProtos.lineage(
                    lineage.walk(CallContext.caller(), subject, RecordProtos.direction(request.getDirection())));
        });
    }

    @Override
    public void getStateAsOf(GetStateAsOfRequest request, StreamObserver<StateAsOf> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            if (!request.hasTime()) {
                throw Fault.invalid("BAD_TIME", "time", "must be given, such as 2026-11-25T12:00:00Z");
            }
            Instant time = Times.parse("time", request.getTime());
            return RecordProtos.state(inForce.at(CallContext.caller(), time, request.getModel()));
        });
    }

    private static String subject(String field, String name) {
        if (name.isEmpty() || name.length() > SUBJECT_CHARS_MAX || name.chars().anyMatch(Character::isISOControl)) {
            throw Fault.invalid("MALFORMED_NAME", field, "must be a resource name such as generations/{generation}");
        }
        return name;
    }

    @Override
    public void exportRecords(ExportRecordsRequest request, StreamObserver<ExportRecordsResponse> answers) {
        offload.stream(answers, sink -> {
            admission.requireRoom();
            AuditQueries.Export export = queries.export(CallContext.caller(), request.getFromIndex());
            sendLeaves(export, sink);
            sendCheckpoints(export, sink);
            sink.send(ExportRecordsResponse.newBuilder()
                    .setCheckpoint(text(export.checkpoint()))
                    .setLogKey(ByteString.copyFrom(queries.key().verifyingKey().raw()))
                    .setLogName(queries.key().origin())
                    .build());
        });
    }

    /// One message after the other, however long the log is.
    private void sendLeaves(AuditQueries.Export export, Offload.Sink<ExportRecordsResponse> sink)
            throws InterruptedException {
        long next = export.from();
        while (next < export.size()) {
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

    private void sendCheckpoints(AuditQueries.Export export, Offload.Sink<ExportRecordsResponse> sink)
            throws InterruptedException {
        List<Checkpoints.Kept> page = queries.checkpoints(export, 0, CHECKPOINTS_MAX);
        while (!page.isEmpty()) {
            sink.send(ExportRecordsResponse.newBuilder()
                    .addAllCheckpoints(
                            page.stream().map(kept -> text(kept.note())).toList())
                    .build());
            page = queries.checkpoints(export, page.getLast().size() + 1, CHECKPOINTS_MAX);
        }
    }

    @Override
    public void getCheckpoint(GetCheckpointRequest request, StreamObserver<GetCheckpointResponse> answers) {
        offload.unary(answers, () -> {
            Checkpoints.Kept kept = queries.checkpoint();
            return GetCheckpointResponse.newBuilder()
                    .setCheckpoint(text(kept.note()))
                    .setSize(kept.size())
                    .setCreateTime(Times.proto(kept.time()))
                    .build();
        });
    }

    private static String text(SignedNote note) {
        return new String(note.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void getReceipt(GetReceiptRequest request, StreamObserver<GetReceiptResponse> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            String name = subject("name", request.getName());
            if (!name.startsWith("generations/")) {
                throw Fault.invalid("MALFORMED_NAME", "name", "must be generations/{generation}");
            }
            return GetReceiptResponse.newBuilder()
                    .setBundle(ByteString.copyFrom(receipts.make(CallContext.caller(), name)))
                    .build();
        });
    }

    @Override
    public void getInclusionProof(GetInclusionProofRequest request, StreamObserver<GetInclusionProofResponse> answers) {
        offload.unary(answers, () -> {
            Proofs.Inclusion proof = proofs.inclusion(CallContext.caller(), request.getIndex(), request.getSize());
            return GetInclusionProofResponse.newBuilder()
                    .addAllHashes(hashes(proof.hashes()))
                    .setSize(proof.size())
                    .setTlogProof(proof.bundle()
                            .map(bundle -> ByteString.copyFrom(bundle.bytes()))
                            .orElse(ByteString.EMPTY))
                    .build();
        });
    }

    @Override
    public void getConsistencyProof(
            GetConsistencyProofRequest request, StreamObserver<GetConsistencyProofResponse> answers) {
        offload.unary(answers, () -> {
            Proofs.Consistency proof = proofs.consistency(request.getOldSize(), request.getNewSize());
            return GetConsistencyProofResponse.newBuilder()
                    .addAllHashes(hashes(proof.hashes()))
                    .setNewSize(proof.size())
                    .build();
        });
    }

    private static List<ByteString> hashes(List<Digest> hashes) {
        return hashes.stream().map(hash -> ByteString.copyFrom(hash.value())).toList();
    }
}
