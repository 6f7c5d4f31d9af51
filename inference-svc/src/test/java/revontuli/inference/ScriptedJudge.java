package revontuli.inference;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import revontuli.api.safety.v1.Action;
import revontuli.api.safety.v1.ModerateStreamRequest;
import revontuli.api.safety.v1.ModerateStreamResponse;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.Verdict;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;

/// A judge that keeps account of every character it honestly let through, and that fails in one way for each
/// generation, on its prompt or after the third release of its output.
final class ScriptedJudge extends ModerationServiceGrpc.ModerationServiceImplBase implements AutoCloseable {
    private static final int HELD_BACK = 8;
    private static final int HONEST_RELEASES = 3;
    private static final String OLD_POLICY = "policies/test/versions/1";
    private static final Digest OTHER_BYTES = Digest.of(new byte[] {1});

    /// One way of failing.
    enum Trick {
        NONE,
        FAILS,
        LATE_VERDICT,
        NO_ACTION,
        NO_DIGEST,
        CONTROL_IN_NAME,
        OTHER_TEXT_COMMITTED,
        OTHER_SUBJECT,
        OLD_VERSION,
        OTHER_BYTES_SAME_VERSION,
        LATE_STREAM,
        STREAM_RESET,
        STREAM_ENDS,
        RELEASES_ANOTHER,
        RELEASES_TOO_MUCH,
        GOES_BACK,
        LAST_WITHOUT_VERDICT,
        OTHER_OUTPUT_COMMITTED,
        OTHER_SUBJECT_IN_STREAM,
        OLD_VERSION_IN_STREAM,
        CONNECTION_RESET,
        BABBLE
    }

    private final Duration late;
    private final Map<String, Trick> tricks = new ConcurrentHashMap<>();
    private final Map<String, String> judged = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Server server;
    private final FaultyWire wire;
    private volatile List<Trick> playing = List.of(Trick.NONE);

    /// @param port where it can be reached, through a wire
    /// @param late longer than anybody waits
    ScriptedJudge(int port, Duration late) throws IOException {
        this.late = late;
        this.server = ServerBuilder.forPort(0).addService(this).build().start();
        this.wire = new FaultyWire(port, server.getPort());
    }

    FaultyWire wire() {
        return wire;
    }

    /// Plays these tricks, one a generation, in turn.
    void plays(List<Trick> next) {
        playing = next;
    }

    /// Prompts it was asked about so far.
    int asked() {
        return asked.get();
    }

    /// What it honestly let through of an output.
    String judged(String subject) {
        return judged.getOrDefault(subject, "");
    }

    @Override
    public void moderateText(ModerateTextRequest request, StreamObserver<ModerateTextResponse> answers) {
        List<Trick> now = playing;
        Trick trick = now.get(asked.getAndIncrement() % now.size());
        tricks.put(request.getSubject(), trick);
        byte[] salt = Commitment.newSalt();
        String text = trick == Trick.OTHER_TEXT_COMMITTED ? request.getText() + "!" : request.getText();
        ModerateTextResponse.Builder answer = ModerateTextResponse.newBuilder()
                .setVerdict(verdict())
                .setSubject(request.getSubject())
                .setSalt(ByteString.copyFrom(salt))
                .setCommitment(commitment(salt, text));
        switch (trick) {
            case FAILS -> {
                answers.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
            }
            case NO_ACTION -> answer.getVerdictBuilder().setAction(Action.ACTION_UNSPECIFIED);
            case NO_DIGEST -> answer.getVerdictBuilder().setPolicyDigest("sha256:0");
            case CONTROL_IN_NAME -> answer.getVerdictBuilder().setRule("a\u0000rule");
            case OTHER_SUBJECT -> answer.setSubject("generations/g-another");
            case OLD_VERSION -> answer.getVerdictBuilder().setPolicy(OLD_POLICY);
            case OTHER_BYTES_SAME_VERSION -> answer.getVerdictBuilder().setPolicyDigest(OTHER_BYTES.toString());
            default -> {
                // honest on the prompt
            }
        }
        after(trick == Trick.LATE_VERDICT, () -> {
            answers.onNext(answer.build());
            answers.onCompleted();
        });
    }

    private void after(boolean delayed, Runnable answer) {
        if (!delayed) {
            answer.run();
            return;
        }
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(late);
                answer.run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (StatusRuntimeException _) {
                // nobody waits any more
            }
        });
    }

    @Override
    public StreamObserver<ModerateStreamRequest> moderateStream(StreamObserver<ModerateStreamResponse> answers) {
        return new Stream(answers);
    }

    private static Verdict verdict() {
        return Verdict.newBuilder()
                .setPolicy(FakeSafety.POLICY_NAME)
                .setPolicyDigest(FakeSafety.POLICY.toString())
                .setAction(Action.ACTION_ALLOW)
                .build();
    }

    private static String commitment(byte[] salt, String text) {
        return Commitment.to(salt, text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /// One output. Called by one thread at a time, as gRPC promises.
    private final class Stream implements StreamObserver<ModerateStreamRequest> {
        private final StreamObserver<ModerateStreamResponse> answers;
        private final StringBuilder text = new StringBuilder();
        private String subject = "";
        private Trick trick = Trick.NONE;
        private int index;
        private int releases;
        private boolean over;

        Stream(StreamObserver<ModerateStreamResponse> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(ModerateStreamRequest request) {
            if (request.hasStart()) {
                subject = request.getStart().getSubject();
                trick = tricks.getOrDefault(subject, Trick.NONE);
                return;
            }
            text.append(request.getDelta());
            int free = request.getEnd() ? text.length() : text.lastIndexOf(" ", text.length() - HELD_BACK);
            if (over || free <= index) {
                return;
            }
            if (releases < HONEST_RELEASES || trick == Trick.NONE) {
                release(free);
                if (request.getEnd()) {
                    end();
                }
            } else {
                over = true;
                play(free);
            }
        }

        private void release(int free) {
            String piece = text.substring(index, free);
            judged.merge(subject, piece, String::concat);
            index = free;
            releases++;
            answers.onNext(answer(piece, index).build());
        }

        private void end() {
            over = true;
            answers.onNext(last().build());
            answers.onCompleted();
        }

        private ModerateStreamResponse.Builder last() {
            byte[] salt = Commitment.newSalt();
            return answer("", index)
                    .setVerdict(verdict())
                    .setLast(true)
                    .setSalt(ByteString.copyFrom(salt))
                    .setCommitment(commitment(salt, text.substring(0, index)));
        }

        private void play(int free) {
            String next = text.substring(index, free);
            switch (trick) {
                case STREAM_RESET -> answers.onError(Status.UNAVAILABLE.asRuntimeException());
                case STREAM_ENDS -> answers.onCompleted();
                case RELEASES_ANOTHER -> dishonest(answer("x".repeat(next.length()), free));
                case RELEASES_TOO_MUCH -> dishonest(answer(text.substring(index) + "CANARY", text.length() + 6));
                case GOES_BACK -> dishonest(answer(next, index - 1));
                case LAST_WITHOUT_VERDICT -> dishonest(answer(next, free).setLast(true));
                case OTHER_OUTPUT_COMMITTED ->
                    dishonest(last().setCommitment(commitment(Commitment.newSalt(), "another")));
                case OTHER_SUBJECT_IN_STREAM -> dishonest(answer(next, free).setSubject("generations/g-another"));
                case OLD_VERSION_IN_STREAM -> dishonest(answer(next, free).setPolicy(OLD_POLICY));
                case CONNECTION_RESET -> wire.cut();
                case BABBLE -> wire.babble();
                default -> after(true, () -> dishonest(answer(next, free)));
            }
        }

        /// An answer that must not count.
        private void dishonest(ModerateStreamResponse.Builder answer) {
            answers.onNext(answer.build());
        }

        private ModerateStreamResponse.Builder answer(String released, long releasedIndex) {
            return ModerateStreamResponse.newBuilder()
                    .setSubject(subject)
                    .setPolicy(FakeSafety.POLICY_NAME)
                    .setPolicyDigest(FakeSafety.POLICY.toString())
                    .setReleased(released)
                    .setReleasedIndex(releasedIndex);
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

    @Override
    public void close() {
        wire.down();
        server.shutdownNow();
    }
}
