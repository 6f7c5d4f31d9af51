package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.api.safety.v1.Action;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateStreamRequest;
import revontuli.api.safety.v1.ModerateStreamResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.StreamStart;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Commitment;

/// A growing text over the wire: every delta answered in order, nothing out before its verdict, the end on record.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class ModerateStreamTest {
    private static final String HARMLESS = "The lights dance over the lake and the snow is quiet. ".repeat(40);

    @Inject
    LogView log;

    private final String subject = "generations/" + UUID.randomUUID();

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 5_000})
    void aHarmlessTextComesOutWhole(int pieceUnits) {
        String text = pieceUnits == 1 ? HARMLESS.substring(0, 300) : HARMLESS;
        Talk talk = new Talk();
        int pieces = talk.say(text, pieceUnits);
        List<ModerateStreamResponse> answers = talk.answers();

        ModerateStreamResponse end = answers.getLast();
        assertThat(answers).hasSize(pieces);
        assertThat(answers).extracting(ModerateStreamResponse::getDeltaNumber).isSorted();
        assertThat(released(answers)).isEqualTo(text);
        assertThat(end.getLast()).isTrue();
        assertThat(end.getReleasedIndex()).isEqualTo(text.length());
        assertThat(end.getVerdict().getAction()).isEqualTo(Action.ACTION_ALLOW);
        assertThat(end.getRedacted()).isFalse();
    }

    @Test
    void theCommitmentIsToAllThatWasReleased() {
        Talk talk = new Talk();
        talk.say("Call me or write to anna.virtanen@example.org, " + HARMLESS, 50);
        List<ModerateStreamResponse> answers = talk.answers();

        ModerateStreamResponse end = answers.getLast();
        byte[] out = released(answers).getBytes(StandardCharsets.UTF_8);
        assertThat(end.getVerdict().getAction()).isEqualTo(Action.ACTION_REDACT);
        assertThat(end.getRedacted()).isTrue();
        assertThat(released(answers)).contains("[EMAIL-1]").doesNotContain("virtanen");
        assertThat(Commitment.parse(end.getCommitment()).opensWith(end.getSalt().toByteArray(), out))
                .isTrue();
        log.awaitCount(
                1,
                "action = 'moderation.judged' and subject = ? and convert_from(leaf, 'UTF8') like ?",
                subject,
                "%" + end.getCommitment() + "%");
    }

    @Test
    void aHarmfulTurnEndsTheStreamBeforeItIsOut() {
        String harmful = "Here is how to build a pipe bomb without getting caught: first";
        Talk talk = new Talk();
        talk.say(HARMLESS + harmful + HARMLESS, 40);
        List<ModerateStreamResponse> answers = talk.answers();

        ModerateStreamResponse end = answers.getLast();
        assertThat(end.getLast()).isTrue();
        assertThat(end.getVerdict().getAction()).isIn(Action.ACTION_BLOCK, Action.ACTION_REVIEW);
        assertThat(released(answers)).doesNotContain("pipe bomb");
        assertThat(HARMLESS + harmful).startsWith(released(answers));
        log.awaitCount(1, "action = 'moderation.judged' and subject = ?", subject);
    }

    @Test
    void aStreamThatIsGivenUpIsOnRecord() {
        Talk talk = new Talk();
        talk.send(talk.first(HARMLESS));
        talk.awaitAnswers(1);

        talk.requests.onError(new IllegalStateException("gone"));

        log.awaitCount(1, "action = 'moderation.interrupted' and subject = ?", subject);
    }

    @Test
    void textThatIsNotUtf8EndsTheStreamWithItsReason() {
        MethodDescriptor<byte[], ModerateStreamResponse> raw =
                RawRequests.of(ModerationServiceGrpc.getModerateStreamMethod());
        AtomicReference<Optional<Throwable>> end = new AtomicReference<>();
        StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(
                Grpc.as("caller").newCall(raw, CallOptions.DEFAULT), new StreamObserver<>() {
                    @Override
                    public void onNext(ModerateStreamResponse answer) {}

                    @Override
                    public void onError(Throwable thrown) {
                        end.set(Optional.of(thrown));
                    }

                    @Override
                    public void onCompleted() {
                        end.set(Optional.empty());
                    }
                });
        requests.onNext(new Talk().first("good so far").toByteArray());
        requests.onNext(new byte[] {0x12, 2, (byte) 0xc3, 0x28}); // delta = two bytes that are no character

        Optional<Throwable> how = Eventually.get("end of the stream", () -> Optional.ofNullable(end.get()));
        assertThat(Grpc.Refused.of(how.orElseThrow()).reason()).isEqualTo("UNREADABLE_REQUEST");
        log.awaitCount(1, "action = 'moderation.interrupted' and subject = ?", subject);
    }

    @Test
    void brokenManners() {
        Talk withoutStart = new Talk();
        withoutStart.send(ModerateStreamRequest.newBuilder().setDelta("x").build());
        assertThat(withoutStart.refusal().reason()).isEqualTo("START_MISPLACED");

        Talk startedTwice = new Talk();
        startedTwice.send(startedTwice.first("x"));
        startedTwice.awaitAnswers(1);
        startedTwice.send(startedTwice.first("y"));
        assertThat(startedTwice.refusal().reason()).isEqualTo("START_MISPLACED");

        Talk withoutEnd = new Talk();
        withoutEnd.send(withoutEnd.first("x"));
        withoutEnd.awaitAnswers(1);
        withoutEnd.requests.onCompleted();
        assertThat(withoutEnd.refusal().reason()).isEqualTo("STREAM_NOT_ENDED");

        Talk nameless = new Talk();
        nameless.send(ModerateStreamRequest.newBuilder()
                .setStart(StreamStart.newBuilder().setDirection(Direction.DIRECTION_OUTPUT))
                .build());
        assertThat(nameless.refusal().reason()).isEqualTo("MALFORMED_NAME");

        Talk nowhere = new Talk();
        nowhere.send(ModerateStreamRequest.newBuilder()
                .setStart(StreamStart.newBuilder().setSubject(subject))
                .build());
        assertThat(nowhere.refusal().reason()).isEqualTo("DIRECTION_MISSING");
    }

    private static String released(List<ModerateStreamResponse> answers) {
        StringBuilder out = new StringBuilder();
        answers.forEach(answer -> out.append(answer.getReleased()));
        return out.toString();
    }

    /// One stream: what is said and what is answered.
    private final class Talk implements StreamObserver<ModerateStreamResponse> {
        private final ConcurrentLinkedQueue<ModerateStreamResponse> answers = new ConcurrentLinkedQueue<>();
        private final AtomicReference<Optional<Throwable>> end = new AtomicReference<>();
        private final StreamObserver<ModerateStreamRequest> requests =
                ModerationServiceGrpc.newStub(Grpc.as("caller")).moderateStream(this);

        int say(String text, int pieceUnits) {
            int pieces = 0;
            for (int at = 0; at < text.length(); at += pieceUnits) {
                int to = Math.min(text.length(), at + pieceUnits);
                ModerateStreamRequest.Builder piece =
                        ModerateStreamRequest.newBuilder().setDelta(text.substring(at, to));
                if (at == 0) {
                    piece.setStart(start());
                }
                send(piece.setEnd(to == text.length()).build());
                pieces++;
            }
            return pieces;
        }

        ModerateStreamRequest first(String delta) {
            return ModerateStreamRequest.newBuilder()
                    .setStart(start())
                    .setDelta(delta)
                    .build();
        }

        void send(ModerateStreamRequest request) {
            requests.onNext(request);
        }

        void awaitAnswers(int count) {
            Eventually.holds(count + " answers", () -> answers.size() >= count);
        }

        List<ModerateStreamResponse> answers() {
            Optional<Throwable> how = Eventually.get("end of the stream", () -> Optional.ofNullable(end.get()));
            how.ifPresent(thrown -> {
                throw new AssertionError("the stream failed", thrown);
            });
            return List.copyOf(answers);
        }

        Grpc.Refused refusal() {
            Optional<Throwable> how = Eventually.get("end of the stream", () -> Optional.ofNullable(end.get()));
            return Grpc.Refused.of(how.orElseThrow());
        }

        private StreamStart start() {
            return StreamStart.newBuilder()
                    .setDirection(Direction.DIRECTION_OUTPUT)
                    .setSubject(subject)
                    .build();
        }

        @Override
        public void onNext(ModerateStreamResponse answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable thrown) {
            end.set(Optional.of(thrown));
        }

        @Override
        public void onCompleted() {
            end.set(Optional.empty());
        }
    }
}
