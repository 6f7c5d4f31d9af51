package revontuli.cli.bench.engine;

import com.google.protobuf.ByteString;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import revontuli.api.safety.v1.Action;
import revontuli.api.safety.v1.ModerateStreamRequest;
import revontuli.api.safety.v1.ModerateStreamResponse;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.Verdict;
import revontuli.cli.CliException;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;

/// A stand-in for safety-svc that lets everything through at once: inference-svc cannot serve without a judge, and what
/// it costs without moderation is what it costs with this one. For measurements only.
final class ReleasingJudge extends ModerationServiceGrpc.ModerationServiceImplBase implements AutoCloseable {
    private static final Verdict ALLOW = Verdict.newBuilder()
            .setPolicy("policies/none/versions/1")
            .setPolicyDigest(Digest.of(new byte[0]).toString())
            .setAction(Action.ACTION_ALLOW)
            .build();

    private final Server server;

    ReleasingJudge() {
        try {
            server = OkHttpServerBuilder.forPort(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            InsecureServerCredentials.create())
                    .addService(this)
                    .build()
                    .start();
        } catch (IOException e) {
            throw CliException.refused("cannot listen: " + e.getMessage());
        }
    }

    /// Host and port.
    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    public void moderateText(ModerateTextRequest request, StreamObserver<ModerateTextResponse> answers) {
        byte[] salt = Commitment.newSalt();
        answers.onNext(ModerateTextResponse.newBuilder()
                .setVerdict(ALLOW)
                .setSubject(request.getSubject())
                .setSalt(ByteString.copyFrom(salt))
                .setCommitment(commitment(salt, request.getText()))
                .build());
        answers.onCompleted();
    }

    @Override
    public StreamObserver<ModerateStreamRequest> moderateStream(StreamObserver<ModerateStreamResponse> answers) {
        return new Stream(answers);
    }

    private static String commitment(byte[] salt, String text) {
        return Commitment.to(salt, text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class Stream implements StreamObserver<ModerateStreamRequest> {
        private final StreamObserver<ModerateStreamResponse> answers;
        private final StringBuilder text = new StringBuilder();
        private String subject = "";
        private long pieces;

        Stream(StreamObserver<ModerateStreamResponse> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(ModerateStreamRequest request) {
            if (request.hasStart()) {
                subject = request.getStart().getSubject();
            }
            if (request.getDelta().isEmpty() && !request.getEnd()) {
                return;
            }
            pieces += request.getDelta().isEmpty() ? 0 : 1;
            text.append(request.getDelta());
            ModerateStreamResponse.Builder answer = ModerateStreamResponse.newBuilder()
                    .setSubject(subject)
                    .setPolicy(ALLOW.getPolicy())
                    .setPolicyDigest(ALLOW.getPolicyDigest())
                    .setDeltaNumber(pieces)
                    .setReleased(request.getDelta())
                    .setReleasedIndex(text.length());
            if (request.getEnd()) {
                byte[] salt = Commitment.newSalt();
                answer.setLast(true)
                        .setVerdict(ALLOW)
                        .setSalt(ByteString.copyFrom(salt))
                        .setCommitment(commitment(salt, text.toString()));
            }
            answers.onNext(answer.build());
            if (request.getEnd()) {
                answers.onCompleted();
            }
        }

        @Override
        public void onError(Throwable gone) {
            // the other side gave up
        }

        @Override
        public void onCompleted() {
            // the end was said in a message
        }
    }
}
