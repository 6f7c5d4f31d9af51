package revontuli.causallm.tool;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import revontuli.causallm.AdamW;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.ModelConfig;
import revontuli.causallm.Precision;
import revontuli.causallm.Schedule;
import revontuli.causallm.StepResult;
import revontuli.causallm.TrainingSession;

/// Trains the small model of the command line from random weights: `TrainFirstModel DIST STEPS`.
///
/// `DIST` holds `model/config.json`, `model/tokenizer.json` and `sample/`. Only the training part of the sample is
/// trained on. `model/config.json` and `model/model.safetensors` (bf16) are written at the end. One thread, one seed:
/// the same sample and steps on the same kind of machine give the same bytes again.
public final class TrainFirstModel {
    private static final long SEED = 20261125;
    private static final int END_OF_TEXT = 0;
    private static final int BATCH_ROWS = 8;
    private static final int WARMUP_STEPS = 100;
    private static final double PEAK_RATE = 3e-3;
    private static final double FLOOR_RATE = 1e-4;
    private static final int REPORT_STEPS = 50;
    private static final int STEPS_MAX = 1_000_000;
    private static final int THREADS = 1;

    private final Path model;
    private final Path sample;
    private final int steps;
    private final PrintStream out;

    private TrainFirstModel(Path dist, int steps, PrintStream out) {
        if (steps < WARMUP_STEPS || steps > STEPS_MAX) {
            throw new IllegalArgumentException("STEPS must lie between " + WARMUP_STEPS + " and " + STEPS_MAX);
        }
        this.model = dist.resolve("model");
        this.sample = dist.resolve("sample");
        this.steps = steps;
        this.out = out;
    }

    public static void main(String[] args) throws IOException, CheckpointRejected {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: TrainFirstModel DIST STEPS");
        }
        new TrainFirstModel(Path.of(args[0]), Integer.parseInt(args[1]), System.out).run();
    }

    private void run() throws IOException, CheckpointRejected {
        ModelConfig config = ModelConfig.parse(Files.readAllBytes(model.resolve("config.json")));
        try (HuggingFaceTokenizer tokenizer = SampleText.tokenizer(model.resolve("tokenizer.json"))) {
            List<SampleText> texts = new ArrayList<>();
            for (String language : SampleText.LANGUAGES) {
                texts.addAll(SampleText.read(sample.resolve(language + ".jsonl"), tokenizer));
            }
            HeldOut everyday = HeldOut.read(sample.resolve("heldout"), tokenizer, END_OF_TEXT, config.positionsMax());
            HeldOut northern =
                    HeldOut.read(sample.resolve("northern-heldout"), tokenizer, END_OF_TEXT, config.positionsMax());
            out.printf(Locale.ROOT, "%d parameters, %d texts%n", config.parameters(), texts.size());
            train(config, new TokenRows(texts, END_OF_TEXT, config.positionsMax(), SEED), everyday);
            report(everyday, northern);
        }
    }

    private void train(ModelConfig config, TokenRows rows, HeldOut heldOut) {
        Schedule schedule = new Schedule(PEAK_RATE, FLOOR_RATE, WARMUP_STEPS, steps);
        try (TrainingSession session = TrainingSession.random(config, SEED, AdamW.DEFAULT, THREADS)) {
            double loss = 0;
            long start = System.nanoTime();
            for (int step = 1; step <= steps; step++) {
                StepResult result = session.step(rows.batch(BATCH_ROWS), schedule.at(step - 1));
                if (!result.applied()) {
                    throw new IllegalStateException("loss or gradient is not finite at step " + step);
                }
                loss += result.loss() / REPORT_STEPS;
                if (step % REPORT_STEPS == 0) {
                    out.printf(
                            Locale.ROOT,
                            "step %d, loss %.3f, %d s, held-out %s%n",
                            step,
                            loss,
                            (System.nanoTime() - start) / 1_000_000_000,
                            line(heldOut.bitsPerByte(session::evaluate)));
                    loss = 0;
                }
            }
            session.export(model, Precision.BF16, OptionalInt.of(END_OF_TEXT));
        }
    }

    /// Judges the written file, so that the figures are those of the rounded weights.
    private void report(HeldOut everyday, HeldOut northern) throws CheckpointRejected {
        try (TrainingSession written = TrainingSession.from(Checkpoint.open(model), AdamW.DEFAULT, THREADS)) {
            out.println("written, bits per byte on heldout: " + line(everyday.bitsPerByte(written::evaluate)));
            out.println("written, bits per byte on northern-heldout: " + line(northern.bitsPerByte(written::evaluate)));
        }
    }

    private static String line(Map<String, Double> bitsPerByte) {
        return bitsPerByte.entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%s %.3f", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }
}
