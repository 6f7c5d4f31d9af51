package revontuli.trainer.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import revontuli.api.trainer.v1.Dataset;
import revontuli.api.trainer.v1.Evaluation;
import revontuli.api.trainer.v1.Failure;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.MixturePart;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.Plan;
import revontuli.api.trainer.v1.Progress;
import revontuli.api.trainer.v1.Signature;
import revontuli.api.trainer.v1.Stage;
import revontuli.platform.fault.Fault;
import revontuli.trainer.job.JobState;
import revontuli.trainer.job.PlanText;
import revontuli.trainer.publish.Judgement;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.statement.StatementSignature;

/// Wire to feature types and back.
final class Protos {
    private Protos() {}

    static Dataset dataset(revontuli.trainer.dataset.Dataset dataset) {
        return Dataset.newBuilder()
                .setName(dataset.name())
                .setDigest(dataset.digest().toString())
                .setLanguage(dataset.about().language())
                .setLicense(dataset.about().license())
                .setOrigin(dataset.about().origin())
                .setDocumentCount(dataset.documents())
                .setTextByteCount(dataset.textBytes())
                .setCreateTime(time(dataset.createTime()))
                .build();
    }

    static revontuli.trainer.job.Plan plan(Plan wire) {
        List<revontuli.trainer.job.Plan.Stage> stages = new ArrayList<>();
        for (Stage stage : wire.getStagesList()) {
            String path = "plan.stages[" + stages.size() + "]";
            stages.add(new revontuli.trainer.job.Plan.Stage(
                    PlanText.kind(path + ".kind", stage.getKind()),
                    stage.getMixtureList().stream()
                            .map(part -> new revontuli.trainer.job.Plan.Part(
                                    part.getDataset(), part.getWeight(), part.getReplay()))
                            .toList(),
                    stage.getTokenBudget(),
                    stage.getLearningRate(),
                    stage.getWarmupShare()));
        }
        return new revontuli.trainer.job.Plan(
                wire.getBaseModel(),
                wire.getModel(),
                stages,
                wire.getEvaluationDatasetsList(),
                new revontuli.trainer.job.Plan.Shape(wire.getSeed(), wire.getSequenceTokens(), wire.getBatchRows()),
                wire.getPriority());
    }

    private static Plan plan(revontuli.trainer.job.Plan plan) {
        Plan.Builder wire = Plan.newBuilder()
                .setBaseModel(plan.baseModel())
                .setModel(plan.model())
                .addAllEvaluationDatasets(plan.heldOut())
                .setSeed(plan.shape().seed())
                .setSequenceTokens(plan.shape().sequenceTokens())
                .setBatchRows(plan.shape().batchRows())
                .setPriority(plan.priority());
        plan.stages().forEach(stage -> wire.addStages(stage(stage)));
        return wire.build();
    }

    private static Stage stage(revontuli.trainer.job.Plan.Stage stage) {
        Stage.Builder wire = Stage.newBuilder()
                .setKind(stage.kind().text())
                .setTokenBudget(stage.tokenBudget())
                .setLearningRate(stage.learningRate())
                .setWarmupShare(stage.warmupShare());
        stage.mixture()
                .forEach(part -> wire.addMixture(MixturePart.newBuilder()
                        .setDataset(part.dataset())
                        .setWeight(part.weight())
                        .setReplay(part.replay())));
        return wire.build();
    }

    static Job job(revontuli.trainer.job.Job job) {
        Job.Builder wire = Job.newBuilder()
                .setName(job.name())
                .setPlan(plan(job.submission().plan()))
                .setState(Job.State.valueOf(job.state().word()))
                .setSubmitter(job.submission().submitter())
                .setTenant(job.submission().tenant())
                .setProgress(progress(job.progress()))
                .setCreateTime(time(job.submission().createTime()))
                .setUpdateTime(time(job.updateTime()))
                .setFence(job.claim().fence())
                .setPlanDigest(job.submission().planDigest().toString())
                .addAllEvaluations(evaluations(job.judgements()));
        switch (job.state()) {
            case JobState.Succeeded(var _, var candidate) -> wire.setCandidate(candidate);
            case JobState.Failed(var why) -> wire.setFailure(failure(why));
            case JobState.Cancelled(var why) -> wire.setFailure(failure(why));
            case JobState.Queued _,
                    JobState.Preparing _,
                    JobState.Running _,
                    JobState.Evaluating _,
                    JobState.Paused _ -> {
                // no end yet
            }
        }
        return wire.build();
    }

    static Failure failure(revontuli.trainer.job.Failure why) {
        return Failure.newBuilder()
                .setReason(why.reason())
                .setMessage(why.message())
                .build();
    }

    static Progress progress(revontuli.trainer.job.Progress progress) {
        return Progress.newBuilder()
                .setStep(progress.steps().done())
                .setStepCount(progress.steps().planned())
                .setTokenCount(progress.tokens())
                .setLoss(progress.newest().loss())
                .setLearningRate(progress.newest().learningRate())
                .setGradientNorm(progress.newest().gradientNorm())
                .setTokensPerSecond(progress.newest().tokensPerSecond())
                .setStage(progress.stage())
                .setCheckpointStep(progress.checkpointStep())
                .build();
    }

    static revontuli.trainer.job.Progress progress(Progress wire) {
        return new revontuli.trainer.job.Progress(
                new revontuli.trainer.job.Progress.Steps(wire.getStep(), wire.getStepCount()),
                wire.getTokenCount(),
                new revontuli.trainer.job.Progress.Newest(
                        wire.getLoss(), wire.getLearningRate(), wire.getGradientNorm(), wire.getTokensPerSecond()),
                wire.getStage(),
                wire.getCheckpointStep());
    }

    static List<Evaluation> evaluations(List<Judgement> judgements) {
        return judgements.stream()
                .map(one -> Evaluation.newBuilder()
                        .setDataset(one.dataset())
                        .setLanguage(one.language())
                        .setBitsPerByteBefore(one.before())
                        .setBitsPerByteAfter(one.after())
                        .setByteCount(one.bytes())
                        .build())
                .toList();
    }

    static List<Judgement> judgements(List<Evaluation> wire) {
        try {
            return wire.stream()
                    .map(one -> new Judgement(
                            one.getDataset(),
                            one.getLanguage(),
                            one.getBitsPerByteBefore(),
                            one.getBitsPerByteAfter(),
                            one.getByteCount()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw Fault.invalid("OUT_OF_RANGE", "evaluations", String.valueOf(e.getMessage()));
        }
    }

    static ModelVersion version(revontuli.trainer.publish.ModelVersion version, int quorum) {
        ModelVersion.Builder wire = ModelVersion.newBuilder()
                .setName(version.name())
                .setDigest(version.digest().toString())
                .setManifest(ByteString.copyFrom(version.manifest().bytes()))
                .setState(ModelVersion.State.valueOf(version.state().name()))
                .setStatement(ByteString.copyFrom(version.statement().bytes()))
                .setQuorum(version.origin().job().isEmpty() ? 1 : quorum)
                .setJob(version.origin().job())
                .addAllEvaluations(evaluations(version.origin().judgements()))
                .setCreateTime(time(version.createTime()))
                .setTokenizerDigest(version.tokenizer().toString());
        version.signatures()
                .forEach(one -> wire.addSignatures(Signature.newBuilder()
                        .setKid(one.kid())
                        .setPrincipal(one.principal())
                        .setSignature(ByteString.copyFrom(Base64.getDecoder().decode(one.signature())))));
        return wire.build();
    }

    static StatementSignature signature(Signature wire) {
        try {
            return new StatementSignature(
                    wire.getKid(),
                    wire.getPrincipal(),
                    Base64.getEncoder().encodeToString(wire.getSignature().toByteArray()));
        } catch (MalformedException e) {
            throw Fault.invalid("MALFORMED_SIGNATURE", "signature", String.valueOf(e.getMessage()));
        }
    }

    static Digest digest(String field, String text) {
        try {
            return Digest.parse(text);
        } catch (MalformedException e) {
            throw Fault.invalid("MALFORMED_DIGEST", field, String.valueOf(e.getMessage()));
        }
    }

    static Timestamp time(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
