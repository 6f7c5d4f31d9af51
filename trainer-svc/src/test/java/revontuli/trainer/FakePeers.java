package revontuli.trainer;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import revontuli.api.safety.v1.ListPolicyVersionsRequest;
import revontuli.api.safety.v1.ListPolicyVersionsResponse;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.PolicyVersion;
import revontuli.api.tokenizer.v1.CreateTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.GetTokenizeTaskRequest;
import revontuli.api.tokenizer.v1.TokenizeTask;
import revontuli.api.tokenizer.v1.TokenizeTaskServiceGrpc;
import revontuli.api.tokenizer.v1.TokenizeTaskState;
import revontuli.platform.PlatformConfig;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.shard.DocumentFile;
import revontuli.platform.shard.TokenShardWriter;
import revontuli.transparency.crypto.Digest;

/// A tokenizer service (one id a byte) and a safety service (one policy) on a real socket, whose mood tests change.
@Startup
@ApplicationScoped
public class FakePeers {
    static final Digest POLICY = Digest.of("policy of a test".getBytes(StandardCharsets.UTF_8));

    /// How the tokenizer answers.
    public enum Mood {
        WELL,
        DOWN,
        OTHER_DIGEST
    }

    private final AtomicReference<Mood> mood = new AtomicReference<>(Mood.WELL);
    private final AtomicInteger encoded = new AtomicInteger();
    private final ArtifactStore artifacts;
    private final Server server;

    FakePeers(PlatformConfig config, ArtifactStore artifacts) throws IOException {
        this.artifacts = artifacts;
        String address = config.peers().addresses().getOrDefault("tokenizer", "");
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        this.server = ServerBuilder.forPort(port)
                .addService(new FakeTasks())
                .addService(new FakePolicies())
                .build()
                .start();
    }

    @PreDestroy
    void stop() {
        server.shutdownNow();
    }

    public void mood(Mood next) {
        mood.set(next);
    }

    /// Data sets encoded so far.
    public int encoded() {
        return encoded.get();
    }

    private final class FakeTasks extends TokenizeTaskServiceGrpc.TokenizeTaskServiceImplBase {
        private final Map<String, TokenizeTask> made = new ConcurrentHashMap<>();

        @Override
        public void createTokenizeTask(CreateTokenizeTaskRequest request, StreamObserver<TokenizeTask> answers) {
            if (mood.get() == Mood.DOWN) {
                answers.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            encoded.incrementAndGet();
            Digest dataset = Digest.parse(request.getDatasetDigest());
            TokenizeTask task = TokenizeTask.newBuilder()
                    .setName("tokenizeTasks/" + dataset.hex())
                    .setState(TokenizeTaskState.TOKENIZE_TASK_STATE_RUNNING)
                    .build();
            Digest tokenizer = mood.get() == Mood.OTHER_DIGEST ? POLICY : Digest.parse(request.getTokenizerDigest());
            made.put(
                    task.getName(),
                    task.toBuilder()
                            .setState(TokenizeTaskState.TOKENIZE_TASK_STATE_DONE)
                            .setShardDigest(shard(dataset, tokenizer).toString())
                            .build());
            answers.onNext(task);
            answers.onCompleted();
        }

        @Override
        public void getTokenizeTask(GetTokenizeTaskRequest request, StreamObserver<TokenizeTask> answers) {
            answers.onNext(made.getOrDefault(request.getName(), TokenizeTask.getDefaultInstance()));
            answers.onCompleted();
        }

        /// One id a byte.
        private Digest shard(Digest dataset, Digest tokenizer) {
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            try (TokenShardWriter writer = new TokenShardWriter(folder, dataset, tokenizer, 256)) {
                new DocumentFile(artifacts.path(dataset), new DocumentFile.Limits(100_000, 1 << 20)).read(document -> {
                    byte[] bytes = document.text().getBytes(StandardCharsets.UTF_8);
                    int[] ids = new int[bytes.length];
                    for (int i = 0; i < ids.length; i++) {
                        ids[i] = bytes[i] & 0xff;
                    }
                    add(writer, ids, document.line());
                });
                try (InputStream in = Files.newInputStream(writer.finish())) {
                    return artifacts.put(in);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void add(TokenShardWriter writer, int[] ids, long line) {
            try {
                writer.add(ids, ids.length, line);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class FakePolicies extends PolicyServiceGrpc.PolicyServiceImplBase {
        @Override
        public void listPolicyVersions(
                ListPolicyVersionsRequest request, StreamObserver<ListPolicyVersionsResponse> answers) {
            answers.onNext(ListPolicyVersionsResponse.newBuilder()
                    .addVersions(PolicyVersion.newBuilder()
                            .setName("policies/test/versions/1")
                            .setDigest(POLICY.toString())
                            .setInForce(true))
                    .build());
            answers.onCompleted();
        }
    }
}
