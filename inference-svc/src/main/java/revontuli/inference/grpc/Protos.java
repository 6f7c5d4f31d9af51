package revontuli.inference.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import revontuli.api.inference.v1.CommitmentOpening;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.LoadedModel;
import revontuli.api.inference.v1.Receipt;
import revontuli.api.inference.v1.Replay;
import revontuli.api.inference.v1.ReplayGenerationRequest;
import revontuli.api.inference.v1.ScoreTextRequest;
import revontuli.api.inference.v1.ScoreTextResponse;
import revontuli.api.inference.v1.Token;
import revontuli.inference.engine.EngineFacts;
import revontuli.inference.engine.Sampling;
import revontuli.inference.generate.Draw;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.FinishReason;
import revontuli.inference.generate.Generation;
import revontuli.inference.generate.GenerationRequest;
import revontuli.inference.generate.Opening;
import revontuli.inference.generate.Refusal;
import revontuli.inference.generate.Replayer;
import revontuli.inference.generate.Samples;
import revontuli.inference.generate.Scorer;
import revontuli.inference.generate.Usage;
import revontuli.inference.generate.Verdict;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.inference.model.ServedIdentity;
import revontuli.inference.model.ServedModel;
import revontuli.platform.fault.Fault;

/// Wire types of this service to feature types and back.
final class Protos {
    private Protos() {}

    static GenerationRequest request(GenerateTextRequest in) {
        return new GenerationRequest(
                ModelTarget.parse("model", in.getModel()),
                Prompts.source(in),
                in.getMaxTokens() == 0 ? GenerationRequest.TOKENS_DEFAULT : in.getMaxTokens(),
                draw(in.getSampling()),
                in.getStopList(),
                Prompts.details(in.getDetails()),
                in.getRequestId(),
                lane(in.getLane()));
    }

    static int samples(GenerateTextRequest in) {
        int samples = in.getSamples() == 0 ? 1 : in.getSamples();
        Samples.require("samples", samples);
        return samples;
    }

    private static Draw draw(revontuli.api.inference.v1.Sampling in) {
        return new Draw(
                in.hasTemperature() ? in.getTemperature() : 0,
                new Sampling.Cut(
                        in.hasTopK() ? in.getTopK() : 0,
                        in.hasTopP() ? in.getTopP() : 1,
                        in.hasMinP() ? in.getMinP() : 0),
                new Sampling.Penalties(
                        in.hasRepetitionPenalty() ? in.getRepetitionPenalty() : 1,
                        in.hasPresencePenalty() ? in.getPresencePenalty() : 0,
                        in.hasFrequencyPenalty() ? in.getFrequencyPenalty() : 0),
                in.getLogitBiasMap(),
                in.hasSeed() ? OptionalLong.of(in.getSeed()) : OptionalLong.empty());
    }

    private static Lane lane(revontuli.api.inference.v1.Lane in) {
        return switch (in) {
            case LANE_UNSPECIFIED, LANE_SERVE -> Lane.SERVE;
            case LANE_EVALUATE -> Lane.EVALUATE;
            case UNRECOGNIZED -> throw Fault.invalid("OUT_OF_RANGE", "lane", "must be serve or evaluate");
        };
    }

    static GenerateTextResponse last(Ending ending) {
        GenerateTextResponse.Builder out = GenerateTextResponse.newBuilder()
                .setFinishReason(reason(ending.reason()))
                .setReceipt(receipt(ending))
                .setUsage(usage(ending.usage()));
        ending.refusal().ifPresent(refusal -> out.setRefusal(refusal(refusal)));
        return out.build();
    }

    private static revontuli.api.inference.v1.FinishReason reason(FinishReason reason) {
        return switch (reason) {
            case STOP -> revontuli.api.inference.v1.FinishReason.FINISH_REASON_STOP;
            case LENGTH -> revontuli.api.inference.v1.FinishReason.FINISH_REASON_LENGTH;
            case REFUSED -> revontuli.api.inference.v1.FinishReason.FINISH_REASON_REFUSED;
        };
    }

    private static Receipt receipt(Ending ending) {
        Generation generation = ending.generation();
        ServedIdentity identity = generation.model().identity();
        Receipt.Builder out = Receipt.newBuilder()
                .setGeneration(generation.name())
                .setModel(identity.name().toString())
                .setModelDigest(identity.digest("model").toString())
                .setTokenizerDigest(identity.digest("tokenizer").toString())
                .setPolicyDigest(ending.verdict().policyDigest().toString())
                .setSeed(generation.sampling().seed())
                .setEngine(generation.model().facts().label());
        ending.prompt().ifPresent(opening -> out.setPrompt(opening(opening)));
        ending.output().ifPresent(opening -> out.setOutput(opening(opening)));
        return out.build();
    }

    private static CommitmentOpening opening(Opening opening) {
        return CommitmentOpening.newBuilder()
                .setCommitment(opening.commitment().toString())
                .setSalt(ByteString.copyFrom(opening.salt()))
                .build();
    }

    private static revontuli.api.inference.v1.Refusal refusal(Refusal refusal) {
        Verdict verdict = refusal.verdict();
        return revontuli.api.inference.v1.Refusal.newBuilder()
                .setCategory(verdict.category())
                .setRule(verdict.rule())
                .setPolicy(verdict.policy())
                .setPolicyDigest(verdict.policyDigest().toString())
                .setDirection(refusal.direction())
                .build();
    }

    private static revontuli.api.inference.v1.Usage usage(Usage usage) {
        return revontuli.api.inference.v1.Usage.newBuilder()
                .setPromptTokenCount(usage.promptTokens())
                .setOutputTokenCount(usage.outputTokens())
                .setFirstTokenMs(millis(usage.firstToken()))
                .setTotalMs(millis(usage.total()))
                .build();
    }

    private static int millis(Duration time) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, time.toMillis()));
    }

    static Scorer.Question question(ScoreTextRequest in) {
        return new Scorer.Question(
                ModelTarget.parse("model", in.getModel()), in.getContext(), in.getContinuation(), lane(in.getLane()));
    }

    private static Token scored(Scorer.ScoredToken token) {
        return Token.newBuilder()
                .setId(token.id())
                .setText(ByteString.copyFrom(token.text()))
                .setLogProbability(token.logProbability())
                .build();
    }

    static ScoreTextResponse score(Scorer.Score score) {
        return ScoreTextResponse.newBuilder()
                .setLogLikelihood(score.logLikelihood())
                .setTokenCount(score.tokens().size())
                .addAllTokens(score.tokens().stream().map(Protos::scored).toList())
                .setGreedy(score.greedy())
                .setModelDigest(score.model().toString())
                .build();
    }

    static Replayer.Question replayed(ReplayGenerationRequest in) {
        return new Replayer.Question(
                in.getGeneration(),
                in.getPrompt(),
                in.getSalt().toByteArray(),
                Prompts.ids(in.getPromptTokens()),
                in.getLogitBiasMap());
    }

    static Replay replay(Replayer.Found found) {
        return Replay.newBuilder()
                .setOutcome(
                        switch (found.outcome()) {
                            case BIT_EQUAL -> Replay.Outcome.OUTCOME_BIT_EQUAL;
                            case DIVERGED -> Replay.Outcome.OUTCOME_DIVERGED;
                            case NOT_REPLAYABLE -> Replay.Outcome.OUTCOME_NOT_REPLAYABLE;
                        })
                .setEqualTokenCount(found.equal())
                .setDivergedAt(found.divergedAt())
                .setReason(found.reason())
                .setMessage(found.message())
                .setEngine(found.engine())
                .build();
    }

    static LoadedModel loaded(ServedModel model, boolean current) {
        ServedIdentity identity = model.identity();
        EngineFacts.Lengths lengths = model.facts().lengths();
        return LoadedModel.newBuilder()
                .setName(identity.name().toString())
                .setDigest(identity.digest("model").toString())
                .setTokenizerDigest(identity.digest("tokenizer").toString())
                .setLane(
                        identity.lane() == Lane.SERVE
                                ? revontuli.api.inference.v1.Lane.LANE_SERVE
                                : revontuli.api.inference.v1.Lane.LANE_EVALUATE)
                .setCurrent(current)
                .setAdmission(identity.origin().text())
                .setPositionCount(model.facts().positionsMax())
                .setTablePositionCount(lengths.table())
                .setTrainedPositionCount(lengths.trained().orElse(0))
                .setTemplateDigest(model.template()
                        .map(template -> template.digest().toString())
                        .orElse(""))
                .setParameterCount(model.facts().parameterCount())
                .setLoadTime(timestamp(identity.loadTime()))
                .build();
    }

    /// Place in the list's order: by model, then by number.
    static String place(ServedModel model) {
        return "%s/%010d".formatted(model.name().model(), model.name().version());
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
