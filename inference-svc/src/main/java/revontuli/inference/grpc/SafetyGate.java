package revontuli.inference.grpc;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateStreamRequest;
import revontuli.api.safety.v1.ModerateStreamResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.StreamStart;
import revontuli.inference.generate.Moderation;
import revontuli.inference.generate.NoVerdict;
import revontuli.inference.generate.Opening;
import revontuli.inference.generate.RulesHeard;
import revontuli.inference.generate.Verdict;

/// One output on its way through safety-svc's stream.
///
/// Releases are held against what was sent: the index never goes back nor past the text, and where nothing was
/// replaced the released text is exactly the text that was sent up to the index. Every answer names this output and
/// rules that are in force. Anything else, and any end without a last answer, is a loss, after which nothing is passed
/// on.
final class SafetyGate
        implements Moderation.Gate, ClientResponseObserver<ModerateStreamRequest, ModerateStreamResponse> {
    private final Channel channel;
    private final Moderation.Subject subject;
    private final RulesHeard rules;
    private final Moderation.Listener listener;
    private final StringBuilder sent = new StringBuilder();
    private final StringBuilder released = new StringBuilder();
    private @Nullable ClientCallStreamObserver<ModerateStreamRequest> requests;
    private volatile RulesHeard.Asked asked;
    private long index;
    private boolean ended;
    private volatile boolean answered;

    SafetyGate(Channel channel, Moderation.Subject subject, RulesHeard rules, Moderation.Listener listener) {
        this.channel = channel;
        this.subject = subject;
        this.rules = rules;
        this.asked = rules.asked();
        this.listener = listener;
    }

    /// Opens the stream with the first text, not before: a generation may wait long for its slot.
    private void begin() {
        asked = rules.asked();
        // Outside the context of the reader's call: its end must not look like a loss of the judge.
        Context.ROOT.run(() -> ModerationServiceGrpc.newStub(channel).moderateStream(this));
        put(ModerateStreamRequest.newBuilder()
                .setStart(StreamStart.newBuilder()
                        .setDirection(Direction.DIRECTION_OUTPUT)
                        .setSubject(subject.generation()))
                .build());
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ModerateStreamRequest> stream) {
        requests = stream;
    }

    @Override
    public void append(String delta) {
        synchronized (this) {
            sent.append(delta);
        }
        send(ModerateStreamRequest.newBuilder().setDelta(delta).build());
    }

    @Override
    public void end() {
        send(ModerateStreamRequest.newBuilder().setEnd(true).build());
        ClientCallStreamObserver<ModerateStreamRequest> stream = requests;
        if (stream == null || over(false)) {
            return;
        }
        try {
            stream.onCompleted();
        } catch (IllegalStateException _) { // closed by the other side
            lose(new NoVerdict("safety-svc: the stream is closed"));
        }
    }

    @Override
    public void close() {
        ClientCallStreamObserver<ModerateStreamRequest> stream = requests;
        over(true);
        if (!answered && stream != null) {
            stream.cancel("the generation has ended", null);
        }
    }

    @Override
    public void onNext(ModerateStreamResponse answer) {
        try {
            take(answer);
        } catch (NoVerdict why) {
            lose(why);
        }
    }

    @Override
    public void onError(Throwable failed) {
        lose(new NoVerdict("safety-svc: " + Status.fromThrowable(failed).getCode()));
    }

    @Override
    public void onCompleted() {
        lose(new NoVerdict("safety-svc: ended without a last answer"));
    }

    private void take(ModerateStreamResponse answer) {
        if (!answer.getSubject().equals(subject.generation())) {
            throw new NoVerdict("safety-svc: the answer to another question");
        }
        asked.require(answer.getPolicy(), Verdicts.digest(answer.getPolicyDigest()));
        Verdict verdict = answer.hasVerdict() ? Verdicts.verdict(answer.getVerdict()) : null;
        if (verdict != null && !verdict.policyDigest().toString().equals(answer.getPolicyDigest())) {
            throw new NoVerdict("safety-svc: a verdict by other rules than the stream's");
        }
        if (answer.getLast() && verdict == null) {
            throw new NoVerdict("safety-svc: a last answer without a verdict");
        }
        synchronized (this) {
            if (ended) {
                return;
            }
            requireFits(answer);
            index = answer.getReleasedIndex();
            released.append(answer.getReleased());
        }
        listener.released(answer.getReleased(), answer.getReleasedIndex(), answer.getRedacted());
        if (verdict != null && (answer.getLast() || verdict.refuses())) {
            Optional<Opening> opening = opening(answer, verdict);
            answered = answer.getLast();
            if (!over(true)) {
                listener.judged(verdict, opening);
            }
        }
    }

    private void requireFits(ModerateStreamResponse answer) {
        long now = answer.getReleasedIndex();
        if (now < index || now > sent.length()) {
            throw new NoVerdict("safety-svc: released what was not sent");
        }
        int from = released.length();
        int to = from + answer.getReleased().length();
        boolean same = to == now && sent.substring(from, to).contentEquals(answer.getReleased());
        if (!answer.getRedacted() && !same) {
            throw new NoVerdict("safety-svc: released another text than was sent");
        }
    }

    /// Of all that was released. A refusal may come without one; an end that lets through may not.
    private Optional<Opening> opening(ModerateStreamResponse answer, Verdict verdict) {
        if (verdict.refuses() && answer.getCommitment().isEmpty()) {
            return Optional.empty();
        }
        ByteString salt = answer.getSalt();
        return Optional.of(Verdicts.opening(
                answer.getCommitment(), salt, released.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private void lose(NoVerdict why) {
        if (!over(true)) {
            listener.lost(why);
        }
    }

    /// Whether it was over before; from now on it is, if asked for.
    private synchronized boolean over(boolean nowToo) {
        boolean before = ended;
        ended |= nowToo;
        return before;
    }

    private void send(ModerateStreamRequest message) {
        if (requests == null) {
            begin();
        }
        put(message);
    }

    private void put(ModerateStreamRequest message) {
        ClientCallStreamObserver<ModerateStreamRequest> stream = requests;
        if (stream == null || over(false)) {
            return;
        }
        try {
            stream.onNext(message);
        } catch (IllegalStateException _) { // cancelled or closed by the other side: onError tells why
            lose(new NoVerdict("safety-svc: the stream is closed"));
        }
    }
}
