package revontuli.inference;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;
import revontuli.api.safety.v1.Action;
import revontuli.api.safety.v1.ModerateStreamRequest;
import revontuli.api.safety.v1.ModerateStreamResponse;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.Verdict;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;

/// A judge that behaves as it is told. Words decide: `forbidden` is blocked, `secret` is redacted to `[gone]`.
/// Output is held back up to
/// a space at least eight units before its end, as a real judge would.
final class FakeSafety extends ModerationServiceGrpc.ModerationServiceImplBase {
    static final Digest POLICY = Digest.of("the policy of a test".getBytes(StandardCharsets.UTF_8));
    static final String POLICY_NAME = "policies/test/versions/2";
    private static final FakeSafety THE_ONE = new FakeSafety();
    private static final int HELD_BACK = 8;

    enum Mood {
        GOOD,
        /// Never answers.
        SILENT,
        /// Fails every call.
        FAILING,
        /// Answers without an action.
        NO_ACTION,
        /// Answers with a commitment to another text.
        WRONG_COMMITMENT,
        /// Good on prompts; the output stream is reset after some text came.
        RESETS_STREAM,
        /// Good until the output has a `C`, then the stream is reset.
        RESETS_LATER,
        /// Good on prompts; ends the output stream without a last answer.
        ENDS_EARLY,
        /// Good on prompts; releases a text that was never sent.
        RELEASES_ANOTHER,
        /// Good on prompts; releases more than was sent.
        RELEASES_TOO_MUCH,
        /// Good on prompts; the last answer has no verdict.
        NO_LAST_VERDICT,
        /// Good on prompts; never answers on output.
        SILENT_STREAM,
        /// Good, but lets no words pass that are not the output.
        REFUSES_WORDS,
        /// Good, but fails on words that are not the output.
        FAILS_ON_WORDS
    }

    private volatile Mood mood = Mood.GOOD;
    private @Nullable Server server;

    private FakeSafety() {}

    /// The judge, up and in a mood.
    static FakeSafety in(Mood mood) {
        THE_ONE.up();
        THE_ONE.mood = mood;
        return THE_ONE;
    }

    static FakeSafety good() {
        return in(Mood.GOOD);
    }

    private synchronized void up() {
        if (server == null) {
            int port = ConfigProvider.getConfig().getValue("revontuli.test.safety-port", Integer.class);
            try {
                server = ServerBuilder.forPort(port)
                        .addService(this)
                        .addService(FakeLog.THE_ONE)
                        .build()
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    synchronized void down() throws InterruptedException {
        if (server != null) {
            server.shutdownNow();
            server.awaitTermination(10, TimeUnit.SECONDS);
            server = null;
        }
    }

    @Override
    public void moderateText(ModerateTextRequest request, StreamObserver<ModerateTextResponse> answers) {
        switch (mood) {
            case SILENT -> {
                return;
            }
            case FAILING -> {
                answers.onError(Status.INTERNAL.asRuntimeException());
                return;
            }
            default -> {
                if (mood == Mood.FAILS_ON_WORDS && !request.getCommit()) {
                    answers.onError(Status.INTERNAL.asRuntimeException());
                    return;
                }
            }
        }
        String text = request.getText();
        byte[] salt = Commitment.newSalt();
        String committed = mood == Mood.WRONG_COMMITMENT ? text + "!" : text;
        ModerateTextResponse.Builder answer = ModerateTextResponse.newBuilder()
                .setVerdict(verdict(text))
                .setSubject(request.getSubject())
                .setSalt(ByteString.copyFrom(salt))
                .setCommitment(commitment(salt, committed));
        if (answer.getVerdict().getAction() == Action.ACTION_REDACT) {
            answer.setRedactedText(text.replace("secret", "[gone]"));
        }
        if (mood == Mood.REFUSES_WORDS && !request.getCommit()) {
            answer.getVerdictBuilder().setAction(Action.ACTION_BLOCK);
        }
        if (mood == Mood.NO_ACTION) {
            answer.getVerdictBuilder().setAction(Action.ACTION_UNSPECIFIED);
        }
        answers.onNext(answer.build());
        answers.onCompleted();
    }

    @Override
    public StreamObserver<ModerateStreamRequest> moderateStream(StreamObserver<ModerateStreamResponse> answers) {
        return new Stream(answers, mood);
    }

    private static String commitment(byte[] salt, String text) {
        return Commitment.to(salt, text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static Verdict verdict(String text) {
        Verdict.Builder verdict = Verdict.newBuilder()
                .setPolicy(POLICY_NAME)
                .setPolicyDigest(POLICY.toString())
                .setAction(Action.ACTION_ALLOW);
        if (text.contains("forbidden")) {
            verdict.setAction(Action.ACTION_BLOCK).setCategory("harmful").setRule("forbidden-word");
        } else if (text.contains("secret")) {
            verdict.setAction(Action.ACTION_REDACT).setCategory("personal-data").setRule("secret-word");
        }
        return verdict.build();
    }

    /// One output. Called by one thread at a time, as gRPC promises.
    private static final class Stream implements StreamObserver<ModerateStreamRequest> {
        private final StreamObserver<ModerateStreamResponse> answers;
        private final Mood mood;
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder out = new StringBuilder();
        private String subject = "";
        private int index;
        private boolean over;
        private long deltas;

        Stream(StreamObserver<ModerateStreamResponse> answers, Mood mood) {
            this.answers = answers;
            this.mood = mood;
        }

        @Override
        public void onNext(ModerateStreamRequest request) {
            if (request.hasStart()) {
                subject = request.getStart().getSubject();
                return;
            }
            if (over || mood == Mood.SILENT_STREAM) {
                return;
            }
            text.append(request.getDelta());
            deltas++;
            if (!spoil()) {
                judge(request.getEnd());
            }
        }

        private boolean spoil() {
            over = true;
            switch (mood) {
                case RESETS_STREAM -> answers.onError(Status.UNAVAILABLE.asRuntimeException());
                case RESETS_LATER -> {
                    over = text.indexOf("C") >= 0;
                    if (over) {
                        answers.onError(Status.UNAVAILABLE.asRuntimeException());
                    }
                }
                case ENDS_EARLY -> answers.onCompleted();
                case RELEASES_ANOTHER -> answers.onNext(answer("x".repeat(text.length()), text.length()));
                case RELEASES_TOO_MUCH -> answers.onNext(answer(text + "CANARY", text.length() + 6));
                case NO_LAST_VERDICT ->
                    answers.onNext(answer("", 0).toBuilder().setLast(true).build());
                default -> over = false;
            }
            return over;
        }

        private void judge(boolean end) {
            if (text.indexOf("forbidden") >= 0) {
                last(verdict(text.toString()));
                return;
            }
            int free = end ? text.length() : Math.max(index, text.lastIndexOf(" ", text.length() - HELD_BACK));
            String piece = text.substring(index, free).replace("secret", "[gone]");
            boolean redacted = text.substring(0, free).contains("secret");
            index = free;
            out.append(piece);
            ModerateStreamResponse answer =
                    answer(piece, index).toBuilder().setRedacted(redacted).build();
            answers.onNext(answer);
            if (end) {
                last(verdict(text.toString()));
            }
        }

        private void last(Verdict verdict) {
            over = true;
            byte[] salt = Commitment.newSalt();
            answers.onNext(answer("", index).toBuilder()
                    .setVerdict(verdict)
                    .setLast(true)
                    .setRedacted(verdict.getAction() == Action.ACTION_REDACT)
                    .setSalt(ByteString.copyFrom(salt))
                    .setCommitment(commitment(salt, out.toString()))
                    .build());
            answers.onCompleted();
        }

        private ModerateStreamResponse answer(String released, long releasedIndex) {
            return ModerateStreamResponse.newBuilder()
                    .setSubject(subject)
                    .setPolicy(POLICY_NAME)
                    .setPolicyDigest(POLICY.toString())
                    .setReleased(released)
                    .setReleasedIndex(releasedIndex)
                    .setDeltaNumber(deltas)
                    .build();
        }

        @Override
        public void onError(Throwable gone) {
            over = true;
        }

        @Override
        public void onCompleted() {
            // the end was said in a message
        }
    }
}
