package revontuli.tokenizer.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import revontuli.api.tokenizer.v1.CreateTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.GetTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.ListTokenizeTasksRequest;
import revontuli.api.tokenizer.v1.ListTokenizeTasksResponse;
import revontuli.api.tokenizer.v1.TokenizeTask;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizeTaskState;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.CallContext;
import revontuli.platform.grpc.Offload;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.tokenizer.bulk.Task;
import revontuli.tokenizer.bulk.TaskDesk;
import revontuli.transparency.crypto.Digest;

/// TokenizeTaskService over gRPC.
@GrpcService
class TokenizeTaskGrpc extends TokenizeTaskServiceGrpc.TokenizeTaskServiceImplBase {
    private final TaskDesk desk;
    private final Admission admission;
    private final Offload offload;

    TokenizeTaskGrpc(TaskDesk desk, Admission admission, Offload offload) {
        this.desk = desk;
        this.admission = admission;
        this.offload = offload;
    }

    @Override
    public void createTokenizeTask(CreateTokenizeTaskRequest request, StreamObserver<TokenizeTask> answers) {
        offload.unary(answers, () -> {
            admission.requireRoom();
            return task(desk.create(
                    CallContext.caller(),
                    digest("dataset_digest", request.getDatasetDigest()),
                    digest("tokenizer_digest", request.getTokenizerDigest()),
                    Protos.requestId(request.getRequestId())));
        });
    }

    @Override
    public void getTokenizeTask(GetTokenizeTaskRequest request, StreamObserver<TokenizeTask> answers) {
        offload.unary(answers, () -> task(desk.get(ResourceNames.parse("name", Task.COLLECTION, request.getName()))));
    }

    @Override
    public void listTokenizeTasks(ListTokenizeTasksRequest request, StreamObserver<ListTokenizeTasksResponse> answers) {
        offload.unary(answers, () -> {
            Page page = Page.of(request.getPageSize(), request.getPageToken(), "");
            List<Task> found = desk.list(CallContext.caller(), page.after(), page.size() + 1);
            ListTokenizeTasksResponse.Builder wire = ListTokenizeTasksResponse.newBuilder();
            found.stream().limit(page.size()).map(TokenizeTaskGrpc::task).forEach(wire::addTasks);
            if (found.size() > page.size()) {
                wire.setNextPageToken(page.tokenAfter(found.get(page.size() - 1).id()));
            }
            return wire.build();
        });
    }

    private static Digest digest(String field, String text) {
        return Protos.digest(field, text)
                .orElseThrow(() -> Fault.invalid("MALFORMED_DIGEST", field, "must be there: sha256:<64 digits>"));
    }

    private static TokenizeTask task(Task task) {
        TokenizeTask.Builder wire = TokenizeTask.newBuilder()
                .setName(task.name())
                .setDatasetDigest(task.order().dataset().toString())
                .setTokenizerDigest(task.order().tokenizer().toString())
                .setState(
                        switch (task.state()) {
                            case SUBMITTED -> TokenizeTaskState.TOKENIZE_TASK_STATE_SUBMITTED;
                            case QUEUED -> TokenizeTaskState.TOKENIZE_TASK_STATE_QUEUED;
                            case RUNNING -> TokenizeTaskState.TOKENIZE_TASK_STATE_RUNNING;
                            case DONE -> TokenizeTaskState.TOKENIZE_TASK_STATE_DONE;
                            case FAILED -> TokenizeTaskState.TOKENIZE_TASK_STATE_FAILED;
                        })
                .setDocumentCount(task.counts().documents())
                .setTokenCount(task.counts().tokens())
                .setTextByteCount(task.counts().textBytes())
                .setBadLineCount(task.counts().leftOut())
                .setReason(task.outcome().reason())
                .setMessage(task.outcome().message())
                .setCreateTime(Protos.timestamp(task.order().createTime()));
        task.outcome().made().ifPresent(made -> wire.setShardDigest(made.shard().toString())
                .setShardByteCount(made.bytes()));
        task.outcome().endTime().map(Protos::timestamp).ifPresent(wire::setEndTime);
        return wire.build();
    }
}
