package revontuli.trainer.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import revontuli.causallm.AdamW;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.Schedule;
import revontuli.causallm.StepResult;
import revontuli.causallm.TrainingSession;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.Fault;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.Plan;
import revontuli.trainer.job.Progress;
import revontuli.trainer.publish.Judgement;
import revontuli.trainer.publish.Manifest;
import revontuli.trainer.run.Assignment;
import revontuli.trainer.run.WorkOrder;
import revontuli.transparency.crypto.Digest;

/// One run of one job: judge the base, train the stages, judge again, hand in the candidate.
///
/// Repeatable: order of the data, rates and results follow from the plan; a run that was cut off at any point goes on
/// from its newest checkpoint and ends in the same candidate.
final class Training {
    private static final double FLOOR_SHARE = 0.1;
    private static final int LOST_STEPS_MAX = 10;
    private static final int MANIFEST_BYTES_MAX = 64 * 1024;

    private final WorkOrder order;
    private final Plan plan;
    private final ArtifactStore artifacts;
    private final Reports reports;
    private final Heart heart;
    private final Manifest base;
    private final int endOfText;
    private final HeldOut heldOut;
    private final Map<String, ShardFile> shards = new HashMap<>();
    private final Checkpoint checkpoint;
    private final TokenizerMark mark;
    private int lostSteps;

    Training(WorkOrder order, ArtifactStore artifacts, Reports reports, Heart heart) throws CheckpointRejected {
        this.order = order;
        this.plan = order.assignment().plan();
        this.artifacts = artifacts;
        this.reports = reports;
        this.heart = heart;
        this.base = Manifest.parse(artifacts.read(order.assignment().base(), MANIFEST_BYTES_MAX));
        this.checkpoint = open(base);
        this.endOfText = checkpoint.endOfText().orElseThrow(() -> new Fault.Conflict(
                        "NO_END_OF_TEXT",
                        "the base model's config.json names no eos_token_id inside its vocabulary",
                        Map.of("model", plan.baseModel()))
                .toException());
        this.heldOut = new HeldOut(endOfText, order.effort().evaluationTokens());
        int vocabulary = checkpoint.config().vocabularySize();
        Digest tokenizer = base.file(Manifest.TOKENIZER).orElseThrow(() -> new Fault.Conflict(
                        "NO_TOKENIZER",
                        "the base model has no " + Manifest.TOKENIZER,
                        Map.of("model", plan.baseModel()))
                .toException());
        this.mark = new TokenizerMark(tokenizer);
        for (Map.Entry<String, Assignment.Material> each :
                order.assignment().data().entrySet()) {
            Assignment.Material material = each.getValue();
            ShardFile.Of of = new ShardFile.Of(material.dataset(), tokenizer);
            shards.put(each.getKey(), ShardFile.open(artifacts, material.shard(), of, vocabulary));
        }
    }

    /// Runs to the end, or to the checkpoint at which the service wants it to stop.
    void run() throws CheckpointRejected, IOException {
        try (TrainingSession session = session()) {
            Place place = session.callerState().isEmpty()
                    ? Place.start(plan.stages().getFirst().mixture().size(), judgeAll(session))
                    : resumed(session.callerState());
            heart.checkpointed(place.step());
            tell(place, null, 0);
            while (place.stage() < plan.stages().size()) {
                place = stage(session, place);
                if (heart.stopAsked()) {
                    return;
                }
            }
            hand(session, place);
        }
    }

    private Place resumed(Map<String, String> state) {
        mark.require(state);
        return Place.of(state);
    }

    private TrainingSession session() throws CheckpointRejected {
        int threads = order.effort().threads();
        return order.assignment().checkpoint().isPresent()
                ? TrainingSession.resume(
                        artifacts.path(order.assignment().checkpoint().get().digest()), threads)
                : TrainingSession.from(checkpoint, AdamW.DEFAULT, threads);
    }

    private Checkpoint open(Manifest manifest) throws CheckpointRejected {
        Map<String, Path> files = new HashMap<>();
        Map<String, String> digests = new HashMap<>();
        manifest.files().forEach(file -> {
            files.put(file.path(), artifacts.path(file.digest()));
            digests.put(file.path(), file.digest().hex());
        });
        return Checkpoint.open(files, digests);
    }

    /// Trains one stage from where it stands; ends early, at a checkpoint, when the service wants it to stop.
    private Place stage(TrainingSession session, Place from) throws IOException {
        Plan.Stage stage = plan.stages().get(from.stage());
        long steps = stage.steps(plan.shape());
        Schedule schedule = new Schedule(
                stage.learningRate(),
                stage.learningRate() * FLOOR_SHARE,
                Math.round(steps * stage.warmupShare()),
                steps);
        Mixture mixture = mixture(stage, from);
        Place place = from;
        while (place.stageStep() < steps) {
            long began = System.nanoTime();
            int[][] rows = mixture.rows(place.stageStep(), plan.shape().batchRows());
            double rate = schedule.at(place.stageStep());
            StepResult result = session.step(rows, rate);
            requireFinite(result);
            place = after(place, mixture, steps);
            heart.speed(plan.shape().stepTokens() * 1e9 / Math.max(1, System.nanoTime() - began));
            tell(place, result, rate);
            boolean last = place.stage() == plan.stages().size();
            if (last || heart.stopAsked() || place.step() % order.effort().checkpointSteps() == 0) {
                save(session, place);
            }
            if (heart.stopAsked() || place.stage() != from.stage()) {
                return place;
            }
        }
        return place;
    }

    private Place after(Place place, Mixture mixture, long stageSteps) {
        long tokens = place.tokens() + plan.shape().stepTokens();
        if (place.stageStep() + 1 < stageSteps) {
            return new Place(
                    place.step() + 1, place.stage(), place.stageStep() + 1, tokens, mixture.taken(), place.before());
        }
        int next = place.stage() + 1;
        int parts =
                next < plan.stages().size() ? plan.stages().get(next).mixture().size() : 0;
        return new Place(place.step() + 1, next, 0, tokens, Collections.nCopies(parts, 0L), place.before());
    }

    private Mixture mixture(Plan.Stage stage, Place place) {
        long seed = plan.shape().seed() * 31 + place.stage();
        List<RowStream> streams = new ArrayList<>();
        for (int i = 0; i < stage.mixture().size(); i++) {
            ShardFile shard = shard(stage.mixture().get(i).dataset());
            streams.add(
                    new RowStream(shard, endOfText, seed * 131 + i, plan.shape().sequenceTokens()));
        }
        double[] weights =
                stage.mixture().stream().mapToDouble(Plan.Part::weight).toArray();
        return new Mixture(streams, weights, seed, place.taken());
    }

    private void save(TrainingSession session, Place place) throws IOException {
        Path file = order.surroundings().folder().resolve("checkpoint.safetensors");
        session.save(file, mark.on(place.state()));
        try (InputStream in = Files.newInputStream(file)) {
            Digest digest = artifacts.put(in);
            reports.checkpoint(new Job.Point(place.step(), digest));
        }
        Files.deleteIfExists(file);
        heart.checkpointed(place.step());
    }

    private void hand(TrainingSession session, Place place) throws IOException {
        List<Place.Judged> after = judgeAll(session);
        List<Judgement> judgements = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            String name = plan.heldOut().get(i);
            Assignment.Material material = order.assignment().data().get(name);
            judgements.add(new Judgement(
                    name,
                    material == null ? "" : material.language(),
                    place.before().get(i).bitsPerByte(),
                    after.get(i).bitsPerByte(),
                    after.get(i).bytes()));
        }
        String card = new ModelCard(order.assignment()).text(judgements, session.engine());
        Digest manifest = new CandidateFiles(artifacts, base)
                .put(session, order.surroundings().folder(), endOfText, card);
        heart.stop(); // a beat that comes behind the end would find the claim gone
        reports.finish(manifest, judgements, heart.progress());
    }

    private List<Place.Judged> judgeAll(TrainingSession session) {
        return plan.heldOut().stream()
                .map(name -> heldOut.judge(session, shard(name)))
                .toList();
    }

    private ShardFile shard(String dataset) {
        ShardFile shard = shards.get(dataset);
        if (shard == null) {
            throw new IllegalStateException("the order names no shard of " + dataset);
        }
        return shard;
    }

    private void requireFinite(StepResult result) {
        lostSteps = result.applied() ? 0 : lostSteps + 1;
        if (lostSteps >= LOST_STEPS_MAX) {
            throw new Fault.Conflict(
                            "DIVERGED",
                            "loss or gradient were not finite " + lostSteps
                                    + " steps in a row: lower the learning rate",
                            Map.of("steps", Integer.toString(lostSteps)))
                    .toException();
        }
    }

    private void tell(Place place, @Nullable StepResult result, double rate) {
        heart.tell(new Progress(
                new Progress.Steps(place.step(), plan.steps()),
                place.tokens(),
                new Progress.Newest(
                        result == null ? 0 : result.loss(),
                        rate,
                        result == null ? 0 : result.gradientNorm(),
                        heart.speed()),
                Math.min(place.stage(), plan.stages().size() - 1),
                heart.checkpointStep()));
    }
}
