package revontuli.trainer.job;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.paging.ResourceNames;
import revontuli.transparency.crypto.Digest;

/// What is to be trained, on what, how long. Checked here once, with the path of the field that is wrong; whether the
/// things it names exist is checked when it is submitted.
///
/// @param model `models/{model}` whose next version the candidate becomes
/// @param heldOut data sets by which the result is judged
public record Plan(
        String baseModel, String model, List<Stage> stages, List<String> heldOut, Shape shape, int priority) {
    private static final int STAGES_MAX = 8;
    private static final int PARTS_MAX = 128;
    private static final int DATASETS_MAX = 64;
    private static final int PRIORITY_MAX = 9;
    private static final int SEQUENCE_DEFAULT = 128;
    private static final int SEQUENCE_MIN = 16;
    private static final int SEQUENCE_MAX = 1 << 20;
    private static final int ROWS_DEFAULT = 8;
    private static final int ROWS_MAX = 64;
    private static final long BUDGET_MIN = 1_024;
    private static final long BUDGET_MAX = 1_000_000_000_000L;
    private static final double RATE_MAX = 0.1;
    private static final double WARMUP_MAX = 0.5;

    /// Order of the data and size of a batch; 0 stands for the default.
    public record Shape(long seed, int sequenceTokens, int batchRows) {
        public Shape {
            sequenceTokens = sequenceTokens == 0 ? SEQUENCE_DEFAULT : sequenceTokens;
            batchRows = batchRows == 0 ? ROWS_DEFAULT : batchRows;
            inRange("plan.sequence_tokens", sequenceTokens, SEQUENCE_MIN, SEQUENCE_MAX);
            inRange("plan.batch_rows", batchRows, 1, ROWS_MAX);
        }

        public long stepTokens() {
            return (long) sequenceTokens * batchRows;
        }
    }

    /// What a stage is for.
    public enum Kind {
        /// Continual auxiliary pretraining.
        CAP,
        /// Alignment tuning.
        CAT,
        SAFETY;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Kind> find(String text) {
            for (Kind kind : values()) {
                if (kind.text().equals(text)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /// A weighted mixture, a token budget, a schedule.
    public record Stage(Kind kind, List<Part> mixture, long tokenBudget, double learningRate, double warmupShare) {
        public Stage {
            mixture = List.copyOf(mixture);
        }

        public long steps(Shape shape) {
            return Math.ceilDiv(tokenBudget, shape.stepTokens());
        }
    }

    /// A data set and how often it is drawn.
    public record Part(String dataset, double weight, boolean replay) {}

    public Plan {
        ResourceNames.parseVersion("plan.base_model", "models", baseModel);
        model = model.isEmpty() ? baseModel.substring(0, baseModel.indexOf("/versions/")) : model;
        ResourceNames.parse("plan.model", "models", model);
        stages = List.copyOf(stages);
        heldOut = List.copyOf(heldOut);
        inRange("plan.priority", priority, 0, PRIORITY_MAX);
        inRange("plan.stages", stages.size(), 1, STAGES_MAX);
        int parts = 0;
        for (int i = 0; i < stages.size(); i++) {
            check("plan.stages[" + i + "]", stages.get(i));
            parts += stages.get(i).mixture().size();
        }
        inRange("plan.stages", parts, 1, PARTS_MAX);
        checkHeldOut(heldOut);
        inRange("plan.evaluation_datasets", datasets(stages, heldOut).size(), 1, DATASETS_MAX);
    }

    /// Steps of all stages.
    public long steps() {
        return stages.stream().mapToLong(stage -> stage.steps(shape)).sum();
    }

    /// Every data set it names, for training or for judging.
    public Set<String> datasets() {
        return datasets(stages, heldOut);
    }

    /// Digest of the canonical form.
    public Digest digest() {
        return Digest.of(PlanText.bytes(this));
    }

    private static Set<String> datasets(List<Stage> stages, List<String> heldOut) {
        Set<String> names = new TreeSet<>(heldOut);
        stages.forEach(stage -> stage.mixture().forEach(part -> names.add(part.dataset())));
        return names;
    }

    private static void check(String path, Stage stage) {
        if (stage.mixture().isEmpty()) {
            throw new Fault.Invalid(
                            "MIXTURE_EMPTY",
                            path + ".mixture: name at least one data set",
                            Map.of("field", path + ".mixture"))
                    .toException();
        }
        inRange(path + ".token_budget", stage.tokenBudget(), BUDGET_MIN, BUDGET_MAX);
        boolean rate = stage.learningRate() > 0 && stage.learningRate() <= RATE_MAX;
        demand(rate, path + ".learning_rate", "must be above 0 and at most " + RATE_MAX);
        boolean warmup = stage.warmupShare() >= 0 && stage.warmupShare() <= WARMUP_MAX;
        demand(warmup, path + ".warmup_share", "must be 0 to " + WARMUP_MAX);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < stage.mixture().size(); i++) {
            Part part = stage.mixture().get(i);
            String at = path + ".mixture[" + i + "]";
            ResourceNames.parse(at + ".dataset", "datasets", part.dataset());
            demand(part.weight() > 0 && part.weight() <= 1e9, at + ".weight", "must be above 0 and at most 10^9");
            demand(seen.add(part.dataset()), at + ".dataset", part.dataset() + " stands in this mixture already");
        }
    }

    private static void checkHeldOut(List<String> heldOut) {
        inRange("plan.evaluation_datasets", heldOut.size(), 1, DATASETS_MAX);
        for (int i = 0; i < heldOut.size(); i++) {
            String at = "plan.evaluation_datasets[" + i + "]";
            ResourceNames.parse(at, "datasets", heldOut.get(i));
            demand(heldOut.indexOf(heldOut.get(i)) == i, at, heldOut.get(i) + " is named already");
        }
    }

    private static void inRange(String field, long value, long min, long max) {
        demand(value >= min && value <= max, field, value + " must be " + min + " to " + max);
    }

    private static void demand(boolean holds, String field, String message) {
        if (!holds) {
            throw outOfRange(field, message);
        }
    }

    static FaultException outOfRange(String field, String message) {
        return Fault.invalid("OUT_OF_RANGE", field, message);
    }
}
