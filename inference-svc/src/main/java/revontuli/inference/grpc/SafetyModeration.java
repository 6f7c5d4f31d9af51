package revontuli.inference.grpc;

import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.inference.InferenceConfig;
import revontuli.inference.generate.Moderation;
import revontuli.inference.generate.NoVerdict;
import revontuli.inference.generate.Opening;
import revontuli.inference.generate.Verdict;
import revontuli.platform.grpc.Peers;

/// safety-svc as the judge. Every answer is checked before it counts: a verdict without a known action, a policy
/// digest that is none, a commitment that does not open to the text that was sent, are no verdicts.
@ApplicationScoped
class SafetyModeration implements Moderation {
    private static final String PEER = "safety";

    private final Peers peers;
    private final InferenceConfig.Safety config;

    SafetyModeration(Peers peers, InferenceConfig config) {
        this.peers = peers;
        this.config = config.safety();
    }

    @Override
    public Judgement judgePrompt(Subject subject, String prompt) {
        return judge(subject, Direction.DIRECTION_PROMPT, prompt);
    }

    @Override
    public Judgement judgeOutput(Subject subject, String output) {
        return judge(subject, Direction.DIRECTION_OUTPUT, output);
    }

    @Override
    public Verdict judgeWords(Subject subject, String words) {
        return Verdicts.verdict(
                ask(subject, Direction.DIRECTION_OUTPUT, words, false).getVerdict());
    }

    @Override
    public Gate open(Subject subject, Listener listener) {
        return new SafetyGate(channel(subject), subject, listener);
    }

    private Judgement judge(Subject subject, Direction direction, String text) {
        return judgement(ask(subject, direction, text, true), text);
    }

    private ModerateTextResponse ask(Subject subject, Direction direction, String text, boolean commit) {
        ModerateTextRequest request = ModerateTextRequest.newBuilder()
                .setText(text)
                .setDirection(direction)
                .setSubject(subject.generation())
                .setCommit(commit)
                .build();
        try {
            // Outside the context of the reader's call: its end must not look like a loss of the judge.
            return Context.ROOT.call(() -> ModerationServiceGrpc.newBlockingStub(channel(subject))
                    .withDeadlineAfter(config.promptPatience().toMillis(), TimeUnit.MILLISECONDS)
                    .moderateText(request));
        } catch (NoVerdict none) {
            throw none;
        } catch (StatusRuntimeException failed) {
            throw new NoVerdict("safety-svc: " + failed.getStatus().getCode());
        } catch (Exception failed) { // what the context's call declares
            throw new IllegalStateException("the call to safety-svc failed", failed);
        }
    }

    private static Judgement judgement(ModerateTextResponse answer, String text) {
        Verdict verdict = Verdicts.verdict(answer.getVerdict());
        Opening opening =
                Verdicts.opening(answer.getCommitment(), answer.getSalt(), text.getBytes(StandardCharsets.UTF_8));
        if (verdict.action() != Verdict.Action.REDACT) {
            return new Judgement(verdict, Optional.empty(), opening);
        }
        if (answer.getRedactedText().isEmpty()) {
            throw new NoVerdict("safety-svc: redact without a redacted text");
        }
        return new Judgement(verdict, Optional.of(answer.getRedactedText()), opening);
    }

    private Channel channel(Subject subject) {
        try {
            return peers.to(PEER, subject.tenant());
        } catch (IllegalStateException notSet) {
            throw new NoVerdict("safety-svc: " + notSet.getMessage());
        }
    }
}
