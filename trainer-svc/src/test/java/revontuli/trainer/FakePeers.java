package revontuli.trainer;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import revontuli.api.safety.v1.ListPolicyVersionsRequest;
import revontuli.api.safety.v1.ListPolicyVersionsResponse;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.PolicyVersion;
import revontuli.api.tokenizer.v1.BatchEncodeTextsRequest;
import revontuli.api.tokenizer.v1.BatchEncodeTextsResponse;
import revontuli.api.tokenizer.v1.ListTokenizersRequest;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.TokenIds;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.platform.PlatformConfig;
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
    private final Server server;

    FakePeers(PlatformConfig config) throws IOException {
        String address = config.peers().addresses().getOrDefault("tokenizer", "");
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        this.server = ServerBuilder.forPort(port)
                .addService(new FakeTokenizer())
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

    /// Batches encoded so far.
    public int encoded() {
        return encoded.get();
    }

    private final class FakeTokenizer extends TokenizerServiceGrpc.TokenizerServiceImplBase {
        @Override
        public void listTokenizers(ListTokenizersRequest request, StreamObserver<ListTokenizersResponse> answers) {
            if (mood.get() == Mood.DOWN) {
                answers.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            answers.onNext(ListTokenizersResponse.newBuilder()
                    .addTokenizers(Tokenizer.newBuilder()
                            .setName("tokenizers/tiny")
                            .setDigest(Digest.of(TinyModel.TOKENIZER).toString()))
                    .build());
            answers.onCompleted();
        }

        @Override
        public void batchEncodeTexts(
                BatchEncodeTextsRequest request, StreamObserver<BatchEncodeTextsResponse> answers) {
            encoded.incrementAndGet();
            BatchEncodeTextsResponse.Builder answer = BatchEncodeTextsResponse.newBuilder()
                    .setTokenizerDigest(
                            mood.get() == Mood.OTHER_DIGEST ? POLICY.toString() : request.getTokenizerDigest());
            request.getTextsList().forEach(text -> {
                TokenIds.Builder ids = TokenIds.newBuilder();
                for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                    ids.addIds(b & 0xff);
                }
                answer.addEncodings(ids);
            });
            answers.onNext(answer.build());
            answers.onCompleted();
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
