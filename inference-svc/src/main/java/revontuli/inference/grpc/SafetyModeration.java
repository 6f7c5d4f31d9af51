package revontuli.inference.grpc;

import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.inference.InferenceConfig;
import revontuli.inference.generate.Breaker;
import revontuli.inference.generate.Moderation;
import revontuli.inference.generate.NoVerdict;
import revontuli.inference.generate.Opening;
import revontuli.inference.generate.RulesHeard;
import revontuli.inference.generate.Verdict;
import revontuli.platform.grpc.Peers;

/// safety-svc as the judge. Every answer is checked before it counts: a verdict without a known action, a policy
/// digest that is none, a commitment that does not open to the text that was sent, the name of another subject, rules
/// older than those already heard of, are no verdicts.
@ApplicationScoped
class SafetyModeration implements Moderation {
    private static final String PEER = "safety";

    /// With these it says no to one question; it is not away.
    private static final Set<Status.Code> ANSWERS = EnumSet.of(
            Status.Code.INVALID_ARGUMENT,
            Status.Code.FAILED_PRECONDITION,
            Status.Code.PERMISSION_DENIED,
            Status.Code.RESOURCE_EXHAUSTED);

    private final Peers peers;
    private final InferenceConfig.Safety config;
    private final Breaker breaker;
    private final RulesHeard rules;

    SafetyModeration(Peers peers, InferenceConfig config, Breaker breaker, RulesHeard rules) {
        this.peers = peers;
        this.config = config.safety();
        this.breaker = breaker;
        this.rules = rules;
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
        return ask(subject, Direction.DIRECTION_OUTPUT, words, false, (answer, verdict) -> verdict);
    }

    @Override
    public Gate open(Subject subject, Listener listener) {
        return new SafetyGate(channel(subject), subject, rules, listener);
    }

    private Judgement judge(Subject subject, Direction direction, String text) {
        return ask(subject, direction, text, true, (answer, verdict) -> judgement(answer, verdict, text));
    }

    /// Reads an answer that belongs to the question.
    private interface Reading<T> {
        T of(ModerateTextResponse answer, Verdict verdict);
    }

    private <T> T ask(Subject subject, Direction direction, String text, boolean commit, Reading<T> reading) {
        breaker.requireClosed();
        RulesHeard.Asked asked = rules.asked();
        try {
            ModerateTextResponse answer = answer(
                    subject,
                    ModerateTextRequest.newBuilder()
                            .setText(text)
                            .setDirection(direction)
                            .setSubject(subject.generation())
                            .setCommit(commit)
                            .build());
            if (!answer.getSubject().equals(subject.generation())) {
                throw new NoVerdict("safety-svc: the answer to another question");
            }
            Verdict verdict = Verdicts.verdict(answer.getVerdict());
            asked.require(verdict.policy(), verdict.policyDigest());
            T read = reading.of(answer, verdict);
            breaker.heard();
            return read;
        } catch (NoVerdict none) {
            breaker.lost();
            throw none;
        } catch (StatusRuntimeException failed) {
            Status.Code code = failed.getStatus().getCode();
            if (ANSWERS.contains(code)) {
                breaker.heard();
            } else {
                breaker.lost();
            }
            throw new NoVerdict("safety-svc: " + code);
        }
    }

    private ModerateTextResponse answer(Subject subject, ModerateTextRequest request) {
        try {
            // Outside the context of the reader's call: its end must not look like a loss of the judge.
            return Context.ROOT.call(() -> ModerationServiceGrpc.newBlockingStub(channel(subject))
                    .withDeadlineAfter(config.promptPatience().toMillis(), TimeUnit.MILLISECONDS)
                    .moderateText(request));
        } catch (NoVerdict | StatusRuntimeException failed) {
            throw failed;
        } catch (Exception failed) { // what the context's call declares
            throw new IllegalStateException("the call to safety-svc failed", failed);
        }
    }

    private static Judgement judgement(ModerateTextResponse answer, Verdict verdict, String text) {
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
