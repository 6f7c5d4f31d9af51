package revontuli.inference;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;

/// The log as it stands beside [FakeSafety]: answers the leaves that a test gives it by subject.
final class FakeLog extends AuditLogServiceGrpc.AuditLogServiceImplBase {
    static final FakeLog THE_ONE = new FakeLog();

    private volatile Function<String, List<byte[]>> leaves = _ -> List.of();
    private volatile boolean answers = true;

    private FakeLog() {}

    static void holds(Function<String, List<byte[]>> bySubject) {
        THE_ONE.leaves = bySubject;
        THE_ONE.answers = true;
    }

    static void isDown() {
        THE_ONE.answers = false;
    }

    @Override
    public void queryRecords(QueryRecordsRequest request, StreamObserver<QueryRecordsResponse> observer) {
        if (!answers) {
            observer.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        QueryRecordsResponse.Builder answer = QueryRecordsResponse.newBuilder();
        leaves.apply(request.getSubject())
                .forEach(leaf -> answer.addRecords(AuditRecord.newBuilder().setLeaf(ByteString.copyFrom(leaf))));
        observer.onNext(answer.build());
        observer.onCompleted();
    }
}
