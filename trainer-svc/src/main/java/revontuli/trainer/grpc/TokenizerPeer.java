package revontuli.trainer.grpc;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import revontuli.api.tokenizer.v1.CreateTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.GetTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.TokenizeTask;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.Peers;
import revontuli.trainer.dataset.Tokenization;
import revontuli.transparency.crypto.Digest;

/// The tokenizer service over gRPC: a task is asked for, and looked after until it has ended. The same digests are the
/// same task, so asking again after a crash finds what is there.
@ApplicationScoped
class TokenizerPeer implements Tokenization {
    private static final String PEER = "TOKENIZER";
    private static final long FIRST_LOOK_MS = 50;
    private static final long LOOK_EVERY_MS = 1_000;

    private final Peers peers;

    TokenizerPeer(Peers peers) {
        this.peers = peers;
    }

    @Override
    public Digest shard(Digest dataset, Digest tokenizer, Runnable between) {
        CreateTokenizeTaskRequest request = CreateTokenizeTaskRequest.newBuilder()
                .setDatasetDigest(dataset.toString())
                .setTokenizerDigest(tokenizer.toString())
                .build();
        TokenizeTask task = PeerCalls.call(PEER, () -> stub().createTokenizeTask(request));
        GetTokenizeTaskRequest look =
                GetTokenizeTaskRequest.newBuilder().setName(task.getName()).build();
        for (long wait = FIRST_LOOK_MS; ; wait = Math.min(LOOK_EVERY_MS, wait * 2)) {
            switch (task.getState()) {
                case TOKENIZE_TASK_STATE_DONE -> {
                    return Digest.parse(task.getShardDigest());
                }
                case TOKENIZE_TASK_STATE_FAILED -> throw failed(task);
                case TOKENIZE_TASK_STATE_UNSPECIFIED,
                        TOKENIZE_TASK_STATE_SUBMITTED,
                        TOKENIZE_TASK_STATE_QUEUED,
                        TOKENIZE_TASK_STATE_RUNNING,
                        UNRECOGNIZED -> {
                    between.run();
                    pause(wait);
                    task = PeerCalls.call(PEER, () -> stub().getTokenizeTask(look));
                }
            }
        }
    }

    private static RuntimeException failed(TokenizeTask task) {
        return new Fault.Conflict(
                        "TOKENIZATION_FAILED",
                        task.getName() + " failed: " + task.getReason() + ": " + task.getMessage(),
                        Map.of("task", task.getName(), "reason", task.getReason()))
                .toException();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private TokenizeTaskServiceGrpc.TokenizeTaskServiceBlockingStub stub() {
        return TokenizeTaskServiceGrpc.newBlockingStub(peers.to("tokenizer", Caller.SYSTEM_TENANT))
                .withDeadlineAfter(PeerCalls.DEADLINE);
    }
}
